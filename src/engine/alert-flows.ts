import { alertsOf, openAlerts } from './alert-rows.js';
import { raiseAlert, type Cause } from './alerts.js';
import type { Engine } from './engine.js';
import { runDrawer, runOf, type StoredRun } from './flow-run-rows.js';

/** So many runs in a row. */
const failuresAtLeast = 3;
/** How far back runs are looked for that failed. */
const windowMs = 24 * 3_600_000;
const [failedRows, runRows] = [200, 100];

/** One flow for one connection. */
type Walk = Pick<StoredRun, 'kind' | 'flow' | 'connection' | 'connectionId'>;

/** The flows whose last runs all failed. Those that run no more stay as they are until one does. */
export async function failingFlows(engine: Engine): Promise<Cause[]> {
  const { tenant, ports } = engine;
  const failed = await (
    await runDrawer(engine)
  ).list({ tenant, state: 'failed', since: ports.clock.now() - windowMs, limit: failedRows });
  const walks = new Map(failed.map(runOf).map((run) => [subjectOf(run), walkOf(run)]));
  const causes: Cause[] = [];
  for (const walk of walks.values()) {
    const failures = await failuresOf(engine, walk);
    if (failures !== undefined) causes.push(causeOf(walk, failures));
  }
  const isKnown = new Set(causes.map(({ subject }) => subject));
  for (const alert of await openAlerts(engine)) {
    if (alert.type !== 'flow_failing' || isKnown.has(alert.subject) || walks.has(alert.subject)) continue;
    if (await goesOn(engine, alert.subject, alert.createdAt)) causes.push({ ...alert, type: 'flow_failing' });
  }
  return causes;
}

/** A run failed just now. */
export async function judgeFailedRun(engine: Engine, run: StoredRun): Promise<void> {
  const { open } = await alertsOf(engine);
  if ((await open.get(engine.tenant, `flow_failing/${subjectOf(run)}`)) !== undefined) return;
  const failures = await failuresOf(engine, run);
  if (failures !== undefined) await raiseAlert(engine, causeOf(walkOf(run), failures));
}

function causeOf({ kind, flow, connection, connectionId }: Walk, failures: readonly StoredRun[]): Cause {
  const last = failures[0];
  const why = last?.error?.['message'];
  return {
    type: 'flow_failing',
    severity: 'error',
    subject: subjectOf({ kind, flow, connectionId }),
    ...(connectionId === undefined ? {} : { connectionId }),
    description:
      `the last ${failures.length} runs of the ${kind} "${flow}"${connection === undefined ? '' : ` for "${connection}"`} ` +
      `failed${typeof why === 'string' ? `: ${why}` : ''}`,
    help: `see what went wrong: membrane flow-run show ${last?.id ?? 'ID'}`,
  };
}

/** The last runs, where all of them failed; undefined where one did not, or there are too few. */
async function failuresOf(engine: Engine, walk: Walk): Promise<readonly StoredRun[] | undefined> {
  const last = (await endedRuns(engine, walk)).slice(0, failuresAtLeast);
  if (last.length < failuresAtLeast) return undefined;
  return last.every(({ state }) => state === 'failed') ? last : undefined;
}

async function endedRuns(
  engine: Engine,
  { kind, flow, connectionId }: Pick<Walk, 'kind' | 'flow' | 'connectionId'>,
): Promise<StoredRun[]> {
  const rows = await (await runDrawer(engine)).list({ tenant: engine.tenant, parent: flow, limit: runRows });
  return rows
    .map(runOf)
    .filter((run) => run.kind === kind && run.connectionId === connectionId)
    .filter(({ state }) => state === 'failed' || state === 'completed');
}

/** No run has succeeded since, and flow and connection are there. */
async function goesOn(engine: Engine, subject: string, since: number): Promise<boolean> {
  const [kind = '', flow = '', connectionId] = subject.split('/').map(decodeURIComponent);
  if (engine.project.resolve(kind, flow) === undefined) return false;
  if (connectionId !== undefined) {
    const connection = await engine.ports.connections.get(engine.tenant, connectionId);
    if (connection === undefined) return false;
  }
  const ended = await endedRuns(engine, { kind, flow, connectionId });
  return !ended.some(({ state, endedAt = 0 }) => state === 'completed' && endedAt >= since);
}

function subjectOf({ kind, flow, connectionId }: Pick<Walk, 'kind' | 'flow' | 'connectionId'>): string {
  const parts = [kind, flow, ...(connectionId === undefined ? [] : [connectionId])];
  return parts.map(encodeURIComponent).join('/');
}

function walkOf({ kind, flow, connection, connectionId }: StoredRun): Walk {
  return { kind, flow, connection, connectionId };
}
