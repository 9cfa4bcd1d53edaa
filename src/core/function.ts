import type { JsonObject, JsonPath } from './json.js';
import type { ApiClient, Place } from './kind.js';
import type { JsonSchema } from './schema.js';

/** What a function can touch while it runs. */
export interface FunctionContext {
  /** The variables: `credentials`, `connectorParameters`, `input`, … as the place of the function says. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The value at a path of the function with its formulas resolved; over `variables` unless others are given. */
  evaluate(at: JsonPath, variables?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Bound to the connection, where the function may make requests. */
  readonly client?: ApiClient;
  readonly signal: AbortSignal;
}

/**
 * A sort of function: how it is written and how it runs. Inline it is `{type, mapping}` (`{type, code}` for
 * code); in a file, the file's content is the `mapping` (`code`).
 */
export interface FunctionType {
  readonly name: string;
  /** Endings of its files, the first one is what is written: `.map.yml`. */
  readonly files: readonly string[];
  /** Where the content of a file goes. */
  readonly content: 'mapping' | 'code' | undefined;
  readonly summary: string;
  /** The schema of the inline form. */
  readonly schema: JsonSchema;
  /** What stands where inside the function; paths start at the function. */
  places(value: JsonObject): readonly Place[];
  run?(ctx: FunctionContext, value: JsonObject): Promise<unknown>;
}
