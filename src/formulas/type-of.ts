import type { Code } from '../core/codes.js';
import type { JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { typesOf } from '../core/type-alternatives.js';
import { typeRoot } from './typer.js';
import { inOrder } from './value-order.js';

/** What the types say is wrong with a value. Paths lead into the value. */
export interface TypeProblem {
  readonly code: Code;
  readonly path: JsonPath;
  readonly target: 'key' | 'value';
  readonly message: string;
  readonly help?: string;
  /** Where in the schema of the variables the object stands that lacks the name. */
  readonly declared?: JsonPath;
}

export interface TypeOptions {
  /** The type of the variables, as a JSON Schema; undefined: nothing is known. Schemas in it are best put there whole. */
  readonly variables: JsonSchema | undefined;
  /** What the value becomes; undefined: anything. */
  readonly target?: JsonSchema | undefined;
  /**
   * The schema that `$ref: schemas/KEY` or `$ref: KEY` names. What it answers is remembered for as long as the
   * function lives: keep one for a project, and take another when its schemas have changed.
   */
  readonly resolve?: ((key: string) => JsonSchema | undefined) | undefined;
  /** Whether a data link table of this key exists; absent: unknown. */
  readonly hasDataLinkTable?: ((key: string) => boolean) | undefined;
  readonly report: (problem: TypeProblem) => void;
}

/** More parts than any mapping has: of a larger value nothing is known from there on. */
const mostParts = 20_000;

/**
 * The type of a value whose parts may be formulas. Problems are reported once each, in the order in which they stand
 * in the value. Never throws, whatever the value. Undefined is unknown, and unknown is never wrong.
 */
export function typeOf(value: unknown, options: TypeOptions): JsonSchema | undefined {
  const { variables = true, target, resolve, hasDataLinkTable, report } = options;
  const problems: TypeProblem[] = [];
  const task = { root: value, types: typesOf(resolve), variables, hasDataLinkTable, partsLeft: mostParts };
  const { schema } = typeRoot({ ...task, report: (problem) => void problems.push(problem) }, target);
  for (const problem of inOrder(value, problems)) report(problem);
  return schema === true ? undefined : schema;
}
