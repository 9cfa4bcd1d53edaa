import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readInput } from '../../../src/cli/input.js';
import { fakeSession } from './fake-session.js';

const cwd = mkdtempSync(join(tmpdir(), 'membrane-input-'));
afterAll(() => rmSync(cwd, { recursive: true }));
writeFileSync(join(cwd, 'input.json'), '\uFEFF{"from": "file"}');
writeFileSync(join(cwd, 'broken.json'), '{\n  "apiKey": "s3cret-key",\n  nope\n}');

describe('--input', () => {
  it.each([
    ['is JSON', '{"a": [1, null]}', { a: [1, null] }],
    ['keeps the digits of large numbers', '{"id": 12345678901234567890}', { id: '12345678901234567890' }],
    ['is a file', '@input.json', { from: 'file' }],
    ['is standard input', '-', { from: 'stdin' }],
  ])('%s', async (_, input, expected) => {
    expect(await read({ input })).toEqual(expected);
  });

  it('is undefined where nothing is given', async () => {
    expect(await read({})).toBeUndefined();
  });

  it.each([
    ['{"a": }', '--input is no valid JSON: expected a value at line 1, column 7'],
    ['', '--input is no valid JSON: it is empty'],
    ['@broken.json', '"broken.json" is no valid JSON: expected a name in double quotes at line 3, column 3'],
  ])('%j is refused, and not repeated', async (input, message) => {
    await expect(read({ input })).rejects.toMatchObject({ code: 'usage/json', message });
  });

  it('says which file cannot be read', async () => {
    await expect(read({ input: '@gone.json' })).rejects.toMatchObject({
      code: 'usage/file',
      message: '"gone.json" cannot be read',
    });
  });
});

describe('--set', () => {
  it.each([
    [['a=1', 'b=text', 'c=true', 'd={"e": null}'], { a: 1, b: 'text', c: true, d: { e: null } }],
    [['a.b.c=1', 'a.d=2'], { a: { b: { c: 1 }, d: 2 } }],
    [['list[0]=1', 'list[1].a=2'], { list: [1, { a: 2 }] }],
    [['a=x=y', 'b='], { a: 'x=y', b: '' }],
    [['a\\.b=1'], { 'a.b': 1 }],
    [['__proto__.polluted=1'], JSON.parse('{"__proto__": {"polluted": 1}}')],
  ])('%j', async (set, expected) => {
    const input = await read({ set });
    expect(JSON.stringify(input)).toBe(JSON.stringify(expected));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('changes what --input gives', async () => {
    expect(await read({ input: '{"a": {"b": 1, "c": 2}}', set: ['a.b=3'] })).toEqual({ a: { b: 3, c: 2 } });
  });

  it('is a text where the schema wants one', async () => {
    const properties = { id: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } };
    expect(await read({ set: ['id=1', 'tags[0]=2', 'n=3'] }, { type: 'object', properties })).toEqual({
      id: '1',
      tags: ['2'],
      n: 3,
    });
  });

  it.each([
    ['=1', '"=1" is no assignment'],
    ['name', '"name" is no assignment'],
    ['list[7]=1', '[7] is beyond the end of its list'],
  ])('%j is refused', async (assignment, message) => {
    await expect(read({ set: [assignment] })).rejects.toMatchObject({ code: 'usage/argument', message });
  });
});

function read(
  options: { input?: string; set?: readonly string[] },
  schema?: Parameters<typeof readInput>[2],
) {
  return readInput(fakeSession({ cwd, stdin: '{"from": "stdin"}' }), options, schema);
}
