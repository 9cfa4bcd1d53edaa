import { relative } from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { Severity } from '../../core/codes.js';
import { isWholeFile, type Diagnostic, type Span } from '../../core/diagnostic.js';
import type { Sources } from './sources.js';
import { cells, printable, width } from './text.js';

/** What is shown of a problem: of the project, or of a run. */
export type Report = Pick<Diagnostic, 'severity' | 'message'> & {
  readonly code: string;
  readonly help?: string | undefined;
  readonly span?: Span | undefined;
  readonly related?: Diagnostic['related'];
};

/** Columns of a line of source that a frame shows at most. */
const frameWidth = 120;

/** A problem as a compiler shows it: headline, place, the line with a mark below it, and what to do. */
export function renderReport(report: Report, cwd: string, sources: Sources, color: ChalkInstance): string {
  const { severity, code, message, help, span, related = [] } = report;
  const paint = paintOf(severity, color);
  const digits = Math.max(1, ...[span, ...related].map((place) => String(place?.line ?? '').length));
  const frame = (place: Span, arrow: string, mark: string, note: string) =>
    renderFrame({ place, arrow, mark, note, digits }, relative(cwd, place.file), sources, color);
  return [
    `${paint(`${severity}[${code}]`)}${color.bold(`: ${printable(message)}`)}`,
    ...(span === undefined ? [] : frame(span, '-->', paint('^'), '')),
    ...related.flatMap((place) => frame(place, ':::', color.blue('-'), place.message)),
    ...(help === undefined ? [] : [`${' '.repeat(digits + 2)}${color.blue('=')} help: ${printable(help)}`]),
  ].join('\n');
}

function paintOf(severity: Severity, color: ChalkInstance): ChalkInstance {
  return { error: color.red.bold, warning: color.yellow.bold, info: color.blue.bold }[severity];
}

interface Frame {
  readonly place: Span;
  readonly arrow: string;
  /** One character that stands below each column of the place. */
  readonly mark: string;
  readonly note: string;
  /** Of the longest line number of the report. */
  readonly digits: number;
}

function renderFrame(frame: Frame, file: string, sources: Sources, color: ChalkInstance): string[] {
  const { place, arrow, mark, digits } = frame;
  const note = frame.note === '' ? '' : ` ${printable(frame.note)}`;
  const head = `${' '.repeat(digits + 1)}${color.blue(arrow)} ${file}:${place.line}:${place.column}`;
  const line = isWholeFile(place) ? undefined : sources.line(place.file, place.line);
  if (line === undefined || line.trim() === '') return [`${head}${note}`];

  const last = place.endLine > place.line ? line.trimEnd().length : place.endColumn - 1;
  const before = cells(line.slice(0, place.column - 1));
  const marked = Math.max(1, width(cells(line.slice(place.column - 1, last))));
  const { text, offset } = excerpt(cells(line), width(before));
  const bar = color.blue('|');
  const margin = ' '.repeat(digits + 2);
  return [
    head,
    `${margin}${bar}`,
    ` ${color.blue(String(place.line).padStart(digits))} ${bar} ${text}`,
    `${margin}${bar} ${' '.repeat(offset)}${mark.repeat(Math.min(marked, Math.max(1, width(text) - offset)))}${note}`,
  ];
}

/** The part of a line around the column where the mark begins, and that column in the part. */
function excerpt(line: string, column: number): { text: string; offset: number } {
  if (width(line) <= frameWidth) return { text: line, offset: column };
  const chars = [...line];
  let first = 0;
  // a third of what is shown stands before the mark
  for (let skip = column - frameWidth / 3; skip > 0; first += 1) skip -= width(chars[first] ?? ' ');
  let end = first;
  for (let room = frameWidth; room > 0 && end < chars.length; end += 1) room -= width(chars[end] ?? ' ');
  const lead = first > 0 ? '…' : '';
  return {
    text: `${lead}${chars.slice(first, end).join('')}${end < chars.length ? '…' : ''}`,
    offset: column - width(chars.slice(0, first).join('')) + lead.length,
  };
}
