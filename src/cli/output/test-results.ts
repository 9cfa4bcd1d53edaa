import { createTwoFilesPatch } from 'diff';
import { relative } from 'node:path';
import { isObject } from '../../core/json.js';
import type { TestReport, TestResult } from '../../membrane.js';
import type { Style } from './style.js';

type Failure = TestResult['failures'][number];

/** A line for each test, and for one that fails what is expected, and what came. */
export function renderTests(results: TestReport['results'], cwd: string, style: Style): string {
  const files = [...new Set(results.map(({ span }) => span.file))];
  const lines = files.flatMap((file) => {
    const own = results.filter(({ span }) => span.file === file);
    const head = `${relative(cwd, file)} ${style.color.dim(own[0]?.element ?? '')}`.trimEnd();
    return [style.color.bold(head), ...own.flatMap((one) => renderOne(one, cwd, style)), ''];
  });
  return [...lines, summary(results, style)].join('\n');
}

/** `2 passed, 1 failed` */
export function countTests(results: TestReport['results']): string {
  const states = ['passed', 'failed', 'skipped'] as const;
  const counts = states.map((state) => [results.filter((one) => one.state === state).length, state] as const);
  return counts.flatMap(([count, state]) => (count === 0 ? [] : [`${count} ${state}`])).join(', ');
}

/** A failure with its difference, without colours. */
export function failureText(failure: Failure): string {
  return [failure.message, ...differenceOf(failure)].join('\n');
}

function summary(results: TestReport['results'], { color }: Style): string {
  if (results.length === 0) return 'there are no tests';
  const text = countTests(results);
  return results.some(({ state }) => state === 'failed') ? color.red(text) : color.green(text);
}

function renderOne(one: TestResult, cwd: string, style: Style): string[] {
  const { name, state, reason, ms, tape, failures } = one;
  const { color } = style;
  if (state === 'skipped') return [`  ${color.yellow('-')} ${name} ${color.dim(`(${reason ?? ''})`)}`];
  const mark = state === 'passed' ? color.green('✓') : color.red('✗');
  const what = tape === undefined ? '' : `, ${relative(cwd, tape.file)} ${tape.state}`;
  const lines = [`  ${mark} ${name} ${color.dim(`(${ms} ms${what})`)}`];
  if (tape?.before !== undefined && tape.after !== undefined) {
    lines.push(...indented(patch(tape.before, tape.after, 'before', 'now'), style));
  }
  for (const failure of failures) {
    const { file, line, column } = failure.span;
    lines.push(`    ${color.red(failure.message)}`);
    lines.push(color.dim(`      at ${relative(cwd, file)}:${line}:${column}`));
    lines.push(...indented(differenceOf(failure), style));
    if (failure.help !== undefined) lines.push(`      = help: ${failure.help}`);
  }
  return lines;
}

function indented(lines: readonly string[], { color }: Style): string[] {
  return lines.map((line) => {
    const text = `      ${line}`;
    if (line.startsWith('-')) return color.red(text);
    return line.startsWith('+') ? color.green(text) : color.dim(text);
  });
}

/** What is expected and what came as a unified diff; one of the two alone as it is. */
function differenceOf({ expected, actual }: Failure): string[] {
  if (expected === undefined && actual === undefined) return [];
  return patch(jsonText(expected), jsonText(actual), 'expected', 'actual');
}

function patch(before: string, after: string, was: string, is: string): string[] {
  const text = createTwoFilesPatch(was, is, before, after, undefined, undefined, { context: 3 });
  // its first line is a ruler
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '' && !line.startsWith('\\'))
    .map((line) => line.replace(/^(---|\+\+\+) (\w+).*$/, '$1 $2'));
}

function jsonText(value: unknown): string {
  return value === undefined ? '' : `${JSON.stringify(sorted(value), null, 2)}\n`;
}

/** The order of fields is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}
