import { once } from 'node:events';
import { relative } from 'node:path';
import type { Diagnostic, Fix } from '../../core/diagnostic.js';
import { MembraneError } from '../../core/error.js';
import type { Result } from '../command.js';
import type { Io } from '../session.js';
import { showable } from './bytes.js';
import { openFoot, type Foot } from './foot.js';
import { renderReport } from './frame.js';
import { renderReports, reportBase, type ReportFormat } from './report.js';
import { openSources } from './sources.js';
import { noSpinner, openSpinner, type Text } from './spinner.js';
import { isSet, styleOf, type Style } from './style.js';

/** Everything that a command says: the result to stdout, the talk to stderr. */
export interface Output {
  /** A line of talk; nothing with `--json`. */
  note(text: string): void;
  /** A line without which a person cannot go on: also with `--json`. */
  instruct(text: string): void;
  /** Shows that something is under way while `work` takes longer than half a second. */
  progress<T>(text: Text, work: Promise<T>): Promise<T>;
  /**
   * Lines at the foot of the terminal, below what goes on; undefined where stdout is none that can do so. `draw` is
   * asked when they may have changed.
   */
  foot(
    draw: (style: Style, rows: number) => readonly string[],
  ): Promise<(Foot & { readonly style: Style }) | undefined>;
  /**
   * Writes texts to stdout as they come, no faster than they are taken. Where nobody reads any more, no more are
   * asked for: `membrane … | head` ends.
   */
  stream(texts: AsyncIterable<string | Uint8Array>): Promise<void>;
  result(result: Result, cwd: string, how?: HowShown): Promise<void>;
  failure(error: unknown, cwd: string, how?: HowShown): Promise<void>;
  end(): void;
}

export interface HowShown {
  /** With `--json`: a line, because others follow. */
  readonly oneLine?: boolean;
}

export interface OutputOptions {
  readonly json: boolean;
  /** The result is its diagnostics in this form, and nothing else. */
  readonly report?: ReportFormat | undefined;
  /** False with `--no-color`. */
  readonly color: boolean;
}

