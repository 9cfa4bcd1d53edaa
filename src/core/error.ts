import type { Code } from './codes.js';
import type { Diagnostic, Span } from './diagnostic.js';

/** The class of an error of an API, as Membrane names them. */
export type ErrorClass =
  | 'connection'
  | 'bad_request'
  | 'configuration'
  | 'dependency'
  | 'flow_run'
  | 'concurrency'
  | 'custom_code'
  | 'internal';

export interface MembraneErrorDetails {
  /** What to do about it, ideally a command. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** The place in YAML that made it fail. */
  readonly span?: Span | undefined;
  readonly class?: ErrorClass | undefined;
  /** `not_found`, `rate_limit_exceeded`, …: the finer name inside the class. */
  readonly key?: string | undefined;
  /** Facts for `--json` and the log: status, redacted request, shortened body. Never a secret. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** What is wrong in the project, where that is why it failed. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** Something failed while working: expected, explained, and not a fault of membrane itself. */
export class MembraneError extends Error {
  readonly code: Code;
  readonly hint: string | undefined;
  readonly span: Span | undefined;
  readonly class: ErrorClass | undefined;
  readonly key: string | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly diagnostics: readonly Diagnostic[];

  /** `message`: one line, lower case, no full stop. */
  constructor(code: Code, message: string, details: MembraneErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'MembraneError';
    this.code = code;
    this.hint = details.hint;
    this.span = details.span;
    this.class = details.class;
    this.key = details.key;
    this.data = details.data;
    this.diagnostics = details.diagnostics ?? [];
  }

  /** The same error pointing at the place in YAML that made it; one that points somewhere already stays. */
  at(span: Span): MembraneError {
    if (this.span !== undefined) return this;
    const located = new MembraneError(this.code, this.message, { ...this, span });
    if (this.stack !== undefined) located.stack = this.stack;
    return located;
  }
}
