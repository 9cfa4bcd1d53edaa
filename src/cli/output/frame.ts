import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { Severity } from '../../core/codes.js';
import type { Span } from '../../core/diagnostic.js';
import { printable, width } from './text.js';

/** What is shown of a problem: of the project, or of a run. */
export interface Report {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string | undefined;
  readonly span?: Span | undefined;
  readonly related?: readonly (Span & { readonly message: string })[];
}

/** Texts of files that frames were drawn from, for one command. */
export type Texts = Map<string, readonly string[] | undefined>;

/** A problem as a compiler shows it: headline, place, the line with a mark below, and what to do. */
export function renderReport(report: Report, cwd: string, texts: Texts, color: ChalkInstance): string {
  const paint = { error: color.red.bold, warning: color.yellow.bold, info: color.blue.bold }[report.severity];
  const lines = [`${paint(`${report.severity}[${report.code}]`)}${color.bold(`: ${report.message}`)}`];
  const places =
    report.span === undefined ? [] : [{ ...report.span, message: '' }, ...(report.related ?? [])];
  const margin = ' '.repeat(Math.max(1, ...places.map((place) => String(place.line).length)));
  for (const place of places) lines.push(...renderPlace(place, margin, cwd, texts, color, paint));
  if (report.help !== undefined) lines.push(`${margin} ${color.blue('=')} help: ${report.help}`);
  return lines.join('\n');
}

function renderPlace(
  place: Span & { readonly message: string },
  margin: string,
  cwd: string,
  texts: Texts,
  color: ChalkInstance,
  paint: ChalkInstance,
): string[] {
  const source = linesOf(place.file, texts);
  const text = source?.[place.line - 1];
  const file = relative(cwd, place.file) || '.';
  const arrow = color.blue(place.message === '' ? '-->' : ':::');
  const position = source === undefined ? file : `${file}:${place.line}:${place.column}`;
  const head = `${margin}${arrow} ${position}`;
  if (text === undefined || text === '') return [place.message === '' ? head : `${head} ${place.message}`];
  const bar = color.blue('|');
  const number = color.blue(String(place.line).padStart(margin.length));
  const last = place.endLine > place.line ? text.trimEnd().length + 1 : place.endColumn;
  const before = spaces(text.slice(0, place.column - 1));
  const marked = text.slice(place.column - 1, Math.max(last - 1, place.column));
  const mark = paint('^'.repeat(Math.max(1, Math.min(width(marked), 120))));
  const note = place.message === '' ? '' : ` ${place.message}`;
  return [
    head,
    `${margin} ${bar}`,
    `${number} ${bar} ${clip(text)}`,
    `${margin} ${bar} ${before}${mark}${note}`,
  ];
}

function linesOf(file: string, texts: Texts): readonly string[] | undefined {
  if (!texts.has(file)) {
    const readable = existsSync(file) && statSync(file).isFile() && statSync(file).size < 6_000_000;
    texts.set(
      file,
      readable
        ? readFileSync(file, 'utf8')
            .replace(/^\uFEFF/, '')
            .split(/\r?\n/)
        : undefined,
    );
  }
  return texts.get(file);
}

/** As wide as a text, with its tabs kept, so that what stands below it lines up. */
function spaces(text: string): string {
  return [...text].map((char) => (char === '\t' ? '\t' : ' '.repeat(width(char)))).join('');
}

function clip(text: string): string {
  return text.length > 240 ? `${text.slice(0, 240)}…` : text;
}