export function openOutput(io: Io, { json, report: reportFormat, color }: OutputOptions): Output {
  let sources = openSources();
  const plain = json || !color;
  const err = (text: string) => void io.stderr.write(`${text}\n`);
  const out = (text: string) => void io.stdout.write(`${text}\n`);
  const document = (value: object, { oneLine = false }: HowShown = {}) =>
    out(JSON.stringify({ format: 1, ...value }, null, oneLine ? 0 : 2));
  let spinner = noSpinner;

  const report = async (diagnostics: readonly Diagnostic[], cwd: string, stream = io.stderr, say = err) => {
    if (diagnostics.length === 0) return;
    const { color } = await styleOf(stream, io.env, plain);
    for (const one of diagnostics) say(`${renderReport(one, cwd, sources, color)}\n`);
  };

  const stream: Output['stream'] = async (texts) => {
    const { stdout } = io;
    for await (const text of texts) {
      const taken = stdout.write(text);
      if (stdout.isTTY) {
        if (!taken) await once(stdout, 'drain');
        continue;
      }
      if (!taken) await stdout.drained?.();
      if (stdout.closed === true) return;
    }
  };

  return {
    note: (text) => {
      if (!json) spinner.aside(() => err(text));
    },
    instruct: (text) => spinner.aside(() => err(text)),
    async progress(text, work) {
      const { stderr } = io;
      if (json || !stderr.isTTY || isSet(io.env['CI'])) return work;
      spinner = openSpinner(stderr);
      return spinner.during(text, work);
    },
    async foot(draw) {
      const { stdout } = io;
      if (json || !stdout.isTTY || isSet(io.env['CI']) || io.env['TERM'] === 'dumb') return undefined;
      const style = await styleOf(stdout, io.env, plain);
      const foot = openFoot(stdout, (columns, rows) => draw({ ...style, columns }, rows));
      spinner = foot;
      return { ...foot, style };
    },
    stream,
    async result(result, cwd, how) {
      const { data, human, note, failure, bytes, exit = 0 } = result;
      const { diagnostics = [], diagnosticsAreResult = false } = result;
      spinner.stop();
      sources = openSources(); // files change while a command repeats its work
      if (json) {
        const shown = diagnostics.map((one) => diagnosticDocument(one, cwd));
        const error = failure === undefined ? {} : { error: failure };
        document({ ok: exit === 0, data: data ?? null, ...error, diagnostics: shown }, how);
        return;
      }
      if (reportFormat !== undefined) {
        const { warningsFail = false } = result;
        const base = reportBase(io);
        const text = await renderReports(reportFormat, { diagnostics, base, sources, warningsFail });
        if (text !== '') out(text);
        return;
      }
      await (diagnosticsAreResult ? report(diagnostics, cwd, io.stdout, out) : report(diagnostics, cwd));
      if (bytes !== undefined) await stream(showable(bytes, io.stdout.isTTY));
      const text =
        human === undefined ? plainJson(data) : await human(await styleOf(io.stdout, io.env, plain));
      if (text !== '') out(text);
      if (note !== undefined) err(note);
    },
    async failure(error, cwd, how) {
      spinner.stop();
      sources = openSources();
      const diagnostics = error instanceof MembraneError ? error.diagnostics : [];
      if (json) {
        const shown = diagnostics.map((one) => diagnosticDocument(one, cwd));
        document({ ok: false, error: errorDocument(error, cwd), diagnostics: shown }, how);
        if (!(error instanceof MembraneError)) err(stackOf(error));
        return;
      }
      await report(diagnostics, cwd);
      const { color } = await styleOf(io.stderr, io.env, plain);
      if (error instanceof MembraneError) {
        const { code, message, hint: help, span } = error;
        err(renderReport({ code, severity: 'error', message, help, span }, cwd, sources, color));
      } else {
        err(stackOf(error));
        err('\nThis is a fault in membrane. Please report it, with what is above and what you did.');
      }
    },
    end: () => spinner.stop(),
  };
}

/** Undefined is nothing: a formula without a value prints no line. */
function plainJson(data: unknown): string {
  return data === undefined ? '' : JSON.stringify(data, null, 2);
}

function diagnosticDocument(
  { code, severity, message, help, ref, span, related, fix }: Diagnostic,
  cwd: string,
): object {
  const { file, ...position } = span;
  return {
    code,
    severity,
    message,
    ...(help === undefined ? {} : { help }),
    ...(ref === undefined ? {} : { ref }),
    file: relative(cwd, file) || '.',
    ...position,
    related: related.map((one) => ({
      file: relative(cwd, one.file),
      line: one.line,
      column: one.column,
      message: one.message,
    })),
    ...(fix === undefined ? {} : { fix: fixDocument(fix, cwd) }),
  };
}

function fixDocument(fix: Fix, cwd: string): object {
  const { title } = fix;
  if ('rename' in fix)
    return { title, rename: { from: relative(cwd, fix.rename.from), to: relative(cwd, fix.rename.to) } };
  const edits = fix.edits.map(({ span: { line, column, endLine, endColumn }, text }) => {
    return { line, column, endLine, endColumn, text };
  });
  return { title, edits };
}

function errorDocument(error: unknown, cwd: string): object {
  if (!(error instanceof MembraneError)) {
    return {
      code: 'fault',
      message: error instanceof Error ? error.message : String(error),
      hint: 'please report it',
    };
  }
  const { code, message, hint, key, data, span } = error;
  return {
    code,
    message,
    hint: hint ?? null,
    ...(error.class === undefined ? {} : { class: error.class }),
    ...(key === undefined ? {} : { key }),
    ...(data === undefined ? {} : { data }),
    ...(span === undefined ? {} : { file: relative(cwd, span.file), line: span.line, column: span.column }),
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
