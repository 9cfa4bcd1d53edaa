/** Whether two JSON values are the same, in depth. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => same(item, b[index]))
    );
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}

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
