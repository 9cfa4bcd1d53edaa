import type { Code } from './codes.js';
import type { JsonObject, JsonPath } from './json.js';
import type { JsonSchema } from './schema.js';

/**
 * What stands at one place of an element, beyond its JSON type. Loading, checking, typing and running are
 * loops over places; nobody else knows the fields of a kind.
 */
export type Place =
  /** A value whose parts may be formulas. */
  | { readonly at: JsonPath; readonly holds: 'formula' }
  /** A JSON Schema with our keywords. */
  | { readonly at: JsonPath; readonly holds: 'schema' }
  /**
   * A function: inline, or `implementationType` with a sibling file. `file` is the path of its file, relative
   * to the element's folder and without the ending of its type: `auth/make-api-client`.
   */
  | { readonly at: JsonPath; readonly holds: 'function'; readonly file: string }
  /** A reference by key to an element of `kind`; references may be formulas, which are then left alone. */
  | { readonly at: JsonPath; readonly holds: 'ref'; readonly kind: string };

/** A finding of a kind's own check, placed by path. */
export interface Finding {
  readonly code: Code;
  readonly message: string;
  readonly path: JsonPath;
  readonly target?: 'key' | 'value';
  readonly help?: string;
  readonly related?: readonly { readonly path: JsonPath; readonly message: string }[];
}

export interface KindExample {
  readonly title: string;
  /** YAML text of a whole element file. */
  readonly yaml: string;
}

/** An element kind: all that the rest of the program knows about it. */
export interface Kind {
  /** As in refs and commands: `field-mapping`. */
  readonly name: string;
  /** Its folder: `field-mappings`. */
  readonly folder: string;
  /** Other names of the folder that are accepted: `app-event-types`, `fieldMappings`. */
  readonly aliases?: readonly string[];
  /** An inner kind lives in the folder of an element of this kind. */
  readonly owner?: string;
  /** Its folder also holds what other elements look like on the layer of this one: `integrations/hubspot/actions`. */
  readonly holdsLayer?: boolean;
  /** Where an element of this other kind has no counterpart of its key here, an empty one is implied. */
  readonly impliedBy?: string;
  /** One sentence for lists and docs. */
  readonly summary: string;
  /** The schema of a whole element file, without server fields, which loading has taken out. */
  readonly schema: JsonSchema;
  /** More fields of exports, beyond those that every kind has, that are known and kept out of the model. */
  readonly serverFields?: readonly string[];
  readonly examples: readonly KindExample[];
  /**
   * What stands where in this element. Must not throw on any object, however malformed. Places of functions
   * are given also where the element has nothing there: a sibling file may hold it.
   */
  places(value: JsonObject): readonly Place[];
  /** What schema and places cannot say. Called on elements that fit the schema, with their layers merged. */
  check?(value: JsonObject): readonly Finding[];
  /** The schema that the input of a run must fit; undefined where anything goes. */
  inputSchema?(value: JsonObject): JsonSchema | undefined;
  /** The schema that the output of a run is expected to fit. */
  outputSchema?(value: JsonObject): JsonSchema | undefined;
  /** Whether a run calls an external app, so that somebody's connection must be chosen. */
  needsConnection?(value: JsonObject): boolean;
  /** Runs an element of this kind once. */
  run?(ctx: RunContext, value: JsonObject): Promise<unknown>;
}

/** A request as an element declares it, relative to what the client is bound to. */
export interface ClientRequest {
  readonly path: string;
  readonly method?: string;
  readonly pathParameters?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
  /** Safe to send twice although its method says otherwise. */
  readonly idempotent?: boolean;
  /** The place in the element that made it, for errors. */
  readonly at?: JsonPath;
}

export interface ClientResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or text, or undefined where the body is empty. */
  readonly data: unknown;
  /** `data` is the base64 of bytes that are no text. */
  readonly encoding?: 'base64';
}

/** A client bound to somebody: base address, credentials, retries and errors are its business. */
export interface ApiClient {
  send(request: ClientRequest): Promise<ClientResponse>;
}

/** All that a kind can touch of the world while it runs. Another member needs an ADR. */
export interface RunContext {
  readonly input: unknown;
  /** `input`, `tenant`, `user`, `connection`, `integration`, `parameters`. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The value at a path of the element with its formulas resolved; over `variables` unless others are given. */
  evaluate(at: JsonPath, variables?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Bound to the connection: the external app. Fails with `connection/missing` on use where there is none. */
  readonly externalApp: ApiClient;
  /** Bound to `app` of membrane.yaml: the user's own product. */
  readonly yourApp: ApiClient;
  /** Bound to nobody: absolute addresses, no credentials. */
  readonly web: ApiClient;
  readonly signal: AbortSignal;
}
