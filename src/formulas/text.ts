import { typeOf } from './describe.js';

/** A value as part of a text: nothing is empty, a list is its items with commas, an object is its JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeOf(value) === 'object' ? JSON.stringify(value) : String(value);
}
