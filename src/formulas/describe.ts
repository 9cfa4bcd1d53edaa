import { inWords } from '../core/type-words.js';

export type TypeName = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null';

/** The JSON type of a value; undefined counts as null, a list is no object. */
export function typeOf(value: unknown): TypeName {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}

/** What a value is, in words: `a list`. Never the value itself, which may be a secret. */
export function describe(value: unknown): string {
  return inWords[typeOf(value)] ?? 'a value';
}
