import type { Code } from './core/codes.js';
import type { Span } from './core/diagnostic.js';
import { MembraneError } from './core/error.js';
import type { Json } from './core/json.js';
import type { Tape, TestConnection } from './core/tape.js';
import type { Engine } from './engine/engine.js';
import { errorFacts } from './engine/log.js';
import { runElement } from './engine/run.js';
import { createTestConnection, likelyIntegration } from './engine/tape-connection.js';
import { runWalk } from './engine/tape-flow.js';
import { failuresOf, type Outcome, type TestFailure } from './engine/tape-expect.js';
import type { Player } from './engine/tape-player.js';
import type { LoadedProject } from './project/project.js';
import type { ProjectTest } from './project/test-files.js';
import { hermeticPorts } from './testing-hermetic.js';
import { openWiring } from './wiring.js';

/** One way in which a test fails, and where its file says otherwise. */
export interface LocatedFailure extends Omit<TestFailure, 'at'> {
  readonly span: Span;
  /** Why the test could not be run, or recorded. */
  readonly code?: Code;
  /** What to do about it. */
  readonly help?: string;
}

/** Runs one test on its own: nothing of it is seen by another one, by the network, or by the disk. */
export async function runTest(
  project: LoadedProject,
  one: ProjectTest,
  tape: Tape | undefined,
  signal: AbortSignal,
): Promise<LocatedFailure[]> {
  const played = await playTest(project, one, tape, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    return failureOf(one, 'error', error);
  });
  if ('what' in played) return [played];
  const { outcome, player } = played;
  const failures = failuresOf(one.test, tape, outcome, player);
  return failures.map(({ at, ...failure }) => ({
    ...failure,
    span: one.locate(at.length === 0 ? ['name'] : at),
  }));
}

/** An error that kept a test from being run is a failure of this test, and not the end of all. */
export function failureOf(one: ProjectTest, what: LocatedFailure['what'], error: unknown): LocatedFailure {
  if (!(error instanceof MembraneError)) throw error;
  const { code, message, hint, diagnostics, span = diagnostics[0]?.span ?? one.locate(['name']) } = error;
  return { what, code, message, span, ...(hint === undefined ? {} : { help: hint }) };
}

/** The variables that membrane.yaml names of the user's own app: a test has none of the machine that it runs on. */
function madeUpVariables({ config }: LoadedProject): Record<string, string> {
  const named = JSON.stringify(config.app).matchAll(/\$\{(\w+)\}/g);
  return Object.fromEntries(
    [...named].map(([, name = '']) => [name, /ur[il]$/i.test(name) ? 'https://app.example' : `test-${name}`]),
  );
}

/** What the run of a test gives that has nothing but its tape and its responses. */
export async function playTest(
  project: LoadedProject,
  one: ProjectTest,
  tape: Tape | undefined,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; player: Player }> {
  const { responses = [], time, nodes } = one.test;
  const { ports, player, hide, end } = hermeticPorts(project.config.limits, { tape, responses }, time);
  const wiring = await openWiring({
    project,
    ports,
    env: { ...madeUpVariables(project), MEMBRANE_SECRETS: 'file' },
    signal,
  });
  const engine: Engine = { ...wiring.engine, nodeAnswers: nodes };
  try {
    const connection = await testConnection(engine, one, tape, signal);
    const outcome = await outcomeOf(() => runOne(engine, one, connection, signal));
    signal.throwIfAborted();
    return { outcome: hide(outcome), player };
  } finally {
    // not closed: nothing of what is in memory is to be kept, tidied or waited for
    await end();
  }
}

/** Runs the element of a test with an account, and gives what it gives: of a flow the outputs of its nodes. */
export async function runOne(
  engine: Engine,
  { kind, key, test }: ProjectTest,
  connection: string | undefined,
  signal: AbortSignal,
): Promise<Json | undefined> {
  const { input, start } = test;
  if (engine.kinds.find(({ name }) => name === kind)?.walk !== undefined) {
    return runWalk(engine, { kind, key, inputs: [input ?? {}], start, connection, signal });
  }
  const how = { connection, signal, ...(input === undefined ? {} : { input }) };
  return (await runElement(engine, kind, key, how)).output;
}

/** What a run gave, or how it failed. A fault of ours is thrown on, as is an end from outside. */
export async function outcomeOf(work: () => Promise<Json | undefined>): Promise<Outcome> {
  try {
    return { output: await work() };
  } catch (error) {
    if (!(error instanceof MembraneError) || stops.has(error.code)) throw error;
    const { code, message, key } = errorFacts(error) as { code: string; message: string; key?: string };
    return { error: { code, message, ...(key === undefined ? {} : { key }) } };
  }
}

/** No outcome of a run: the project has errors, so that there was none. */
const stops: ReadonlySet<string> = new Set(['project/errors', 'element/off', 'run/unsupported']);

/** Makes the account that the test speaks of; none where the element needs none, or nobody knows for which API. */
async function testConnection(
  engine: Engine,
  { kind, key, test, connector }: ProjectTest,
  tape: Tape | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const recorded = tape?.connection;
  const isOther =
    test.connection?.integration !== undefined && test.connection.integration !== recorded?.integration;
  const given: TestConnection = { ...(isOther ? {} : recorded), ...test.connection };
  const integration = given.integration ?? likelyIntegration(engine, connector);
  if (integration === undefined) return undefined;
  const isNamed = given.integration !== undefined;
  const needs = engine.kinds.find(({ name }) => name === kind)?.needsConnection;
  const element = engine.project.list(kind).find(({ ref }) => ref.key === key.split('/').at(-1));
  if (!isNamed && needs?.(element?.value ?? {}) !== true) return undefined;
  return createTestConnection(engine, { ...given, integration }, signal);
}
