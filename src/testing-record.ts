import { existsSync } from 'node:fs';
import { createHttp } from './adapters/http-got.js';
import { systemClock } from './adapters/clock-system.js';
import { timeIds } from './adapters/ids-time.js';
import { MembraneError } from './core/error.js';
import type { Emit } from './core/event.js';
import type { Kind } from './core/kind.js';
import { same } from './core/json.js';
import type { Tape } from './core/tape.js';
import { choose } from './engine/choose.js';
import { connectionOf, describeConnection, knownSecrets } from './engine/tape-connection.js';
import { makeTape, secretsLeft } from './engine/tape-make.js';
import { createRecorder } from './engine/tape-recorder.js';
import type { LoadedProject } from './project/project.js';
import { maxFileBytes } from './project/source.js';
import { readTape, tapeText, writeTape } from './project/tape-file.js';
import type { ProjectTest } from './project/test-files.js';
import { recordingPorts } from './testing-hermetic.js';
import { outcomeOf, playTest, runOne } from './testing-run.js';
import { openWiring, type OpenOptions } from './wiring.js';

/** What became of a tape. */
export interface TapeChange {
  /** Absolute. */
  readonly file: string;
  readonly state: 'recorded' | 'changed' | 'unchanged';
  /** The text before, and now; only of one that changed. */
  readonly before?: string;
  readonly after?: string;
}

export interface RecordOptions extends Pick<OpenOptions, 'env' | 'tenant'> {
  /** Whose account; may be left out where only one fits. */
  readonly connection?: string | undefined;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/**
 * Runs a test once against the real API, with a real account, and writes what went over the wire to its tape. Rejects
 * with `tape/secret` where a secret would be on it, and with `tape/failed` where the run fails and the test does not
 * expect it: nothing is written then.
 */
export async function recordTest(
  project: LoadedProject,
  one: ProjectTest & { readonly tape: string },
  { connection: wanted, env, tenant, emit, signal }: RecordOptions,
): Promise<TapeChange> {
  const before = existsSync(one.tape) ? readTape(project, one.tape).tape : undefined;
  const time = Math.floor(systemClock.now() / 1000) * 1000;
  const recorder = createRecorder(createHttp());
  const { limits } = project.config;
  const { ports, madeIds, seed } = recordingPorts(limits, time, recorder.http, timeIds(systemClock));
  const { engine, close } = await openWiring({ project, ports, env, tenant, emit, signal });
  try {
    const kind = engine.kinds.find(({ name }) => name === one.kind) as Kind; // loading has looked it up
    const named = wanted ?? (await connectionOf(engine, one.test.connection?.integration));
    const { connection } = await choose(engine, kind, one.key, named);
    const account = connection && (await describeConnection(engine, connection, signal));
    const secrets = await knownSecrets(engine);
    recorder.start();
    const outcome = await outcomeOf(() => runOne(engine, one, connection?.key, signal));
    signal.throwIfAborted();
    const { error } = outcome;
    if (error !== undefined && one.test.error === undefined) throw failedRun(one, error.code, error.message);
    const {
      tape: made,
      redactor,
      lost,
    } = await makeTape({
      captured: recorder.captured,
      outcome,
      connection: account,
      secrets: [...secrets, ...(await knownSecrets(engine))], // those that were made meanwhile, too
      madeIds,
      time,
      seed: seed(),
      before,
      volatile: one.test.volatile ?? [],
      input: one.test.input,
    });
    const tape = await ended(project, one, made, signal);
    const text = tapeText(tape);
    const left = [...lost, ...secretsLeft(tape, text, redactor)];
    if (left.length > 0) throw holdsSecret(one, left);
    if (text.length > maxFileBytes) throw tooLong(one, text.length);
    return keep(one.tape, before, tape);
  } finally {
    await close();
  }
}

/** The tape with what it gives when it is played: with stand-ins in their places. */
async function ended(
  project: LoadedProject,
  one: ProjectTest,
  tape: Tape,
  signal: AbortSignal,
): Promise<Tape> {
  const { output: _, error: _error, ...rest } = tape;
  const { outcome, player } = await playTest(project, one, tape, signal);
  if (player.misses.length > 0) return tape; // the test will say what is missing
  const { output, error } = outcome;
  return {
    ...rest,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  };
}

/** Another seed alone is no change: nothing has drawn a number from it that went anywhere. */
function keep(file: string, before: Tape | undefined, tape: Tape): TapeChange {
  const { seed: _, ...was } = before ?? { seed: undefined };
  const { seed: _seed, ...is } = tape;
  if (same(was, is)) return { file, state: 'unchanged' };
  const after = tapeText(tape);
  writeTape(file, after);
  return before === undefined
    ? { file, state: 'recorded' }
    : { file, state: 'changed', before: tapeText(before), after };
}

/** A failure that nobody expects is no recording: it would be taken for what the API does. */
function failedRun({ test, locate }: ProjectTest, code: string, message: string): MembraneError {
  return new MembraneError('tape/failed', `"${test.name}" failed while it was recorded: ${message}`, {
    hint: `nothing was written; where it is to fail, say so in the test: "error: {code: ${code}}"`,
    span: locate(['name']),
  });
}

function tooLong({ test, locate }: ProjectTest, bytes: number): MembraneError {
  const message = `the tape of "${test.name}" would have ${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return new MembraneError('tape/failed', message, {
    hint: `a file of the project has at most ${maxFileBytes / 1024 / 1024} MB; nothing was written; ask for less`,
    span: locate(['tape']),
  });
}

function holdsSecret({ test, tape, locate }: ProjectTest, left: readonly string[]): MembraneError {
  const where = left.slice(0, 3).join(', ');
  return new MembraneError('tape/secret', `the tape of "${test.name}" would hold a secret in ${where}`, {
    hint: `nothing was written; ask for less, so that the API does not repeat the secret in a form that cannot be cut out`,
    span: locate(['tape']),
    data: { tape, places: left },
  });
}
