import type { Code } from './codes.js';
import type { Diagnostic, Span } from './diagnostic.js';
import type { FormulaPorts } from './formula-env.js';
import type { JsonObject, JsonPath } from './json.js';
import type { DataLinks } from './links.js';
import type { PageGuard, Pagination } from './pagination.js';
import type { LayerName } from './project.js';
import type { JsonSchema, Validate } from './schema.js';
import type { Pull, Trigger } from './subscription.js';
import type { TypedPlace, TypeWorld } from './type-world.js';
import type { Hook } from './webhook.js';
import type { Walk } from './walk.js';

/**
 * What stands at one place of an element, beyond its JSON type. Loading, checking, typing and running are
 * loops over places; nobody else knows the fields of a kind.
 */
export type Place =
  /** A value whose parts may be formulas. */
  | { readonly at: JsonPath; readonly holds: 'formula' }
  /** A JSON Schema with our keywords. */
  | { readonly at: JsonPath; readonly holds: 'schema' }
  /** The text of a module in JavaScript or TypeScript. */
  | { readonly at: JsonPath; readonly holds: 'code' }
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
  /** What should stand there, where that is no guess; a help that asks `did you mean "x"?` says it, too. */
  readonly suggestion?: string;
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
  /** Fields that may stand in a file of their own beside spec.yaml, by the name of the file without its ending. */
  readonly siblings?: Readonly<Record<string, string>>;
  /** An OpenAPI document in the folder of its owner gives elements of this kind, too: one for each operation. */
  readonly fromOpenApi?: boolean;
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
  /**
   * The types at the places that hold formulas; places that it leaves out are checked without knowing any. Must not
   * throw on any object, however malformed.
   */
  types?(value: JsonObject, world: TypeWorld): readonly TypedPlace[];
  /** The type of the variables that every function of its inner elements sees, beside its arguments. */
  innerVariables?(value: JsonObject, world: TypeWorld): JsonSchema;
  /** The type of what a run gives; undefined where it is not known. */
  outputType?(value: JsonObject, world: TypeWorld): JsonSchema | undefined;
  /** The schema that the input of a run must fit; undefined where anything goes. */
  inputSchema?(value: JsonObject): JsonSchema | undefined;
  /** The schema that the output of a run is expected to fit. */
  outputSchema?(value: JsonObject): JsonSchema | undefined;
  /** Whether a run calls an external app, so that somebody's connection must be chosen. */
  needsConnection?(value: JsonObject): boolean;
  /** How an element of this kind runs that is made of nodes: instead of `run`. */
  readonly walk?: Walk;
  /** Runs an element of this kind once. */
  run?(ctx: RunContext, value: JsonObject): Promise<unknown>;
  /** What an element waits for. Must not throw on any object, however malformed. */
  triggers?(value: JsonObject): readonly Trigger[];
  /** Opens what a trigger on records looks at, for the connection of the context. */
  openPull?(ctx: RunContext, value: JsonObject, trigger: Trigger): Promise<Pull>;
  /** How elements of this kind take webhooks that are for all connections of their connector. */
  openHook?(element: OtherElement, parameters: JsonObject): Hook;
  /** Asks the user's app to send events of an element to `webhookUri`. Absent in `value`: nobody has to be asked. */
  askForEvents?(ctx: RunContext, value: JsonObject, webhookUri: string): Promise<void>;
  /** Whether an event that came for a trigger is wanted. */
  wants?(ctx: RunContext, value: JsonObject, trigger: Trigger, event: JsonObject): Promise<boolean>;
  /** What elements of this kind answer the formulas of a run. Called once a run, before anything is asked. */
  formulaPorts?(ctx: PortContext): FormulaPorts;
}

