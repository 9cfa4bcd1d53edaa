import { schemaKeywords } from '../core/schema-keywords.js';
import { defaults } from './compile.js';
import { compileRoot } from './compiler.js';
import type { FormulaProblem } from './formula.js';

export interface CheckOptions {
  /** The value is a JSON Schema, in which `$ref`, `$id` and so on are keywords. */
  readonly schema?: boolean;
  /** How deep formulas may be nested; 100 by default. */
  readonly depth?: number;
}

/**
 * Everything that is wrong with the formulas in a value, in the order in which it stands there. A promise, for
 * JSONata is loaded to read JSONata; a value without it costs no more than a compile.
 */
export async function checkFormula(value: unknown, options: CheckOptions = {}): Promise<FormulaProblem[]> {
  const found: Promise<FormulaProblem | undefined>[] = [];
  compileRoot({
    ...defaults,
    ...(options.depth === undefined ? {} : { depth: options.depth }),
    root: value,
    keywords: options.schema === true ? schemaKeywords : new Set(),
    report: (problem) => void found.push(Promise.resolve(problem)),
    later: (find) => void found.push(find()),
  });
  if (found.length === 0) return [];
  const problems = await Promise.all(found);
  return problems.filter((problem) => problem !== undefined);
}
