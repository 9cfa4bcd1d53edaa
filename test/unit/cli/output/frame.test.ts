import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { renderReport, type Report } from '../../../../src/cli/output/frame.js';
import type { Span } from '../../../../src/core/diagnostic.js';

const plain = new Chalk({ level: 0 });

describe('a report', () => {
  it('shows the place, the line and the help', () => {
    expect(render(problem, { 'actions/list.yaml': ['a:', '  b:', '    key: contcts'] })).toBe(
      [
        'error[ref/not-found]: no data source "contcts"',
        '  --> actions/list.yaml:3:10',
        '   |',
        ' 3 |     key: contcts',
        '   |          ^^^^^^^',
        '   = help: did you mean "contacts"?',
      ].join('\n'),
    );
  });

  it('shows related places below, in line with the longest number', () => {
    const related = [{ ...span('other.yaml', 120, 1, 120, 4), message: 'is defined first here' }];
    const lines = Array.from({ length: 120 }, () => 'key: x');
    expect(render({ ...problem, related }, { 'actions/list.yaml': lines, 'other.yaml': lines })).toBe(
      [
        'error[ref/not-found]: no data source "contcts"',
        '    --> actions/list.yaml:3:10',
        '     |',
        '   3 | key: x',
        '     |       ^',
        '    ::: other.yaml:120:1',
        '     |',
        ' 120 | key: x',
        '     | --- is defined first here',
        '     = help: did you mean "contacts"?',
      ].join('\n'),
    );
  });

  it('has no frame without a span, for a whole file, and for a file that is gone', () => {
    const bare: Report = { code: 'run/failed', severity: 'error', message: 'it failed' };
    expect(render(bare, {})).toBe('error[run/failed]: it failed');
    expect(render({ ...bare, span: span('big.yaml', 1, 1, 1, 1) }, { 'big.yaml': ['text'] })).toBe(
      'error[run/failed]: it failed\n  --> big.yaml:1:1',
    );
    expect(render({ ...bare, span: span('gone.yaml', 4, 2, 4, 5) }, {})).toBe(
      'error[run/failed]: it failed\n  --> gone.yaml:4:2',
    );
  });
});

describe('the mark', () => {
  it.each([
    ['a tab takes four columns', '\tkey: x', span('a', 1, 2, 1, 5), ['    key: x', '    ^^^']],
    ['a wide character takes two', '名前: x # é', span('a', 1, 1, 1, 3), ['名前: x # é', '^^^^']],
    ['what stands behind wide ones lines up', '名前: x', span('a', 1, 5, 1, 6), ['名前: x', '      ^']],
    ['an accent of its own takes none', 'e\u0301t: x', span('a', 1, 5, 1, 6), ['e\u0301t: x', '   ^']],
    ['an emoji takes two', '"🎉": x', span('a', 1, 7, 1, 8), ['"🎉": x', '      ^']],
    ['several lines: to the end of the first', 'a: {  ', span('a', 1, 4, 3, 2), ['a: {  ', '   ^']],
    ['an empty stretch has one', 'a:', span('a', 1, 3, 1, 3), ['a:', '  ^']],
    [
      'a character that commands terminals is replaced',
      'a: \u001B[2J',
      span('a', 1, 4, 1, 5),
      ['a: \uFFFD[2J', '   ^'],
    ],
  ])('%s', (_, line, place, expected) => {
    const lines = render({ ...problem, help: undefined, span: place }, { a: [line] }).split('\n');
    expect(lines.slice(3).map((text) => text.slice(5))).toEqual(expected);
  });

  it('stays in sight in a very long line', () => {
    const line = `${'a'.repeat(1000)}HERE${'b'.repeat(1000)}`;
    const [, , , text = '', mark = ''] = render(
      { ...problem, span: span('a', 1, 1001, 1, 1005) },
      { a: [line] },
    ).split('\n');
    expect(text).toBe(` 1 | …${'a'.repeat(40)}HERE${'b'.repeat(76)}…`);
    expect(mark).toBe(`   | ${' '.repeat(41)}^^^^`);
  });
});

it('is painted by severity', () => {
  const color = new Chalk({ level: 1 });
  const report: Report = { code: 'flow/unreachable', severity: 'warning', message: 'unreachable' };
  expect(renderReport(report, '/', { line: () => undefined }, color)).toBe(
    '\u001B[33m\u001B[1mwarning[flow/unreachable]\u001B[22m\u001B[39m\u001B[1m: unreachable\u001B[22m',
  );
});

const problem: Report = {
  code: 'ref/not-found',
  severity: 'error',
  message: 'no data source "contcts"',
  help: 'did you mean "contacts"?',
  span: span('actions/list.yaml', 3, 10, 3, 17),
};

function span(file: string, line: number, column: number, endLine: number, endColumn: number): Span {
  return { file: `/project/${file}`, line, column, endLine, endColumn };
}

function render(report: Report, files: Record<string, readonly string[]>): string {
  const line = (file: string, number: number) => files[file.replace('/project/', '')]?.[number - 1];
  return renderReport(report, '/project', { line }, plain);
}
