import type { DriveOptions, RunProgress, StepResult, Steps } from '../core/durability.js';
import { MembraneError } from '../core/error.js';
import type { FlowRunState } from '../core/flow-run.js';
import type { JsonObject } from '../core/json.js';
import type { WalkContext, WalkEnd } from '../core/walk.js';
import { judgeFailedRun } from './alert-flows.js';
import type { Engine } from './engine.js';
import { openHalt, type Halt } from './flow-halt.js';
import { readInputs } from './flow-inputs.js';
import type { FlowGround } from './flow-ground.js';
import { runNodeOnce } from './flow-node.js';
import { emitRun, runNotices } from './flow-notices.js';
import { projectAt } from './flow-revision.js';
import { findRun, putRun, type StoredRun } from './flow-run-rows.js';
import { connectionOf, scopeOf, walkKind } from './flow-start.js';
import { forgetStop, watchStop } from './flow-stop.js';
import { errorFacts } from './log.js';
import { groundOf } from './world.js';

export interface DriveRunOptions {
  /** The run was made just now, by who drives it. */
  readonly fresh?: boolean | undefined;
  /** Requests that were cut off are sent again. */
  readonly retryInterrupted?: boolean | undefined;
  /** Node runs that failed are done again. */
  readonly retryFailed?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Why a run ends that somebody stops. */
const stopped = new MembraneError('run/failed', 'the run was stopped');

/** How long what is under way may take to end by itself when a run is stopped: somebody waits for it. */
const graceMs = 500;

/** A run, and what is known of its steps. */
export interface Driven {
  readonly run: StoredRun;
  readonly progress: RunProgress;
}

/**
 * Drives a run until it ends, or can go no further. Gives the run as it stands then; whatever a node did wrong is told
 * by its state. Rejects where nobody can say how it stands: the store fails, or another process drives it.
 */
export async function driveFully(engine: Engine, id: string, options: DriveRunOptions): Promise<Driven> {
  const { clock, durability } = engine.ports;
  const ended = new AbortController();
  const halt = openHalt((ms) => clock.sleep(ms, ended.signal));
  const outer = options.signal;
  const interrupt = (): void => halt.soon(stopped, graceMs);
  outer?.addEventListener('abort', interrupt, { once: true });
  if (outer?.aborted === true) interrupt();
  const driving: DriveOptions = {
    fresh: options.fresh,
    again: againFor(options),
    onBroken: (error) => halt.now(error),
    signal: halt.running,
  };
  try {
    const port = await durability();
    return await port.run({ tenant: engine.tenant, id }, driving, (steps) =>
      driveSteps(engine, id, { steps, halt, ended: ended.signal, fresh: options.fresh === true }),
    );
  } catch (error) {
    throw withWayOn(error, id);
  } finally {
    outer?.removeEventListener('abort', interrupt);
    ended.abort('the run has ended'); // a reason of our own: node makes an error with a stack otherwise
  }
}

/** The same, without what is known of its steps. */
export async function driveRun(engine: Engine, id: string, options: DriveRunOptions): Promise<StoredRun> {
  return (await driveFully(engine, id, options)).run;
}

/** Which steps are done again. A for-each of which items failed gathers their outputs again. */
function againFor({ retryInterrupted, retryFailed }: DriveRunOptions) {
  return ({ state, facts }: StepResult): boolean => {
    if (state === 'interrupted') return retryInterrupted === true;
    if (state === 'failed') return retryFailed === true && facts['handled'] !== true;
    return retryFailed === true && facts['partly'] === true;
  };
}

interface Driving {
  readonly steps: Steps;
  readonly halt: Halt;
  readonly ended: AbortSignal;
  readonly fresh: boolean;
}

async function driveSteps(engine: Engine, id: string, driving: Driving): Promise<Driven> {
  const { steps, halt, ended, fresh } = driving;
  const { clock } = engine.ports;
  const before = await findRun(engine, id);
  if (before.state === 'completed') return { run: before, progress: steps.progress() }; // somebody else was faster
  const began = clock.now();
  const run: StoredRun = {
    ...before,
    state: 'running',
    startedAt: before.startedAt ?? began,
    endedAt: undefined,
    error: undefined,
  };
  if (!fresh) await forgetStop(engine, run);
  if (before.state !== 'running') await putRun(engine, run, steps.guard, await runNotices(engine, run));
  emitRun(engine, run);
  void watchStop(engine, run, ended, () => halt.soon(stopped, graceMs));
  limitTime(engine, run, halt, ended);
  const { state, error } = await outcomeOf(engine, run, driving);
  const end: StoredRun = { ...run, state, endedAt: clock.now(), error };
  const notices = await runNotices(engine, end, steps.progress().failures);
  await putRun(engine, end, steps.guard, notices);
  emitRun(engine, end);
  if (state === 'failed' && engine.aside !== true) await judgeFailedRun(engine, end);
  return { run: end, progress: steps.progress() };
}

function limitTime(engine: Engine, run: StoredRun, halt: Halt, ended: AbortSignal): void {
  const { flowRunMs } = engine.project.config.limits;
  const tooLong = (): void => {
    const hint = `raise "limits.flowRunMinutes" in membrane.yaml; what is not done can go on: membrane flow-run retry ${run.id}`;
    const message = `the run of "${run.flow}" took longer than ${flowRunMs / 60_000} minutes`;
    halt.soon(new MembraneError('run/timeout', message, { hint, class: 'flow_run' }), graceMs);
  };
  void engine.ports.clock.sleep(flowRunMs, ended).then(tooLong, () => undefined);
}

interface Outcome {
  readonly state: FlowRunState;
  readonly error: JsonObject | undefined;
}

async function outcomeOf(engine: Engine, run: StoredRun, { steps, halt }: Driving): Promise<Outcome> {
  try {
    const end = await walk(engine, run, steps, halt);
    return { state: end.held ? 'interrupted' : end.failed ? 'failed' : 'completed', error: undefined };
  } catch (caught) {
    // Where several things end at once, the first is why.
    const error = halt.reason() ?? caught;
    if (error === stopped) return { state: 'stopped', error: undefined };
    if (!(error instanceof MembraneError) || isOfStore(error)) throw error;
    return { state: 'failed', error: errorFacts(error) };
  }
}

async function walk(engine: Engine, run: StoredRun, steps: Steps, halt: Halt): Promise<WalkEnd> {
  const { connection, customised } = await connectionOf(engine, run);
  const scope = scopeOf(engine, connection, customised, run.instance);
  const { project, element } = await projectAt(
    engine,
    run.revision,
    { kind: run.kind, key: run.flow },
    scope,
  );
  const own: Engine = project === engine.project ? engine : { ...engine, project };
  const others = await groundOf(own, connection);
  const variables = { ...others.variables, ...flowVariables(run, element.value) };
  const ground: FlowGround = {
    engine: own,
    runnable: { element, connection, customised, instance: run.instance },
    nodes: { ...others, variables },
    others,
    runId: run.id,
    signal: halt.running,
    ends: (error) => halt.reason() === error || halt.running.aborted || isOfStore(error),
  };
  const { walk: of } = walkKind(engine, run.kind);
  const context = contextOf(ground, run, steps, halt);
  return run.alone === true ? of.runAlone(context, element.value) : of.run(context, element.value);
}

function isOfStore(error: unknown): boolean {
  return error instanceof MembraneError && error.code.startsWith('store/');
}

/** What formulas of nodes see of the flow and its run. */
function flowVariables(run: StoredRun, flow: JsonObject): JsonObject {
  const parameters = flow['parameters'] ?? {};
  const { id, instance, start, startedAt = 0, launchedBy } = run;
  const startTime = new Date(startedAt).toISOString();
  return {
    flow: { id: run.flow, key: run.flow, name: flow['name'] ?? run.flow, parameters },
    flowInstance: {
      id: run.connection === undefined ? run.flow : `${run.flow}/${run.connection}`,
      key: run.flow,
      ...(instance === undefined ? {} : { instanceKey: instance }),
      parameters,
    },
    flowRun: { id, startNodeKey: start, startTime, launchedBy },
  };
}

function contextOf(ground: FlowGround, run: StoredRun, steps: Steps, halt: Halt): WalkContext {
  const { engine, nodes } = ground;
  const { emit } = engine;
  const read = readInputs(engine, run);
  /** Whatever is wrong with storing is the end of the run: nothing may follow from what is not stored. */
  const orHalt = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      halt.now(error);
      throw error;
    }
  };
  return {
    start: run.start,
    inputs: run.inputs,
    input: (index) => orHalt(read(index)),
    variables: nodes.variables,
    outputBytes: engine.project.config.limits.outputBytes,
    node: (node) => {
      halt.starting.throwIfAborted();
      const facts = { runId: run.id, node: node.group, id: node.id } as const;
      const done = steps.step(node, (control) => {
        emit({ type: 'node-run', ...facts, state: 'running' });
        return halt.during(async () => {
          const result = await runNodeOnce(ground, node, control);
          if (result !== undefined) emit({ type: 'node-run', ...facts, ...shown(result) });
          return result;
        });
      });
      return orHalt(done);
    },
    async keep(address, make) {
      const step = steps.step(address, async () => ({ state: 'completed', output: await make(), facts: {} }));
      const { result, stored } = await step;
      await orHalt(stored);
      return result?.output ?? null;
    },
    parts: (within, total, fresh) => steps.parts(within, total, fresh),
    within: (within) => steps.within(within),
  };
}

function shown({ state, facts }: StepResult): { state: StepResult['state']; ms?: number; error?: string } {
  const { ms, error } = facts;
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error['message'] : undefined;
  return {
    state,
    ...(typeof ms === 'number' ? { ms } : {}),
    ...(typeof message === 'string' ? { error: message } : {}),
  };
}

/** What failed was the storing: what to do when it works again. */
function withWayOn(error: unknown, id: string): unknown {
  if (!(error instanceof MembraneError) || !isOfStore(error)) return error;
  const on = `then let the run go on: membrane flow resume ${id}`;
  return new MembraneError(error.code, error.message, {
    ...error,
    hint: error.hint === undefined ? on : `${error.hint}; ${on}`,
  });
}
