import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/project/yaml.js';

/** Each problem as `line:column-endLine:endColumn code: message`, with its help behind it. */
function problems(text: string): string[] {
  return parseYaml(text, '/p/a.yaml').diagnostics.map(
    ({ code, message, help, span }) =>
      `${span.line}:${span.column}-${span.endLine}:${span.endColumn} ${code}: ${message}${help === undefined ? '' : ` | ${help}`}`,
  );
}

describe('values', () => {
  it('reads plain YAML 1.2', () => {
    const text = 'a: 1\nb: [yes, true, null, ~]\nc: 2024-01-01\nd: "x"\ne: 1.5\nf: |\n  two\n  lines\n';
    expect(parseYaml(text, 'a.yaml')).toEqual({
      value: { a: 1, b: ['yes', true, null, null], c: '2024-01-01', d: 'x', e: 1.5, f: 'two\nlines\n' },
      diagnostics: [],
    });
  });

  it('keeps the digits of integers that a double would round', () => {
    expect(parseYaml('[9007199254740991, 9007199254740993, -12345678901234567890]', 'a.yaml').value).toEqual([
      9007199254740991,
      '9007199254740993',
      '-12345678901234567890',
    ]);
  });

  it('follows aliases and merge keys; own keys win', () => {
    const text = 'base: &b {x: 1, y: 2}\none: *b\ntwo: {<<: *b, y: 3}\n';
    expect(parseYaml(text, 'a.yaml').value).toEqual({
      base: { x: 1, y: 2 },
      one: { x: 1, y: 2 },
      two: { x: 1, y: 3 },
    });
  });

  it('takes an empty file as null, and keys of any scalar as text', () => {
    expect(parseYaml('', 'a.yaml').value).toBe(null);
    expect(parseYaml('1: a\ntrue: b\n', 'a.yaml').value).toEqual({ '1': 'a', true: 'b' });
  });

  it('keeps __proto__ as a plain key', () => {
    const { value } = parseYaml('__proto__: {polluted: true}\n', 'a.yaml');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
  });
});

describe('problems', () => {
  it('reports a tab used for indentation', () => {
    expect(problems('a:\n\tb: 1\n')).toEqual([
      '2:1-2:2 yaml/syntax: a tab stands where YAML wants spaces | indent with spaces',
    ]);
  });

  it('reports a key that is given twice, with where it was first', () => {
    const { diagnostics } = parseYaml('name: a\ntype: x\nname: b\n', '/p/a.yaml');
    expect(problems('name: a\ntype: x\nname: b\n')).toEqual([
      '3:1-3:5 yaml/duplicate-key: the key "name" is given twice | keep one of the two',
    ]);
    expect(diagnostics[0]?.related).toEqual([
      { file: '/p/a.yaml', line: 1, column: 1, endLine: 1, endColumn: 5, message: 'first given here' },
    ]);
  });

  it('reports only the first syntax error', () => {
    expect(problems('a: [1, 2\nb: {\nc: "x\n').length).toBe(1);
  });

  it('reports several documents in a file', () => {
    expect(problems('a: 1\n---\nb: 2\n')).toEqual([
      '2:1-4:1 yaml/syntax: the file holds several documents | one element a file: split it at "---"',
    ]);
  });

  it('reports an alias without anchor, and one that contains itself', () => {
    expect(problems('a: *nobody\n')).toEqual([
      '1:4-1:11 yaml/alias: the alias "*nobody" has no anchor "&nobody" before it',
    ]);
    expect(problems('a: &a [*a]\n')).toEqual([
      '1:8-1:10 yaml/alias: the alias "*a" has no anchor "&a" before it',
    ]);
  });

  it('stops a bomb of aliases, and quickly', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const started = performance.now();
    expect(problems(lines.join('\n'))).toEqual([
      expect.stringMatching(/^\d+:\d+-\d+:\d+ yaml\/alias: aliases expand to more than 100000 values$/),
    ]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('refuses custom tags', () => {
    expect(problems('a: !secret x\n')).toEqual([
      '1:4-1:11 yaml/tag: custom YAML tags are not allowed | write the value without the tag',
    ]);
  });

  it('refuses what is nested without end', () => {
    expect(problems('['.repeat(300) + ']'.repeat(300))).toEqual([
      '1:202-1:400 yaml/syntax: nested deeper than 200 levels',
    ]);
  });
});

it('a bracket that is never closed is found where it was opened', () => {
  const said = 'yaml/syntax: a list or object in brackets has no end, or goes on further to the left';
  const [brace, bracket] = ['}', ']'].map(
    (close) => `${said} | close it with "${close}", and indent all of it`,
  );
  const cases: [text: string, found: string][] = [
    ['config:\n  request: {path: /x, method: GET\nname: x\nkey: y\n', `2:12-2:13 ${brace}`],
    ['a: {b: [1, 2}\n', `1:8-1:9 ${bracket}`],
    ['a: [{b: 1}, {c: 2}', `1:4-1:5 ${bracket}`],
    ['a: {b: 1,\nc: 2}\n', `1:4-1:5 ${brace}`],
  ];
  expect(cases.map(([text]) => problems(text))).toEqual(cases.map(([, found]) => [found]));
});
