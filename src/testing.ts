import { resolve, sep } from 'node:path';
import type { Diagnostic, Span } from './core/diagnostic.js';
import { MembraneError } from './core/error.js';
import type { Emit } from './core/event.js';
import { didYouMean } from './core/nearest.js';
import type { LoadedProject } from './project/project.js';
import { readTape } from './project/tape-file.js';
import { loadTests, missingTape, type ProjectTest } from './project/test-files.js';
import { openToLook } from './testing-look.js';
import { recordTest, type TapeChange } from './testing-record.js';
import { failureOf, runTest, type LocatedFailure } from './testing-run.js';

export type { LocatedFailure, TapeChange };

export interface TestOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly tenant?: string | undefined;
  /** Files or folders, of tests or of elements; keys of elements: `create-contact`, `action/create-contact`. */
  readonly select?: readonly string[] | undefined;
  /** Absolute: only tests that are touched by a change of these; all where something else uses them. */
  readonly changed?: readonly string[] | undefined;
  /** Only tests whose name has this in it. */
  readonly only?: string | undefined;
  /** Runs them against the real API first. `missing`: only those that have no tape yet. */
  readonly record?: 'missing' | 'all' | undefined;
  /** Whose account is recorded with; may be left out where only one fits. */
  readonly connection?: string | undefined;
  readonly emit?: Emit | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TestResult {
  /** Where it is written. */
  readonly span: Span;
  /** `action/create-contact` */
  readonly element: string;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it is skipped. */
  readonly reason?: string;
  readonly ms: number;
  readonly failures: readonly LocatedFailure[];
  readonly tape?: TapeChange;
}

export interface TestReport {
  readonly root: string;
  /** In the order of files, and in them as they are written. */
  readonly results: readonly TestResult[];
}

/** So many tests run at once; recordings come one after the other. */
const parallelTests = 8;

/**
 * Runs the tests of a project. Rejects with `project/errors` where files of tests are wrong, and with
 * `usage/argument` where nothing fits what is asked for.
 */
export async function runTests(options: TestOptions): Promise<TestReport> {
  const signal = options.signal ?? new AbortController().signal;
  const { project, close } = await openToLook(options.cwd);
  try {
    const tests = chosenTests(project, options);
    const results: TestResult[] = [];
    const waiting = [...tests.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, one] = next;
        results[index] = await resultOf(project, one, options, signal);
      }
    };
    const workers = options.record === undefined ? parallelTests : 1;
    await Promise.all(Array.from({ length: workers }, work));
    return { root: project.root, results };
  } finally {
    await close();
  }
}

async function resultOf(
  project: LoadedProject,
  one: ProjectTest,
  options: TestOptions,
  signal: AbortSignal,
): Promise<TestResult> {
  const { test, kind, key, tape: file } = one;
  const facts = { span: one.locate(['name']), element: `${kind}/${key}`, name: test.name };
  if (test.skip !== undefined) return { ...facts, state: 'skipped', reason: test.skip, ms: 0, failures: [] };
  const started = performance.now();
  const change = await recorded(project, one, options, signal).catch((error: unknown) =>
    unrecorded(one, error),
  );
  const ended = (failures: readonly LocatedFailure[]): TestResult => {
    const ms = Math.round(performance.now() - started);
    return { ...facts, state: failures.length === 0 ? 'passed' : 'failed', ms, failures };
  };
  if (change !== undefined && 'message' in change) return ended([change]);
  const missing = missingTape(project, one);
  if (missing !== undefined) return ended([unplayable(missing)]);
  const tape = file === undefined ? undefined : readTape(project, file).tape;
  const result = ended(await runTest(project, one, tape, signal));
  return change === undefined ? result : { ...result, tape: change };
}

/** One tape that cannot be made does not keep the others from it. */
function unrecorded(one: ProjectTest, error: unknown): LocatedFailure {
  const isOwn = error instanceof MembraneError && ['tape/secret', 'tape/failed'].includes(error.code);
  if (!isOwn) throw error;
  return failureOf(one, 'tape', error);
}

