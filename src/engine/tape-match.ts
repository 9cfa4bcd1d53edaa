import { isObject, same, type Json } from '../core/json.js';

/** `part`: fields that are not named may be anything. */
export type Extent = 'all' | 'part';

/** Whether a value is as it is expected. `whole`: fields of it that must be there in full in any case. */
export function fits(
  expected: Json | undefined,
  actual: Json | undefined,
  extent: Extent,
  whole: readonly string[] = [],
): boolean {
  return same(aligned(expected, actual, extent, whole), actual);
}

/**
 * What was expected, with what fits in the place of matchers, and of what may be anything: it differs from `actual`
 * just where something is wrong.
 */
export function aligned(
  expected: Json | undefined,
  actual: Json | undefined,
  extent: Extent,
  whole: readonly string[] = [],
): Json | undefined {
  const matches = matcherOf(expected);
  if (matches !== undefined) return matches(actual) ? actual : expected;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return expected.map((item, index) => aligned(item, actual[index], extent) ?? item);
  }
  if (!isObject(expected) || !isObject(actual)) return expected;
  const named = Object.entries(expected).map(([name, value]): [string, Json] => {
    const found = Object.hasOwn(actual, name) ? actual[name] : undefined;
    return [name, aligned(value, found, whole.includes(name) ? 'all' : extent) ?? value];
  });
  const others = Object.entries(actual).filter(
    ([name]) => extent === 'part' && !Object.hasOwn(expected, name),
  );
  return Object.fromEntries([...named, ...others]);
}

/** `{$type: string}` and `{$matches: REGEXP}` stand for any value that is like this. */
function matcherOf(expected: Json | undefined): ((actual: Json | undefined) => boolean) | undefined {
  if (!isObject(expected)) return undefined;
  const [[name, argument] = [], second] = Object.entries(expected);
  if (second !== undefined || typeof argument !== 'string') return undefined;
  if (name === '$type') return (actual) => typeOf(actual) === argument;
  if (name !== '$matches') return undefined;
  return (actual) =>
    (typeof actual === 'string' || typeof actual === 'number') &&
    new RegExp(argument, 'u').test(String(actual));
}

function typeOf(value: Json | undefined): string | undefined {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : value === undefined ? undefined : typeof value;
}
