import { codes, type Code, type Severity } from './codes.js';

/** A stretch of a file. Lines and columns count from 1; the end is exclusive. `file` is an absolute path. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Another place that explains a problem, such as where the name was defined first. */
export interface RelatedSpan extends Span {
  readonly message: string;
}

/** Other characters for those of `span`; `was` is what must stand there now. All on one line. */
export interface TextEdit {
  readonly span: Span;
  readonly was: string;
  readonly text: string;
}

/** The one right answer to a problem. Renames are of folders, by absolute path. */
export type Fix =
  | { readonly title: string; readonly edits: readonly TextEdit[] }
  | { readonly title: string; readonly rename: { readonly from: string; readonly to: string } };

/** Something wrong in the project. Collected and returned, never thrown. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** One line, lower case, no full stop; names the thing in quotes and says what is the case. */
  readonly message: string;
  /** What to do about it, ideally a command. */
  readonly help?: string;
  /** The element at fault, as `kind/key`. */
  readonly ref?: string;
  readonly span: Span;
  readonly related: readonly RelatedSpan[];
  /** What should stand in the place of the value or key, where that is no guess. */
  readonly suggestion?: string;
  readonly fix?: Fix;
}

export interface DiagnosticDetails {
  readonly help?: string | undefined;
  readonly ref?: string | undefined;
  readonly related?: readonly RelatedSpan[] | undefined;
  readonly severity?: Severity | undefined;
  readonly suggestion?: string | undefined;
}

/** A diagnostic with the severity that its code has, unless `details.severity` says otherwise. */
export function diagnostic(
  code: Code,
  message: string,
  span: Span,
  details: DiagnosticDetails = {},
): Diagnostic {
  return {
    code,
    severity: details.severity ?? codes[code].severity,
    message,
    ...(details.help === undefined ? {} : { help: details.help }),
    ...(details.ref === undefined ? {} : { ref: details.ref }),
    span,
    related: details.related ?? [],
    ...(details.suggestion === undefined ? {} : { suggestion: details.suggestion }),
  };
}

/** Order of output: by file, then position, then code, so that the same project always prints the same. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  const byFile = a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : 0;
  const byText = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return (
    byFile ||
    a.span.line - b.span.line ||
    a.span.column - b.span.column ||
    byText(a.code, b.code) ||
    byText(a.message, b.message)
  );
}

/** The start of a file: for problems that concern it as a whole. */
export function fileSpan(file: string): Span {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

/** Whether a problem concerns a file as a whole, and no stretch of it. */
export function isWholeFile({ line, column, endLine, endColumn }: Span): boolean {
  return line === 1 && column === 1 && endLine === 1 && endColumn === 1;
}
