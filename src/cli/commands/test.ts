import { relative } from 'node:path';
import { MembraneError } from '../../core/error.js';
import type { TestReport, TestResult } from '../../membrane.js';
import { flag, text, type Command, type Options, type Result } from '../command.js';
import { reportBase } from '../output/report.js';
import { countTests, renderTests } from '../output/test-results.js';
import { repeat } from '../repeat.js';
import type { Session } from '../session.js';

export const testCommand: Command = {
  path: 'test',
  summary: 'run the tests of elements, without a network',
  description: `A test is a file beside its element: actions/KEY.test.yaml. It says what is answered, or names a tape.
Ends with 1 where a test fails. With --record, tests run once against the real API, and write their tapes.`,
  args: [
    {
      name: 'what',
      summary: 'files or folders, or keys of elements; default: all tests',
      optional: true,
      many: true,
      completes: 'files',
    },
  ],
  options: [
    { flags: '--only <name>', summary: 'tests that have this in their name' },
    { flags: '--record', summary: 'record the tapes that are missing, against the real API' },
    { flags: '--update', summary: 'record all tapes again, and show what has changed' },
    {
      flags: '--connection <key>',
      summary: 'whose account is recorded with; not needed where only one fits',
      completes: 'connections',
    },
    { flags: '--watch', summary: 'run again what has changed, until Ctrl-C' },
  ],
  formats: ['junit'],
  examples: [
    'test',
    'test create-contact --only "refuses"',
    'test actions --format junit',
    'test create-contact --record --connection acme',
    'test --update',
    'test --watch',
  ],
  async run(session, select, options) {
    const isJunit = text(options, 'format') === 'junit';
    const once = async (changed?: readonly string[]): Promise<Result> =>
      resultOf(session, await run(session, select, options, changed), isJunit);
    if (flag(options, 'watch')) return repeat(session, session.cwd, once);
    return session.output.progress('testing', once());
  },
};

async function run(
  session: Session,
  select: readonly string[],
  options: Options,
  changed?: readonly string[],
): Promise<TestReport> {
  const { runTests } = await session.library();
  const record = flag(options, 'update') ? 'all' : flag(options, 'record') ? 'missing' : undefined;
  const connection = text(options, 'connection');
  if (connection !== undefined && record === undefined) {
    const hint = 'add --record; without it a test runs with an account that it makes up';
    throw new MembraneError('usage/argument', '"--connection" is for recording', { hint });
  }
  return runTests({
    cwd: session.cwd,
    env: session.io.env,
    tenant: session.tenant,
    select,
    changed,
    only: text(options, 'only'),
    record,
    connection,
    emit: session.emit,
    signal: session.signal,
  });
}

function resultOf(session: Session, report: TestReport, junit: boolean): Result {
  const { results } = report;
  const count = (state: TestResult['state']) => results.filter((one) => one.state === state).length;
  const failed = count('failed');
  return {
    data: {
      root: report.root,
      passed: count('passed'),
      failed,
      skipped: count('skipped'),
      tests: results.map((one) => document(one, session.cwd)),
    },
    human: async (style) => {
      if (!junit) return renderTests(results, session.cwd, style);
      const { renderTestsJunit } = await import('../output/reports/tests-junit.js');
      return renderTestsJunit(report, reportBase(session.io));
    },
    ...(results.length === 0
      ? { note: 'write one into actions/KEY.test.yaml; docs/testing.md says how' }
      : {}),
    exit: failed > 0 ? 1 : 0,
    ...(failed > 0 ? { failure: { code: 'test/failed', message: countTests(results), hint: null } } : {}),
  };
}

function document({ span, failures, tape, ...one }: TestResult, cwd: string): object {
  const at = ({ file, line, column }: TestResult['span']) => ({ file: relative(cwd, file), line, column });
  return {
    ...one,
    ...at(span),
    failures: failures.map(({ span: where, ...failure }) => ({ ...failure, ...at(where) })),
    ...(tape === undefined ? {} : { tape: { ...tape, file: relative(cwd, tape.file) } }),
  };
}
