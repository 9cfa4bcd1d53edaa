import { kindsOf } from '../core/type-alternatives.js';
import { kind, type Kinds } from '../core/type-kinds.js';
import { kindsInWords } from '../core/type-words.js';
import type { Type } from '../core/type.js';
import type { TypeScope } from './formula.js';
import { formulaName, subjectOf } from './subject.js';

/**
 * Reports an argument, or a part of it at `at`, that is never of a kind that the formula takes. What is written out
 * has been checked already, as part of the shape.
 */
export function checkKinds(
  scope: TypeScope,
  where: string,
  { schema }: Type,
  wanted: Kinds,
  part: unknown,
  ...at: readonly (string | number)[]
): void {
  const kinds = kindsOf(scope.types, schema) & ~kind.null;
  if (kinds === 0 || (kinds & wanted) !== 0) return;
  const name = formulaName(part);
  if (name === undefined) return;
  const message = `${where} takes ${kindsInWords(wanted)}, but ${subjectOf(part)} is ${kindsInWords(kinds)}`;
  const code = wanted === kind.list ? 'type/not-a-list' : 'type/mismatch';
  const formula = Object.keys(scope.whole)[0] ?? '';
  scope.report({ code, message, at: [formula, ...at, ...(name === '$var' ? [name] : [])] });
}
