import type { FlowRunState } from '../core/flow-run.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { DrawerChange } from '../core/ports.js';
import type { Engine } from './engine.js';
import type { StoredRun } from './flow-run-rows.js';
import { noticeChanges, wantsNotice } from './notices.js';

const events = {
  queued: 'queued',
  running: 'started',
  completed: 'completed',
  failed: 'failed',
  // It waits for a person, as one that failed does.
  interrupted: 'failed',
  stopped: 'stopped',
} as const;

/** Says to who listens in this process that a run came to a state. */
export function emitRun(engine: Engine, { id, kind, flow, state }: StoredRun): void {
  engine.emit({ type: 'flow-run', runId: id, ref: `${kind}/${flow}`, state });
}

/**
 * What is to be stored together with the state of a run, so that who wants to be notified of it is. `failures`: ids of
 * node runs that failed.
 */
export async function runNotices(
  engine: Engine,
  run: StoredRun,
  failures: readonly string[] = [],
): Promise<DrawerChange[]> {
  const { id, flow, connectionId, startedAt, endedAt, start, launchedBy } = run;
  const state: FlowRunState = run.state;
  const eventType = `flowRun.${events[state]}` as const;
  if (engine.aside === true || !wantsNotice(engine, eventType)) return [];
  const connection =
    connectionId === undefined ? undefined : await engine.ports.connections.get(engine.tenant, connectionId);
  const flowRun: JsonObject = {
    id,
    connectionFlowId: flow,
    ...(connection === undefined ? {} : { integrationFlowId: `${connection.integrationKey}/${flow}` }),
    state,
    ...(startedAt === undefined ? {} : { startTime: new Date(startedAt).toISOString() }),
    ...(endedAt === undefined ? {} : { endTime: new Date(endedAt).toISOString() }),
    startNodeKey: start,
    launchedBy,
  };
  const isFailure = eventType === 'flowRun.failed';
  return noticeChanges(engine, {
    eventType,
    about: connectionId ?? `${run.kind}/${flow}`,
    payload: { data: { flowRun }, ...(isFailure ? { errors: await errorsOf(engine, run, failures) } : {}) },
  });
}

/** Why it failed as a whole, or why the first of its node runs did. */
async function errorsOf(
  { ports, tenant }: Engine,
  { id, error }: StoredRun,
  failures: readonly string[],
): Promise<JsonObject[]> {
  if (error !== undefined) return [error];
  const durability = await ports.durability();
  const steps = await Promise.all(failures.map((step) => durability.find({ tenant, id }, step)));
  return steps.flatMap((step) => {
    const facts = step?.facts['error'];
    return step !== undefined && isObject(facts) ? [{ node: step.group, ...facts }] : [];
  });
}
