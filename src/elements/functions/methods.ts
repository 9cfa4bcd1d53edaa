import { isObject, type JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { object } from '../schema-parts.js';
import { functionPlaces } from './function-field.js';

/** The schemas of functions that may stand under `methods`, or directly. */
export function methodFields(methods: JsonObject): JsonObject {
  return {
    methods: object('The functions, by name. They may also stand beside the other fields.', methods),
    ...methods,
  };
}

/** Places of functions that may stand under `methods`, or directly; those that are only files go to `methods`. */
export function methodPlaces(value: unknown, names: readonly string[], prefix = ''): Place[] {
  return names.flatMap((name) => {
    const direct = isObject(value) && value[name] !== undefined;
    return functionPlaces(value, [name], direct ? [] : ['methods'], prefix);
  });
}