/** A test without its tape fails alone: the others need not wait for a recording. */
function unplayable({ code, message, span, help }: Diagnostic): LocatedFailure {
  return { what: 'tape', code, message, span, ...(help === undefined ? {} : { help }) };
}

async function recorded(
  project: LoadedProject,
  one: ProjectTest,
  { record, connection, env, tenant, emit = () => undefined }: TestOptions,
  signal: AbortSignal,
): Promise<TapeChange | undefined> {
  const { tape } = one;
  if (record === undefined || tape === undefined) return undefined;
  const isThere = readTape(project, tape).tape !== undefined;
  if (record === 'missing' && isThere) return undefined;
  return recordTest(project, { ...one, tape }, { connection, env, tenant, emit, signal });
}

/** The tests that are asked for. */
function chosenTests(project: LoadedProject, options: TestOptions): ProjectTest[] {
  const { select = [], only, record, cwd } = options;
  const { tests, diagnostics } = loadTests(project, record !== undefined);
  const paths = select.map((one) => ({ given: one, path: resolve(cwd, one) }));
  const isAt = (file: string, path: string) => file === path || file.startsWith(path + sep);
  const isMeant = (one: ProjectTest, { given, path }: { given: string; path: string }) =>
    given === one.key ||
    given === `${one.kind}/${one.key}` ||
    one.key.endsWith(`/${given}`) ||
    [one.file, ...one.elementFiles].some((file) => isAt(file, path));
  const chosen = tests.filter((one) => paths.length === 0 || paths.some((path) => isMeant(one, path)));
  const wrong = diagnostics.filter(
    ({ severity, span }) =>
      severity === 'error' &&
      (paths.length === 0 ||
        chosen.length === 0 ||
        paths.some(({ path }) => isAt(span.file, path)) ||
        chosen.some(({ file }) => file === span.file)),
  );
  if (wrong.length > 0) throw wrongFiles(wrong);
  const unmet = paths.find((path) => !tests.some((one) => isMeant(one, path)));
  if (unmet !== undefined) throw noSuchTest(unmet.given, tests);
  const named = chosen.filter(({ test }) => only === undefined || test.name.includes(only));
  if (only !== undefined && named.length === 0) {
    const hint =
      didYouMean(
        only,
        chosen.map(({ test }) => test.name),
      ) ?? 'a part of the name is enough';
    throw new MembraneError('usage/argument', `no test has "${only}" in its name`, { hint });
  }
  return options.changed === undefined ? named : touchedTests(named, tests, options.changed);
}

/** Tests that are touched by changes; what belongs to no test alone touches all of them. */
function touchedTests(
  chosen: readonly ProjectTest[],
  all: readonly ProjectTest[],
  changed: readonly string[],
): ProjectTest[] {
  const own = (one: ProjectTest) => [one.file, one.tape, ...one.elementFiles];
  const isShared = (file: string) => !all.some((one) => own(one).includes(file));
  if (changed.some(isShared)) return [...chosen];
  return chosen.filter((one) => own(one).some((file) => file !== undefined && changed.includes(file)));
}

function wrongFiles(diagnostics: readonly Diagnostic[]): MembraneError {
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  const message = `the tests cannot run: ${count} in their files`;
  return new MembraneError('project/errors', message, {
    hint: 'correct them, then run the tests again',
    diagnostics,
  });
}

function noSuchTest(given: string, tests: readonly ProjectTest[]): MembraneError {
  const keys = [...new Set(tests.map(({ key }) => key))];
  const hint =
    didYouMean(given, keys) ??
    (keys.length === 0
      ? 'there are no tests yet: write one into actions/KEY.test.yaml'
      : `there are tests of ${keys.slice(0, 8).join(', ')}`);
  return new MembraneError('usage/argument', `there is no test of "${given}"`, { hint });
}
