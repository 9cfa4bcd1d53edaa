import type { JsonObject } from '../../core/json.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { typedMethods } from '../functions/typed-function.js';
import { written } from '../types/parts.js';
import { functionVariables } from '../types/variables.js';

/** The types at the places of an operation: its function sees the input, and gives the output. */
export function typesOfOperation(value: JsonObject, world: TypeWorld): TypedPlace[] {
  const input = written(value['inputSchema']);
  const variables = functionVariables(world, { input });
  const run = { variables, result: written(value['outputSchema']) };
  const declared = [{ part: ['properties', 'input'], at: ['inputSchema'] }];
  return typedMethods(value, { run }, world).map((place) => ({ ...place, declared }));
}
