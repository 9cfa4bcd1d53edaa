import type { Diagnostic } from '../core/diagnostic.js';
import type { Session } from './session.js';
import type { ReportFormat } from './output/report.js';
import type { Style } from './output/style.js';

export interface Argument {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  /** Takes all that is left. */
  readonly many?: boolean;
  /** What can be completed here: `kinds`, keys of `element:KIND`, `connections`, … */
  readonly completes?: string;
}

export interface Option {
  /** As commander takes them: `--input <json>`. */
  readonly flags: string;
  readonly summary: string;
  /** May be given several times. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
  readonly completes?: string;
}

/** What a command gives: the same facts for `--json` and for people. */
export interface Result {
  readonly data: unknown;
  /** The text for people; without it, `data` as JSON. An empty text prints nothing. */
  readonly human?: (style: Style) => string | Promise<string>;
  /** The result itself, where it is no text: it goes to stdout as it comes, except with `--json`. */
  readonly bytes?: AsyncIterable<Uint8Array>;
  /** Goes to stderr for people: what was done, what comes next. */
  readonly note?: string;
  readonly diagnostics?: readonly Diagnostic[];
  /** The diagnostics are what was asked for, and no talk: they go to stdout. */
  readonly diagnosticsAreResult?: boolean;
  /** Default 0. */
  readonly exit?: number;
  /** Warnings are as bad as errors, for reports that have only good and bad. */
  readonly warningsFail?: boolean;
  /** Why the exit code is not 0, for `--json`. */
  readonly failure?: { readonly code: string; readonly message: string; readonly hint: string | null };
}

export type Options = Readonly<Record<string, unknown>>;

/** A command as a value: its path is its words on the command line. */
export interface Command {
  readonly path: string;
  readonly summary: string;
  /** Works, but is not listed. */
  readonly hidden?: boolean;
  /** More than the summary, for `--help`. */
  readonly description?: string;
  readonly args?: readonly Argument[];
  readonly options?: readonly Option[];
  /** What `--format` may be beside `text` and `json`: its diagnostics for other programs. */
  readonly reports?: readonly ReportFormat[];
  /** What `--format` may be beside those, which the command prints itself; it gets the one given as an option. */
  readonly formats?: readonly string[];
  /** Command lines, without the leading `membrane`. */
  readonly examples: readonly string[];
  run(session: Session, args: readonly string[], options: Options): Promise<Result>;
}

export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function texts(options: Options, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? (value as string[]) : [];
}

export function flag(options: Options, name: string): boolean {
  return options[name] === true;
}
