/** A value that JSON can hold. `undefined` never stands inside one. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Where a value stands inside another one: keys of objects and indexes of lists, outermost first. */
export type JsonPath = readonly (string | number)[];

export function isObject(value: Json | undefined): value is JsonObject;
export function isObject(value: unknown): value is Record<string, unknown>;
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at `path`, or undefined where some part of the way is missing. Only own properties count. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}

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

/** `a.b[0].c` for `['a', 'b', 0, 'c']`; dots, brackets and backslashes in keys are escaped with `\`. */
export function formatPath(path: JsonPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += (text === '' ? '' : '.') + part.replace(/[\\.[\]]/g, '\\$&');
  }
  return text;
}

/** Whether a value has more levels than that: what goes through it level by level could run out of stack. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON. An integer that a double cannot hold exactly keeps its digits, as a string: many APIs have
 * such ids, and a silently rounded id addresses somebody else's record. Throws SyntaxError like `JSON.parse`.
 */
export function parseJson(text: string): Json {
  const parsed = JSON.parse(text) as Json;
  if (!hasLongInteger(text)) return parsed;
  const exact = text.replace(stringOrNumber, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
  return JSON.parse(exact) as Json;
}

/** As many digits as the shortest integer has that a double may not hold. */
const longDigits = 16;

/** Whether so many digits follow one another: then one of them is at every place that their number divides. */
function hasLongInteger(text: string): boolean {
  for (let at = longDigits - 1; at < text.length; at += longDigits) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let [from, to] = [at, at + 1];
    while (from > 0 && isDigit(text.charCodeAt(from - 1))) from -= 1;
    while (to < text.length && isDigit(text.charCodeAt(to))) to += 1;
    if (to - from >= longDigits) return true;
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
