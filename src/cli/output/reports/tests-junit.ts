import type { TestReport, TestResult } from '../../../membrane.js';
import { failureText } from '../test-results.js';
import { element, escapeXml } from './junit.js';
import { reportPath } from './report.js';

/** JUnit XML of tests: a suite for each file, a case for each test. Paths start at `base`. */
export function renderTestsJunit({ results }: TestReport, base: string): string {
  const files = [...new Set(results.map(({ span }) => span.file))];
  const suites = files.map((file) => {
    const own = results.filter(({ span }) => span.file === file);
    const name = reportPath(file, base);
    return element(
      'testsuite',
      { name, ...facts(own) },
      own.map((one) => renderCase(one, name)),
    );
  });
  const root = element('testsuites', { name: 'membrane test', ...facts(results) }, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}

function facts(some: readonly TestResult[]) {
  const of = (state: TestResult['state']) => some.filter((one) => one.state === state).length;
  const time = seconds(some.reduce((sum, { ms }) => sum + ms, 0));
  return { tests: some.length, failures: of('failed'), errors: 0, skipped: of('skipped'), time };
}

function renderCase(one: TestResult, file: string): string {
  const { name, element: classname, span, ms, state, failures, reason = '' } = one;
  const attributes = { name, classname, file, line: span.line, time: seconds(ms) };
  if (state === 'skipped') return element('testcase', attributes, [element('skipped', { message: reason })]);
  const shown = failures.map((failure) =>
    element(
      'failure',
      { message: failure.message, type: failure.code ?? failure.what },
      escapeXml(failureText(failure)),
    ),
  );
  return element('testcase', attributes, shown);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
