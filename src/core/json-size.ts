import type { Json } from './json.js';

/**
 * The value as JSON keeps it, and about how many bytes that takes; a value that JSON keeps as it is stays the same
 * object. Undefined is null.
 */
export function asJson(value: unknown): { readonly json: Json; readonly bytes: number } {
  const bytes = plainSize(value);
  if (bytes !== undefined) return { json: value as Json, bytes };
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return { json: null, bytes: 4 };
  return { json: JSON.parse(text) as Json, bytes: text.length };
}

/** Undefined where JSON would change something. Texts count one byte a character. */
function plainSize(value: unknown): number | undefined {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? 8 : undefined;
  if (typeof value === 'boolean' || value === null) return 5;
  if (typeof value !== 'object') return undefined;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const size = plainSize(value[index]);
      if (size === undefined) return undefined;
      bytes += size + 1;
    }
    return bytes;
  }
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return undefined;
  for (const key of Object.keys(value)) {
    const size = plainSize((value as Record<string, unknown>)[key]);
    if (size === undefined) return undefined;
    bytes += key.length + size + 4;
  }
  return bytes;
}
