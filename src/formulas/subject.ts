import { isObject } from '../core/json.js';

/** The name of the formula that a part looks like. */
export function formulaName(part: unknown): string | undefined {
  const first = isObject(part) ? Object.keys(part)[0] : undefined;
  return first?.startsWith('$') === true ? first : undefined;
}

/** What messages call a part that is no formula. */
export const writtenOut = 'the value';

/** How a message names a part: a `$var` by its locator, another formula by its name, else `the value`. */
export function subjectOf(part: unknown): string {
  const name = formulaName(part);
  if (name === undefined) return writtenOut;
  const argument = (part as Record<string, unknown>)[name];
  return name === '$var' && typeof argument === 'string' ? `"${argument}"` : `"${name}"`;
}
