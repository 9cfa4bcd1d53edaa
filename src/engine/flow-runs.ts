import { relative } from 'node:path';
import type { StoredStep } from '../core/durability.js';
import { MembraneError } from '../core/error.js';
import type { FlowRun, FlowRunState } from '../core/flow-run.js';
import { isObject, type JsonObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { ResolvedElement } from '../core/project.js';
import type { Engine } from './engine.js';
import { driveFully, type DriveRunOptions } from './flow-drive.js';
import { allInputs, forgetInputs } from './flow-inputs.js';
import { emitRun, runNotices } from './flow-notices.js';
import { projectAt } from './flow-revision.js';
import { asKnown, countsOf, progressOf, type KnownProgress, type NodeCounts } from './flow-run-progress.js';
import { findRun, putRun, runDrawer, runOf, type StoredRun } from './flow-run-rows.js';
import { connectionOf, queueRun, scopeOf, walkKind, type QueueOptions } from './flow-start.js';
import { askToStop, forgetStop } from './flow-stop.js';

/** A run with what is known of its nodes. */
export interface FlowRunDetails extends FlowRun {
  /** Somebody drives it at this moment. A run that is `running` and is not driven was cut off. */
  readonly driven: boolean;
  /** By key, in the order of the flow. */
  readonly nodes: Readonly<Record<string, NodeCounts>>;
  /** How many of the inputs are on their way, or through. */
  readonly begun: number;
  /** How many of the inputs are through; undefined where that is not known while the run is under way. */
  readonly finished: number | undefined;
  /** The first node runs that failed or were interrupted. */
  readonly failures: readonly NodeRunFacts[];
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One run of a node. */
export interface NodeRunFacts {
  readonly id: string;
  readonly node: string;
  readonly state: 'running' | StoredStep['state'];
  /** When it was stored, milliseconds since 1970. */
  readonly time: number;
  readonly ms: number | undefined;
  readonly output?: unknown;
  /** What went wrong. */
  readonly error: JsonObject | undefined;
  /** Where in the project's files that was, or would be: relative to its root. */
  readonly place?: Place;
  /** How many requests it made; `logs` has them. */
  readonly requests: number;
  readonly facts: JsonObject;
}

const finishedStates: readonly FlowRunState[] = ['completed', 'failed'];

/** Makes a run and drives it to its end. */
export async function runFlow(
  engine: Engine,
  kind: string,
  key: string,
  options: QueueOptions,
): Promise<FlowRunDetails> {
  const { id } = await queueRun(engine, kind, key, { ...options, driven: true });
  return drivenOf(engine, await driveFully(engine, id, { signal: options.signal, fresh: true }));
}

/** Goes on with a run that was cut off, stopped, interrupted or never begun. Rejects with `flow/ended` for others. */
export async function resumeRun(
  engine: Engine,
  id: string,
  options: DriveRunOptions,
): Promise<FlowRunDetails> {
  const run = await findRun(engine, id);
  if (options.retryFailed !== true && finishedStates.includes(run.state)) {
    throw new MembraneError('flow/ended', `the run "${run.id}" is ${run.state}`, {
      hint:
        run.state === 'failed'
          ? `to do again what failed: membrane flow-run retry ${run.id}`
          : `to run it anew: membrane flow-run replay ${run.id}`,
    });
  }
  if (options.retryFailed === true && run.state === 'completed') {
    throw new MembraneError('flow/ended', `nothing failed in the run "${run.id}"`, {
      hint: `to run it anew: membrane flow-run replay ${run.id}`,
    });
  }
  return drivenOf(engine, await driveFully(engine, run.id, options));
}

/** Stops a run, whichever process drives it; resolves when it has stopped. It can go on later. */
export async function stopRun(engine: Engine, id: string): Promise<FlowRunDetails> {
  const { clock } = engine.ports;
  const durability = await engine.ports.durability();
  let run = await findRun(engine, id);
  if (finishedStates.includes(run.state) || run.state === 'stopped' || run.state === 'interrupted') {
    throw new MembraneError('flow/ended', `the run "${run.id}" is ${run.state}`, {
      hint: 'there is nothing to stop',
    });
  }
  await askToStop(engine, run);
  const name = { tenant: engine.tenant, id: run.id };
  while (await durability.isDriven(name)) await clock.sleep(50);
  run = await findRun(engine, run.id);
  if (run.state === 'queued' || run.state === 'running') {
    run = { ...run, state: 'stopped', endedAt: clock.now() };
    await putRun(engine, run, {}, await runNotices(engine, run));
    emitRun(engine, run);
  }
  return detailsOf(engine, run, false);
}

/**
 * A new run of the flow as it is now, with the inputs of an older one. `from`: only that node and what follows it run
 * again; everything else gives what it gave then.
 */
export async function replayRun(
  engine: Engine,
  id: string,
  { from, signal }: { readonly from?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<FlowRunDetails> {
  const old = await findRun(engine, id);
  if (from !== undefined) requireNode(engine, old, from);
  const run = await queueRun(engine, old.kind, old.flow, {
    connection: old.connectionId ?? old.connection,
    instance: old.instance,
    start: old.start,
    inputs: allInputs(engine, old),
    launchedBy: { type: 'replay', flowRunId: old.id },
    signal,
  });
  if (from !== undefined) {
    if (run.revision !== old.revision) throw await changed(engine, run, old);
    const { tenant } = engine;
    const { walk } = walkKind(engine, run.kind);
    const flow = (await elementOf(engine, run)).value;
    const isKept = (step: StoredStep) => step.state === 'completed' && !walk.isBehind(flow, step.id, from);
    const durability = await engine.ports.durability();
    await durability.copy({ tenant, id: old.id }, { tenant, id: run.id }, run.inputs, isKept);
  }
  return drivenOf(engine, await driveFully(engine, run.id, { signal, fresh: from === undefined }));
}

function requireNode(engine: Engine, run: StoredRun, key: string): void {
  const element = engine.project.resolve(run.kind, run.flow);
  if (element === undefined) return; // it will be said that the flow is gone
  const keys = walkKind(engine, run.kind)
    .walk.graph(element.value)
    .nodes.map((node) => node.key);
  if (keys.includes(key)) return;
  throw new MembraneError('usage/argument', `the flow "${run.flow}" has no node "${key}"`, {
    hint: didYouMean(key, keys) ?? `see them: membrane flow graph ${run.flow}`,
  });
}

/** The flow of a run, as it was when the run was made. */
export async function elementOf(engine: Engine, run: StoredRun): Promise<ResolvedElement> {
  const { connection, customised } = await connectionOf(engine, run);
  const scope = scopeOf(engine, connection, customised, run.instance);
  return (await projectAt(engine, run.revision, { kind: run.kind, key: run.flow }, scope)).element;
}

export interface RunQuery {
  /** Key of a flow. */
  readonly flow?: string | undefined;
  readonly state?: FlowRunState | undefined;
  readonly limit?: number | undefined;
}

/** Newest first. */
export async function listRuns(engine: Engine, { flow, state, limit = 50 }: RunQuery): Promise<FlowRun[]> {
  const rows = await (
    await runDrawer(engine)
  ).list({
    tenant: engine.tenant,
    limit,
    ...(flow === undefined ? {} : { parent: flow }),
    ...(state === undefined ? {} : { state }),
  });
  return rows.map((row) => publicRun(runOf(row)));
}

export async function showRun(engine: Engine, id: string): Promise<FlowRunDetails> {
  const run = await findRun(engine, id);
  const name = { tenant: engine.tenant, id: run.id };
  const driven = run.state === 'running' && (await (await engine.ports.durability()).isDriven(name));
  return detailsOf(engine, run, driven);
}

/** Removes a run and everything that belongs to it. */
export async function forgetRun(engine: Engine, run: StoredRun): Promise<void> {
  await (await engine.ports.durability()).forget({ tenant: engine.tenant, id: run.id });
  await forgetInputs(engine, run);
  await forgetStop(engine, run);
  await (await runDrawer(engine)).remove(engine.tenant, [run.id]);
}

async function changed(engine: Engine, made: StoredRun, old: StoredRun): Promise<MembraneError> {
  await forgetRun(engine, made);
  return new MembraneError(
    'flow/changed',
    `the flow "${old.flow}" is not what it was in the run "${old.id}"`,
    {
      hint: `what nodes gave then need not fit any more; run all of it: membrane flow-run replay ${old.id}`,
    },
  );
}

async function detailsOf(engine: Engine, run: StoredRun, driven: boolean): Promise<FlowRunDetails> {
  return drivenOf(engine, { run, progress: await progressOf(engine, run) }, driven);
}

async function drivenOf(
  engine: Engine,
  { run, progress: given }: { readonly run: StoredRun; readonly progress: KnownProgress },
  driven = false,
): Promise<FlowRunDetails> {
  const progress = asKnown(run, given);
  const durability = await engine.ports.durability();
  const name = { tenant: engine.tenant, id: run.id };
  const failures: NodeRunFacts[] = [];
  for (const id of progress.failures) {
    const step = await durability.find(name, id);
    if (step?.state === 'failed' || step?.state === 'interrupted' || step?.running === true)
      failures.push({ ...nodeRunOf(step), ...placeOf(engine, run, step) });
  }
  return {
    ...publicRun(run),
    driven,
    nodes: countsOf(engine, run, progress),
    begun: progress.begun,
    finished: progress.finished,
    failures,
  };
}

/** The place of what went wrong; for a node run that was cut off, of its node. */
function placeOf(engine: Engine, run: StoredRun, { group, facts }: StoredStep): { place?: Place } {
  const { error } = facts;
  if (isObject(error)) return isObject(error['place']) ? { place: error['place'] as unknown as Place } : {};
  const { project } = engine;
  const element = project.resolve(run.kind, run.flow);
  if (element === undefined) return {};
  const { walk } = walkKind(engine, run.kind);
  const { file, line, column } = project.locate(element, walk.placeOf(group), 'key');
  return { place: { file: relative(project.root, file), line, column } };
}

export function nodeRunOf(step: StoredStep & { readonly running: boolean }): NodeRunFacts {
  const { error, ms, started: _, requests, ...facts } = step.facts;
  return {
    id: step.id,
    node: step.group,
    state: step.running ? 'running' : step.state,
    time: step.time,
    ms: typeof ms === 'number' ? ms : undefined,
    ...(step.output === undefined ? {} : { output: step.output }),
    error: typeof error === 'object' && error !== null && !Array.isArray(error) ? error : undefined,
    requests: typeof requests === 'number' ? requests : 0,
    facts,
  };
}

function publicRun({
  kind: _kind,
  connectionId: _id,
  instance: _instance,
  alone: _alone,
  few: _few,
  ...run
}: StoredRun): FlowRun {
  return run;
}
