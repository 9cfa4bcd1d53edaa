import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { MembraneError } from '../core/error.js';
import { parseJson } from '../core/json.js';
import type { Session } from './session.js';

/** How the records of a file are written: a JSON document a line, or CSV with a line of headings. */
export type RecordFormat = 'ndjson' | 'csv';

/** The records of a file, or of standard input (`-`), as they are read. Rejects with `usage/file` and `usage/json`. */
export async function* readRecords(
  session: Session,
  file: string,
  format: RecordFormat,
): AsyncGenerator<Record<string, unknown>> {
  const texts = readTexts(session, file);
  if (format === 'csv') yield* csvRecords(texts, file);
  else yield* ndjsonRecords(texts, file);
}

async function* readTexts(session: Session, file: string): AsyncGenerator<string> {
  const { stdin } = session.io;
  const stream = file === '-' ? stdin : createReadStream(resolve(session.cwd, file));
  const stop = () => void stream.destroy(session.signal.reason as Error);
  session.signal.addEventListener('abort', stop, { once: true });
  stream.setEncoding('utf8');
  let first = true;
  try {
    for await (const chunk of stream) {
      yield first ? (chunk as string).replace(/^\uFEFF/, '') : (chunk as string);
      first = false;
    }
  } catch (error) {
    session.signal.throwIfAborted();
    if (error instanceof Error && 'code' in error && file !== '-') {
      throw new MembraneError('usage/file', `"${file}" cannot be read`, {
        hint: 'check the path',
        cause: error,
      });
    }
    throw error;
  } finally {
    session.signal.removeEventListener('abort', stop);
  }
}

async function* ndjsonRecords(
  texts: AsyncIterable<string>,
  file: string,
): AsyncGenerator<Record<string, unknown>> {
  let number = 0;
  for await (const line of linesOf(texts)) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      yield parseJson(line) as Record<string, unknown>; // whoever takes it checks what it is
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new MembraneError('usage/json', `${nameOf(file)} is no valid JSON in line ${number}`, {
        hint: 'each line is one JSON document; for CSV add --format csv',
      });
    }
  }
}

async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Cells become fields by the headings of the first line; an empty cell is no field. */
async function* csvRecords(
  texts: AsyncIterable<string>,
  file: string,
): AsyncGenerator<Record<string, unknown>> {
  let headings: readonly string[] | undefined;
  let number = 0;
  for await (const cells of csvRows(texts)) {
    number += 1;
    if (cells.length === 1 && cells[0] === '') continue;
    if (headings === undefined) {
      headings = cells.map((cell) => cell.trim());
      continue;
    }
    if (cells.length > headings.length) {
      throw new MembraneError('usage/file', `${nameOf(file)} has more cells than headings in row ${number}`, {
        hint: 'a cell that holds a comma stands in double quotes',
      });
    }
    const entries = headings.map((heading, index) => [heading, cells[index] ?? ''] as const);
    yield Object.fromEntries(entries.filter(([, cell]) => cell !== ''));
  }
}

/** The rows of CSV (RFC 4180): cells in double quotes may hold commas, line ends, and quotes written twice. */
export async function* csvRows(texts: AsyncIterable<string>): AsyncGenerator<string[]> {
  let row: string[] = [];
  let cell = '';
  let state: 'plain' | 'quoted' | 'quote' = 'plain';
  let started = false;
  for await (const text of texts) {
    for (const character of text) {
      started = true;
      if (state === 'quoted') {
        if (character === '"') state = 'quote';
        else cell += character;
      } else if (character === '"' && (state === 'quote' || cell === '')) {
        if (state === 'quote') cell += '"';
        state = 'quoted';
      } else if (character === ',' || character === '\n') {
        row.push(cell);
        cell = '';
        state = 'plain';
        if (character === ',') continue;
        yield row;
        row = [];
        started = false;
      } else if (character !== '\r') {
        cell += character;
        state = 'plain';
      }
    }
  }
  if (started) yield [...row, cell];
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : `"${file}"`;
}
