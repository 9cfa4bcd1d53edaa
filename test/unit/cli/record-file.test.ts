import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvRows, readRecords, type RecordFormat } from '../../../src/cli/record-file.js';
import type { Session } from '../../../src/cli/session.js';
import { tempFolder } from '../../support/temp-folder.js';
import { failure } from '../engine/world.js';

async function* texts(...parts: string[]): AsyncGenerator<string> {
  yield* parts;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** What a file of this text holds; without a text there is no file. */
function read(format: RecordFormat, text?: string): Promise<object[]> {
  const cwd = tempFolder();
  if (text !== undefined) writeFileSync(path.join(cwd, 'records'), text);
  const session = { cwd, signal: new AbortController().signal, io: {} } as unknown as Session; // all that is used of one
  return all(readRecords(session, 'records', format));
}

describe('the rows of CSV', () => {
  it('keep commas, quotes and line ends in quotes, wherever the text is cut', async () => {
    const text = 'a,"b ""x"", c"\r\n"1\n2",\n,';
    const rows = [
      ['a', 'b "x", c'],
      ['1\n2', ''],
      ['', ''],
    ];
    expect(await all(csvRows(texts(text)))).toEqual(rows);
    expect(await all(csvRows(texts(...text)))).toEqual(rows);
    expect(await all(csvRows(texts('a\n')))).toEqual([['a']]);
    expect(await all(csvRows(texts()))).toEqual([]);
  });
});

describe('the records of a file', () => {
  it('are lines of JSON, whose large numbers keep their digits', async () => {
    expect(await read('ndjson', '\uFEFF{"id": 12345678901234567890}\n\n{"id": "b"}')).toEqual([
      { id: '12345678901234567890' },
      { id: 'b' },
    ]);
    expect(await failure(read('ndjson', '{"id": 1}\nid,2\n'))).toEqual({
      code: 'usage/json',
      message: '"records" is no valid JSON in line 2',
      hint: 'each line is one JSON document; for CSV add --format csv',
    });
  });

  it('are rows of CSV under headings; an empty cell is nothing', async () => {
    expect(await read('csv', 'id, name\n1,Ada\n\n2,\n3\n')).toEqual([
      { id: '1', name: 'Ada' },
      { id: '2' },
      { id: '3' },
    ]);
    expect(await failure(read('csv', 'id\n1,2\n'))).toEqual({
      code: 'usage/file',
      message: '"records" has more cells than headings in row 2',
      hint: 'a cell that holds a comma stands in double quotes',
    });
  });

  it('need a file', async () => {
    expect(await failure(read('ndjson'))).toEqual({
      code: 'usage/file',
      message: '"records" cannot be read',
      hint: 'check the path',
    });
  });
});
