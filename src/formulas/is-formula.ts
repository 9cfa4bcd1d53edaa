import { isObject } from '../core/json.js';
import { formulas } from './index.js';

/** Deeper than anything that compiles. */
export const deepest = 1_000;

/** The name of the formula that a value is: an object's first key, when a formula has that name. */
export function isFormula(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const [name] = Object.keys(value);
  return name !== undefined && formulas.has(name) ? name : undefined;
}

/** Whether there is a formula in a value. Looks at it until the first one. */
export function usesFormula(value: unknown, depth: number = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // Too deep to look: left to the compiler, which says so.
  if (depth < 0) return true;
  if (isFormula(value) !== undefined) return true;
  for (const part of Array.isArray(value) ? value : Object.values(value))
    if (usesFormula(part, depth - 1)) return true;
  return false;
}
