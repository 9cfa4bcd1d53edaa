import type { Code } from '../core/codes.js';
import type { MembraneError } from '../core/error.js';
import type { FormulaEnv } from '../core/formula-env.js';
import type { JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { Type } from '../core/type.js';
import type { Types } from '../core/type-alternatives.js';
import type { Node } from './node.js';

/** Something wrong with a formula as it is written. Paths lead into the value that was checked. */
export interface FormulaProblem {
  readonly code: Code;
  readonly path: JsonPath;
  readonly target: 'key' | 'value';
  readonly message: string;
  readonly help?: string;
}

export interface FormulaExample {
  readonly title: string;
  readonly formula: unknown;
  readonly variables: unknown;
  /** Absent: the result is undefined. */
  readonly result?: unknown;
  /** What the ports answer, for formulas that need one. */
  readonly env?: FormulaEnv;
}

/** A problem that is not placed yet. */
export type Finding = Pick<FormulaProblem, 'code' | 'message' | 'help'>;

/** What a formula compiles itself with. The paths of parts start at the argument. */
export interface Scope {
  /** The whole object: the formula's key and what stands beside it. */
  readonly whole: Readonly<Record<string, unknown>>;
  /** Where the formula's object stands in the compiled value. */
  readonly path: JsonPath;
  /** Compiles a part of the argument. */
  compile(part: unknown, ...at: JsonPath): Node;
  /** Compiles the value of a key beside the formula's own. */
  compileBeside(key: string): Node;
  /** Compiles a part of the argument whose variables are `item`, `index` and `parent`. */
  compileItem(part: unknown, ...at: JsonPath): Node;
  /** Compiles a part of the argument in which only `$var` is a formula. */
  compileVariables(part: unknown, ...at: JsonPath): Node;
  /** Compiles the value at a locator of the whole value being built. */
  compileCopy(locator: string): Node;
  /**
   * Something is wrong with the formula as it is written: collected by a check, thrown by a compile. `at` starts at
   * the formula's object.
   */
  report(problem: Finding & { readonly at?: JsonPath; readonly target?: 'key' | 'value' }): void;
  /** A problem that needs time to find, such as a library that is loaded for it. Only a check waits for it. */
  reportLater(find: () => Promise<Finding | undefined>): void;
  /** An error of evaluation that points at the formula. */
  error(code: Code, message: string, details?: { hint?: string; cause?: unknown }): MembraneError;
  /** How long an expression may run, in milliseconds. */
  readonly timeMs: number;
}

/** What a formula says its result is with. The paths of parts start at the argument. */
export interface TypeScope {
  /** The whole object: the formula's key and what stands beside it. */
  readonly whole: Readonly<Record<string, unknown>>;
  /** How types are read. */
  readonly types: Types;
  /** The type of a part of the argument. */
  typeOf(part: unknown, ...at: JsonPath): Type;
  /**
   * The type of a part of the argument that may be the result of the formula, as it is: it is compared with what the
   * result becomes, so that a misfit is found in the part that has it.
   */
  typeOfResult(part: unknown, ...at: JsonPath): Type;
  /** The type of the value of a key beside the formula's own. */
  typeOfBeside(key: string): Type;
  /** The type of a part of the argument whose variables are `item`, of this type, `index` and `parent`. */
  typeOfItem(part: unknown, item: JsonSchema, ...at: JsonPath): Type;
  /** The type of a part of the argument in which only `$var` is a formula. */
  typeOfVariables(part: unknown): Type;
  /** The type of the value at a locator of the whole value being built. */
  typeOfCopy(locator: string): Type;
  /** The type of what a locator, which stands at `at`, reads from the variables. */
  typeAt(locator: string, ...at: JsonPath): Type;
  /** Whether a data link table of this key exists; undefined where that is not known. */
  hasDataLinkTable(key: string): boolean | undefined;
  /** What the types say is wrong. `at` starts at the formula's object. */
  report(problem: Finding & { readonly at?: JsonPath; readonly target?: 'key' | 'value' }): void;
}

/**
 * A formula: all that the rest knows about it. Checking, evaluation, docs and editor schemas come from this one
 * definition; adding a formula is one file and one line of the registry.
 */
export interface Formula {
  /** With its `$`. */
  readonly name: string;
  /** One sentence, for docs and editors. */
  readonly summary: string;
  /**
   * The shape of the argument, in the keywords `type`, `properties`, `required`, `additionalProperties: false`,
   * `items`, `enum`, `minLength` and `anyOf`. Any part may be a formula instead, unless `literal: true` stands there.
   * The argument is checked against it before `compile` sees it.
   */
  readonly schema: JsonSchema;
  /** Keys that may stand beside the formula's own. A formula that has them checks itself which are there. */
  readonly beside?: Readonly<Record<string, JsonSchema>>;
  readonly examples: readonly FormulaExample[];
  /** Makes the closure that evaluates the formula. The argument has the shape of `schema`. */
  compile(argument: unknown, scope: Scope): Node;
  /**
   * The type of the result, from the types of the parts. Reports what these say is wrong: only what cannot be right,
   * for what is unknown is never wrong. The argument has the shape of `schema`.
   */
  type(argument: unknown, scope: TypeScope): Type;
}

/** Declares a formula; for the type and the uniform look of the files. */
export function defineFormula(formula: Formula): Formula {
  return formula;
}
