import type { JsonObject } from './json.js';
import type { Place } from './kind.js';
import type { JsonSchema } from './schema.js';

/** What an authentication type can touch while it makes credentials. */
export interface AuthContext {
  /** From the integration. */
  readonly connectorParameters: JsonObject;
  /** What the user typed in. */
  readonly connectionParameters: JsonObject;
  has(name: string): boolean;
  /** Calls a function of `auth` (`getCredentialsFromConnectionParameters`, …) over the variables given. */
  call(name: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** A way to authenticate: what it asks for and how that becomes credentials. */
export interface AuthType {
  readonly name: string;
  readonly summary: string;
  /** The schema of the `auth` object (or of one of its options), functions aside. */
  readonly schema: JsonSchema;
  /** Names of the functions that it knows, in camelCase. */
  readonly functions: readonly string[];
  places?(auth: JsonObject): readonly Place[];
  /** The schema of what is asked; undefined when nothing is. */
  inputSchema?(auth: JsonObject): JsonSchema | undefined;
  /** Absent: the type cannot be connected yet. */
  connect?(ctx: AuthContext, auth: JsonObject): Promise<JsonObject>;
}
