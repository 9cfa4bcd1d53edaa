import { isObject, type Json, type JsonObject } from './json.js';

/**
 * The value of a lower layer merged over that of an upper one: objects deeply, formulas and lists as a
 * whole, `null` removes. Where the lower layer gives another `type`, what belongs to the type alone
 * (`config`, `mapping`, `code`) is not inherited: it was written for the other type.
 */
export function mergeLayers(upper: JsonObject, lower: JsonObject): JsonObject {
  const retyped =
    typeof lower['type'] === 'string' && typeof upper['type'] === 'string' && lower['type'] !== upper['type'];
  const merged: JsonObject = {};
  for (const [key, value] of Object.entries(upper)) {
    if (retyped && ofType.has(key)) continue;
    set(merged, key, value);
  }
  for (const [key, value] of Object.entries(lower)) {
    if (value === null) delete merged[key];
    else set(merged, key, mergeValues(Object.hasOwn(merged, key) ? merged[key] : undefined, value));
  }
  return merged;
}

const ofType: ReadonlySet<string> = new Set(['config', 'mapping', 'code']);

function mergeValues(upper: Json | undefined, lower: Json): Json {
  if (!mergeable(lower)) return lower;
  return mergeLayers(mergeable(upper) ? upper : {}, lower);
}

/** Whether a value is merged key by key; everything else is replaced as a whole. */
export function mergeable(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const first = Object.keys(value)[0];
  return first === undefined || !first.startsWith('$');
}

function set(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}
