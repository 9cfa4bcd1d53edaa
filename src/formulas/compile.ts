import { codes } from '../core/codes.js';
import { MembraneError } from '../core/error.js';
import { compileRoot } from './compiler.js';
import type { FormulaEnv } from '../core/formula-env.js';
import type { FormulaProblem } from './formula.js';
import { explained } from './overflow.js';

/** A value whose formulas are ready to be evaluated, any number of times. */
export interface Compiled {
  /** It gives the same for all variables. */
  readonly constant: boolean;
  /** Whether `evaluate` gives a promise. */
  readonly async: boolean;
  /**
   * The value for these variables; undefined is "nothing". Throws (or rejects with) a MembraneError whose
   * `data.path` leads to the formula. The result shares parts with the variables and with the compiled value, and
   * must not be changed.
   */
  evaluate(variables: unknown, env?: FormulaEnv): unknown;
}

export interface CompileOptions {
  /** How deep formulas may be nested; 100 by default. */
  readonly depth?: number;
  /** How long one JSONata expression may run, in milliseconds; 5,000 by default. */
  readonly timeMs?: number;
}

export const defaults = { depth: 100, timeMs: 5_000 } as const;

const noEnv: FormulaEnv = {};

/**
 * Compiles a value with formulas in it to closures. Objects whose first key is no known formula are plain values.
 * Throws the first of what `checkFormula` would report as an error of shape, with `data.path`.
 */
export function compileFormula(value: unknown, options: CompileOptions = {}): Compiled {
  const node = compileRoot({ ...defaults, ...options, root: value, report: refuse, keywords: new Set() });
  const { constant, async, evaluate } = node;
  if (async) {
    const later = async (variables: unknown, env: FormulaEnv = noEnv): Promise<unknown> => {
      try {
        return await evaluate(variables, env);
      } catch (error) {
        throw explained(error);
      }
    };
    return { constant, async, evaluate: later };
  }
  const now = (variables: unknown, env: FormulaEnv = noEnv): unknown => {
    try {
      return evaluate(variables, env);
    } catch (error) {
      throw explained(error);
    }
  };
  return { constant, async, evaluate: now };
}

/** Compiles and evaluates once. */
export async function evaluateFormula(
  value: unknown,
  variables: unknown,
  env?: FormulaEnv,
): Promise<unknown> {
  return compileFormula(value).evaluate(variables, env);
}

function refuse(problem: FormulaProblem): void {
  if (codes[problem.code].severity !== 'error') return;
  throw new MembraneError(problem.code, problem.message, {
    hint: problem.help,
    data: { path: problem.path },
  });
}
