import { MembraneError } from '../core/error.js';
import { isObject, valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import type { ApiClient } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';
import type { Engine } from './engine.js';
import { evaluator } from './evaluate.js';

export interface FunctionCall {
  readonly element: ResolvedElement;
  /** Where the function stands in the element. */
  readonly at: JsonPath;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly client?: ApiClient | undefined;
  readonly signal: AbortSignal;
}

export function hasFunction(element: ResolvedElement, at: JsonPath): boolean {
  return isObject(valueAt(element.value, at));
}

/** The result of a function of an element. */
export async function callFunction(engine: Engine, call: FunctionCall): Promise<unknown> {
  const { element, at, variables, client, signal } = call;
  const fn = valueAt(element.value, at) as JsonObject;
  const type = engine.functionTypes.find((candidate) => candidate.name === fn['type']);
  const name = at.join('.');
  if (type?.run === undefined) {
    const written = typeof fn['type'] === 'string' ? `of type "${fn['type']}" ` : '';
    throw new MembraneError(
      'run/unsupported',
      `the function "${name}" ${written}cannot be run by this version`,
      {
        hint: `write it as one of ${engine.functionTypes.flatMap((one) => (one.run === undefined ? [] : [one.name])).join(', ')}`,
        span: engine.project.locate(element, at),
        class: 'configuration',
      },
    );
  }
  const { formulaDepth } = engine.project.config.limits;
  const evaluate = evaluator(fn, (path) => engine.project.locate(element, [...at, ...path]), formulaDepth);
  try {
    return await type.run(
      {
        variables,
        evaluate: (path, others) => evaluate(path, others ?? variables),
        ...(client === undefined ? {} : { client }),
        signal,
      },
      fn,
    );
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    throw error.at(engine.project.locate(element, at));
  }
}
