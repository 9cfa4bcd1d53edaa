import type { Json, JsonObject } from './json.js';
import type { ApiClient } from './kind.js';

/** Runs code of a project, which may be anybody's: it reaches nothing but what a call hands to it. */
export interface Sandbox {
  /**
   * The result of the function that the code exports. Rejects with MembraneErrors `javascript/…` of the class
   * `custom_code`; their `data` has `line` and `column` in the code as it was written (`at`), and the `stack`.
   * An error of a client that the code let through is that error itself.
   */
  run(call: SandboxCall): Promise<Json | undefined>;
  /** What is wrong with the code before it runs: its first syntax error. */
  check(code: string, file?: string): Promise<CodeProblem | undefined>;
}

export interface SandboxCall {
  /** A module: `export default`, `exports.NAME`, `module.exports`; JavaScript or TypeScript. */
  readonly code: string;
  /** Its file; `.ts` is TypeScript for certain. */
  readonly file?: string | undefined;
  /** The function's name: which export is taken where none is the default. */
  readonly name?: string | undefined;
  /** What the function gets, together with the clients. */
  readonly argument: JsonObject;
  /** By the name under which the function gets them: `apiClient`, … */
  readonly clients: Readonly<Record<string, ApiClient>>;
  /** What `fetch` does. It decides which hosts may be asked. */
  fetch(request: FetchRequest): Promise<FetchResponse>;
  log(line: LogLine): void;
  readonly limits: SandboxLimits;
  readonly signal: AbortSignal;
}

export interface SandboxLimits {
  /** Time of computing; waiting does not count. */
  readonly cpuMs: number;
  readonly resultBytes: number;
}

/** What `console` was given. */
export interface LogLine {
  readonly level: 'debug' | 'log' | 'info' | 'warn' | 'error';
  readonly text: string;
}

export interface FetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Whether redirects are followed; `manual` gives them as responses. */
  readonly redirect?: 'follow' | 'manual' | 'error' | undefined;
}

export interface FetchResponse {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Where code goes wrong. Lines and columns count from 1. */
export interface CodeProblem {
  readonly message: string;
  readonly at: CodePosition;
}

export interface CodePosition {
  readonly line: number;
  readonly column: number;
}
