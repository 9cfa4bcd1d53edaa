import type { TypeWorld } from '../../core/type-world.js';
import { written, type Type } from '../types/parts.js';

/** What an operation of the connector takes and gives. */
export function operationTypes(key: unknown, world: TypeWorld): { input: Type; output: Type } {
  const operation = typeof key === 'string' ? world.findInConnector('operation', key) : undefined;
  return { input: written(operation?.['inputSchema']), output: written(operation?.['outputSchema']) };
}
