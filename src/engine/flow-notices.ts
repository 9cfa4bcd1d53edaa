import type { JsonObject } from '../core/json.js';
import type { Engine } from './engine.js';
import type { StoredRun } from './flow-run-rows.js';
import { noticesDrawer, wantsNotice } from './notices.js';

const events = {
  queued: 'queued',
  running: 'started',
  completed: 'completed',
  failed: 'failed',
  // It waits for a person, as one that failed does.
  interrupted: 'failed',
  stopped: 'stopped',
} as const;

/** Says that a run came to a state: to who listens in this process, and to who wants to be notified of it. */
export async function noticeRun(
  engine: Engine,
  run: StoredRun,
  errors: readonly JsonObject[] = [],
): Promise<void> {
  engine.emit({ type: 'flow-run', runId: run.id, ref: `${run.kind}/${run.flow}`, state: run.state });
  const eventType = `flowRun.${events[run.state]}`;
  if (!wantsNotice(engine, eventType)) return;
  const { id, state, flow, connection, startedAt, endedAt, start, launchedBy } = run;
  const integration = (await engine.ports.connections.list(engine.tenant)).find(
    ({ key }) => key === connection,
  );
  const flowRun: JsonObject = {
    id,
    connectionFlowId: flow,
    ...(integration === undefined ? {} : { integrationFlowId: `${integration.integrationKey}/${flow}` }),
    state,
    ...(startedAt === undefined ? {} : { startTime: new Date(startedAt).toISOString() }),
    ...(endedAt === undefined ? {} : { endTime: new Date(endedAt).toISOString() }),
    startNodeKey: start,
    launchedBy,
  };
  const drawer = (await engine.ports.store()).drawer(noticesDrawer);
  await drawer.put({
    id: engine.ports.ids.next(),
    tenant: engine.tenant,
    time: engine.ports.clock.now(),
    state: 'pending',
    parent: id,
    data: { eventType, data: { flowRun }, ...(errors.length === 0 ? {} : { errors: [...errors] }) },
  });
}
