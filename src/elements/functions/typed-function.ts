import type { Signature } from '../../core/function.js';
import { isObject, valueAt, type JsonObject, type JsonPath } from '../../core/json.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { typedWithin } from '../types/scope.js';
import { functionTypes } from './index.js';

/** The typed places of the function at a path of an element; none where there is no function. */
export function typedFunction(
  value: JsonObject,
  at: JsonPath,
  signature: Signature,
  world: TypeWorld,
): TypedPlace[] {
  const fn = valueAt(value, at);
  if (!isObject(fn)) return [];
  const type = functionTypes.find((candidate) => candidate.name === fn['type']);
  return typedWithin(at, type?.types?.(fn as JsonObject, signature, world) ?? []);
}

/** The same for functions that stand under `methods`, or directly. */
export function typedMethods(
  value: JsonObject,
  signatures: Readonly<Record<string, Signature>>,
  world: TypeWorld,
): TypedPlace[] {
  return Object.entries(signatures).flatMap(([name, signature]) => [
    ...typedFunction(value, [name], signature, world),
    ...typedFunction(value, ['methods', name], signature, world),
  ]);
}