/** A request as an element declares it, relative to what the client is bound to. */
export interface ClientRequest {
  readonly path: string;
  readonly method?: string;
  readonly pathParameters?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** `{file: REFERENCE, encoding: 'base64'}` anywhere in it becomes the bytes of that file as base64. */
  readonly data?: unknown;
  /** A stored file, by its reference or what a download gave, whose bytes are the body. */
  readonly bodyFile?: unknown;
  /** The parts of a form by name; what each may be, `docs/files.md` says. */
  readonly multipart?: Readonly<Record<string, unknown>>;
  /** Safe to send twice although its method says otherwise. */
  readonly idempotent?: boolean;
  /** It changes nothing although its method says otherwise, such as a search by POST. */
  readonly reads?: boolean;
  /**
   * How the data of the response is wanted, whatever its type: as text, its bytes as base64, or stored as a file, of
   * which the data is the `FileValue`.
   */
  readonly responseType?: 'text' | 'base64' | 'file';
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

/** One page of a list. */
export interface Page {
  readonly items: readonly unknown[];
  readonly response: ClientResponse;
}

/** A client bound to somebody: base address, credentials, retries and errors are its business. */
export interface ApiClient {
  /** The base address that it is bound to; absent where it is bound to nobody. */
  address?(): Promise<string | undefined>;
  send(request: ClientRequest): Promise<ClientResponse>;
  /**
   * The pages of a list, followed as `pagination` says, else as the connector does for all its lists. Rejects with
   * `http/pagination` where nobody says how, and where the API would go on for ever.
   */
  pages(request: ClientRequest, pagination?: Pagination): AsyncIterable<Page>;
}

/** Another element, as it stands for the connection of a run: layers merged. */
export interface OtherElement {
  readonly kind: string;
  readonly key: string;
  readonly value: JsonObject;
  /** Switched off: it exists, and must not be used. */
  readonly off: boolean;
  /**
   * The value at a path with its formulas resolved over the variables given. `becomes`: the schema of what it is
   * for, by which a `$lookup` in it knows what records are meant.
   */
  evaluate(
    at: JsonPath,
    variables: Readonly<Record<string, unknown>>,
    becomes?: JsonSchema,
  ): Promise<unknown>;
  /** Its layers, upper ones first: what a value addresses depends on the layer that it was written on. */
  readonly layers: readonly { readonly layer: LayerName; readonly value: JsonObject }[];
  /**
   * Makes a value that was made of values of the element ready to be evaluated many times. `origin` leads from a
   * place in it to the place in the element that it came from, for errors.
   */
  prepare(value: unknown, origin: (path: JsonPath) => JsonPath, becomes?: JsonSchema): Prepared;
  /** Whether a function stands at a path. */
  has(at: JsonPath): boolean;
  /**
   * Calls the function at a path. Beside its arguments it sees credentials and parameters of the connection, unless
   * it is to see them `alone`. `reads`: it changes nothing, whatever the methods of its requests say.
   */
  call(
    at: JsonPath,
    args: Readonly<Record<string, unknown>>,
    how?: { readonly alone?: boolean; readonly reads?: boolean },
  ): Promise<unknown>;
  /** The value at a path with its formulas resolved over what its functions see, and these arguments. */
  resolve(at: JsonPath, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Where something is written, for errors. */
  locate(at: JsonPath, target?: 'key' | 'value'): Span;
}

/** Evaluates over these variables; a promise only where the formulas need one. */
export type Prepared = (variables: unknown) => unknown;

/** Finds an element by kind and key: on the layers of this connection, inner kinds in its connector. */
export interface OtherElements {
  /** `instance`: the key of one of several instances that the connection has of it. */
  find(kind: string, key: string, instance?: string): OtherElement | undefined;
  /** Keys of all elements of a kind that `find` would find, in order. */
  keys(kind: string): readonly string[];
  /** The connector of the connection. */
  connector(): OtherElement | undefined;
}

/** All that a kind can touch of the world while it runs. Another member needs an ADR. */
export interface RunContext {
  readonly input: unknown;
  /** `input`, `tenant`, `user`, `connection`, `integration`, `parameters`. */
  readonly variables: Readonly<Record<string, unknown>>;
  /**
   * The value at a path of the element with its formulas resolved; over `variables` unless others are given.
   * `becomes`: the schema of what it is for, by which a `$lookup` in it knows what records are meant.
   */
  evaluate(
    at: JsonPath,
    variables?: Readonly<Record<string, unknown>>,
    becomes?: JsonSchema,
  ): Promise<unknown>;
  /**
   * The result of the code at a path of the element. It gets the argument, and the clients of the external app
   * and of your app. What it logs goes to the log of the run.
   */
  runCode(at: JsonPath, argument: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Bound to the connection: the external app. Fails with `connection/missing` on use where there is none. */
  readonly externalApp: ApiClient;
  /** Bound to `app` of membrane.yaml: the user's own product. */
  readonly yourApp: ApiClient;
  /** Bound to nobody: absolute addresses, no credentials. */
  readonly web: ApiClient;
  /** The element that runs. */
  readonly self: OtherElement;
  readonly others: OtherElements;
  /** Checks values against a schema; throws `schema/invalid` for one that is none. Cheap to call again. */
  validator(schema: JsonSchema): Validate;
  /** Says what is odd about what was found, without failing. */
  warn(warning: Diagnostic): void;
  /** What stops a list that never ends by itself. */
  pageGuard(): PageGuard;
  /** Of the connection. Fails with `connection/missing` on use where there is none. */
  readonly links: DataLinks;
  readonly signal: AbortSignal;
}

/** What a kind remembers between runs: one JSON object for each id, of its own and of the tenant of the run. */
export interface Memory {
  /** `time`: when it was remembered, milliseconds since 1970. */
  recall(id: string): Promise<{ readonly value: JsonObject; readonly time: number } | undefined>;
  remember(id: string, value: JsonObject): Promise<void>;
}

/** What a kind can touch of the world to answer formulas. */
export interface PortContext extends Pick<
  RunContext,
  'variables' | 'others' | 'yourApp' | 'validator' | 'warn' | 'pageGuard' | 'signal'
> {
  /** Of the connection; undefined where the run has none. */
  readonly links: DataLinks | undefined;
  /** Of this kind and this tenant. */
  readonly memory: Memory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
