import type { Code } from '../core/codes.js';
import type { MembraneError } from '../core/error.js';
import type { JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { Node } from './node.js';

/** What formulas can ask of the world. A formula that needs a port which is not there fails with `formula/port`. */
export interface FormulaEnv {
  /** Finds a record by the fields of `query`, and may create it. `path`: where the formula stands in its value. */
  readonly lookup?: (request: LookupRequest, path: JsonPath) => unknown;
  /** The record of the external app that is linked to a record of the user's app, by id. */
  readonly findExternalRecordId?: (link: LinkRequest) => unknown;
  /** The record of the user's app that is linked to a record of the external app, by id. */
  readonly findAppRecordId?: (link: LinkRequest) => unknown;
  /** The schema of a data collection or of a data-schema element. */
  readonly dataSchema?: (request: DataSchemaRequest) => unknown;
}

export interface LookupRequest {
  readonly query: Readonly<Record<string, unknown>>;
  readonly createIfNotFound: boolean;
  readonly create?: { readonly fields?: Readonly<Record<string, unknown>> };
}

export interface LinkRequest {
  readonly dataLinkTable: string;
  readonly recordId: string;
}

export interface DataSchemaRequest {
  readonly type: string;
  readonly key: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

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
}

/** Declares a formula; for the type and the uniform look of the files. */
export function defineFormula(formula: Formula): Formula {
  return formula;
}
