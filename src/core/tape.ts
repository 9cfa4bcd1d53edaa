import type { Json, JsonObject } from './json.js';

/** The account that a test runs with. Nothing of it is real. */
export interface TestConnection {
  readonly integration?: string;
  /** Default: the key of the integration. */
  readonly key?: string;
  readonly name?: string;
  /** Which of several ways to authenticate. */
  readonly auth?: string;
  /** What a person would type in; what is missing is made up. */
  readonly parameters?: JsonObject;
  /** Instead of those that are made of the parameters. */
  readonly credentials?: JsonObject;
  /** What the connector is given beside what the files of the project say. */
  readonly connectorParameters?: JsonObject;
}

/** A body as people read it: JSON or a form as its value, anything else as text, bytes that are no text as base64. */
export interface TapeBody {
  readonly body?: Json;
  readonly text?: string;
  readonly base64?: string;
}

export interface TapeRequest extends TapeBody {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; those that carry credentials or differ from run to run are left out. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TapeResponse extends TapeBody {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** In the place of a response: the code of what went wrong on the way. */
  readonly failure?: TapeFailure;
}

/** What can go wrong with a request before there is a response. */
export const tapeFailures = ['http/unreachable', 'http/timeout', 'http/tls', 'http/too-large'] as const;
export type TapeFailure = (typeof tapeFailures)[number];

/** Requests that were sent once, with what came back, and what the run gave. */
export interface Tape {
  /** Where the clock stands while it is played. */
  readonly time: string;
  readonly connection?: TestConnection;
  /** Where the numbers start that code draws; absent where none ran. */
  readonly seed?: number;
  /** In the order in which they were sent. */
  readonly exchanges: readonly { readonly request: TapeRequest; readonly response: TapeResponse }[];
  /** What the run gave; absent where it gave nothing, or failed. */
  readonly output?: Json;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Which requests are meant. What is left out may be anything. */
export interface RequestPattern {
  readonly method?: string;
  /** From `/`: the end of the path of the address; `{name}` stands for any part of it. Or a whole address. */
  readonly path?: string;
  /** Parameters that must be there; others may be, too. */
  readonly query?: JsonObject;
  readonly headers?: JsonObject;
  readonly body?: Json;
}

/** What is answered to requests that fit. */
export interface TestResponse extends TapeResponse {
  /** `POST /contacts`, or the same in parts. */
  readonly request: string | RequestPattern;
}

/** What is given in the place of runs of nodes, by their keys. */
export type NodeAnswers = Readonly<
  Record<string, { readonly output?: Json; readonly error?: { readonly message: string } }>
>;

/** One case: an element is run once, and what comes of it is compared with what is expected. */
export interface TestCase {
  readonly name: string;
  /** Not run, and why. */
  readonly skip?: string;
  readonly input?: Json;
  /** The node of a flow that its run starts at. */
  readonly start?: string;
  readonly connection?: TestConnection;
  /** Where the clock stands. */
  readonly time?: string;
  /** A file beside this one. */
  readonly tape?: string;
  readonly responses?: readonly TestResponse[];
  /** What nodes give, by their keys, in the place of being run. */
  readonly nodes?: NodeAnswers;
  readonly output?: Json;
  readonly outputContains?: Json;
  readonly error?: { readonly code?: Json; readonly message?: Json; readonly key?: Json };
  /** All requests that are sent, in their order. */
  readonly requests?: readonly (string | RequestPattern)[];
  /** Names of fields in responses whose values differ with every recording: the tape gets stand-ins. */
  readonly volatile?: readonly string[];
}

/** What stands in a tape where a secret was: also good in an address, where brackets would not be. */
export const standIn = 'redacted';
