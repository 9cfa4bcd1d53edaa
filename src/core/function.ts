import type { JsonObject, JsonPath } from './json.js';
import type { ApiClient, Finding, OtherElements, Place } from './kind.js';
import type { JsonSchema } from './schema.js';
import type { TypedPlace, TypeWorld } from './type-world.js';

/** What a function can touch while it runs. */
export interface FunctionContext {
  /** The variables: `credentials`, `connectorParameters`, `input`, … as the place of the function says. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The value at a path of the function with its formulas resolved; over `variables` unless others are given. */
  evaluate(at: JsonPath, variables?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** The result of the code at a path of the function; it gets the variables and the client. */
  runCode(at: JsonPath): Promise<unknown>;
  /** Bound to the connection, where the function may make requests. */
  readonly client?: ApiClient;
  /** Of the same connection, where the function belongs to one. */
  readonly others?: OtherElements;
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
  /** What is wrong with it beyond its schema; paths are relative to it. */
  check?(value: JsonObject): readonly Finding[];
  /** What stands where inside the function; paths start at the function. */
  places(value: JsonObject): readonly Place[];
  /** The types at its places; paths start at the function. Absent: nothing is known of them. */
  types?(value: JsonObject, signature: Signature, world: TypeWorld): readonly TypedPlace[];
  run?(ctx: FunctionContext, value: JsonObject): Promise<unknown>;
}

/** What a function gets and gives, as the element that it belongs to says. */
export interface Signature {
  /** The type of the variables: its arguments and what every function of the connector sees. */
  readonly variables: JsonSchema | undefined;
  readonly result?: JsonSchema | undefined;
}
