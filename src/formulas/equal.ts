import { same } from '../core/json.js';

/**
 * The equality of `is` and `$map`: a number is equal to a text that says it (5 and "5"), 1 and 0 to true and false,
 * and nothing to null. Lists and objects are compared in depth.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const structured = (typeof a === 'object' && a !== null) || (typeof b === 'object' && b !== null);
  // oxlint-disable-next-line eqeqeq -- of scalars, this is the documented meaning
  return structured ? same(a, b) : a == b;
}
