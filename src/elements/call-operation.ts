import { MembraneError } from '../core/error.js';
import type { OtherElement, OtherElements } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';

/** Runs an operation of the connector by key. Rejects with `element/not-found` where it has none of this key. */
export async function runOperation(others: OtherElements, key: unknown, input: unknown): Promise<unknown> {
  const operation = typeof key === 'string' ? others.find('operation', key) : undefined;
  if (operation !== undefined) return callOperation(operation, input);
  if (typeof key !== 'string') {
    throw new MembraneError('run/unsupported', 'nothing says which operation is to be run', {
      hint: 'give the key of an operation of the connector as "operationKey"',
      class: 'configuration',
    });
  }
  const names = others.keys('operation');
  const known = names.length === 0 ? 'it has none' : `it has ${names.slice(0, 8).join(', ')}`;
  throw new MembraneError('element/not-found', `the connector has no operation "${key}"`, {
    hint: didYouMean(key, names) ?? known,
    class: 'configuration',
  });
}

/** Calls the function of an operation. */
export function callOperation(operation: OtherElement, input: unknown): Promise<unknown> {
  const at = operation.has(['run']) ? ['run'] : ['methods', 'run'];
  if (operation.has(at)) return operation.call(at, { input });
  throw new MembraneError('run/unsupported', `the operation "${operation.key}" has no "run"`, {
    hint: 'write it as run.rest.yml beside its spec.yaml',
    span: operation.locate([]),
    class: 'configuration',
  });
}
