import { valueAt, type JsonPath } from '../core/json.js';
import { deepest, isFormula } from './is-formula.js';

export interface CopiedPart {
  /** The part of the value at a path, or the formula on the way to it. */
  readonly source: unknown;
  /** Where that stands. */
  readonly outer: JsonPath;
  /** The rest of the path, which goes on in what the formula gives. */
  readonly inner: JsonPath;
}

/** What a `$copy` of a path copies. */
export function copiedPart(root: unknown, path: JsonPath): CopiedPart {
  let source = root;
  for (const [index, name] of path.entries()) {
    if (isFormula(source) !== undefined)
      return { source, outer: path.slice(0, index), inner: path.slice(index) };
    source = valueAt(source, [name]);
  }
  return { source, outer: path, inner: [] };
}

/** Whether there is a `$copy` in a part. */
export function holdsCopy(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > deepest) return false;
  if (isFormula(value) === '$plain') return false;
  if (isFormula(value) === '$copy') return true;
  return Object.values(value).some((part) => holdsCopy(part, depth + 1));
}
