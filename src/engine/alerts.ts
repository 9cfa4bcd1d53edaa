import { MembraneError } from '../core/error.js';
import type { DrawerChange, Lock } from '../core/ports.js';
import {
  alertDrawer,
  alertHistoryDrawer,
  alertOf,
  alertRow,
  alertsOf,
  causeOf,
  findAlert,
  openAlertRow,
  openAlerts,
  type Alert,
} from './alert-rows.js';
import type { Engine } from './engine.js';
import { noticeChanges } from './notices.js';

/** What is wrong at this moment, as those say it who look. */
export type Cause = Pick<Alert, 'type' | 'severity' | 'subject' | 'description' | 'help' | 'connectionId'>;

/** Opens an alert, unless one is open for the same: several processes may see the same thing at once. */
export async function raiseAlert(engine: Engine, cause: Cause): Promise<Alert> {
  const { open } = await alertsOf(engine);
  const known = await open.get(engine.tenant, causeOf(cause));
  if (known !== undefined) return alertOf(known);
  return locked(engine, cause, async (guard) => {
    const meanwhile = await open.get(engine.tenant, causeOf(cause));
    if (meanwhile !== undefined) return alertOf(meanwhile);
    const { clock, ids } = engine.ports;
    const made: Alert = {
      ...cause,
      id: ids.next(),
      tenant: engine.tenant,
      status: 'ongoing',
      createdAt: clock.now(),
    };
    const store = await engine.ports.store();
    await store.write([{ drawer: alertDrawer, put: [openAlertRow(made)] }, ...told(engine, made)], { guard });
    return made;
  });
}

/** The cause of an alert is over. */
export async function endAlert(engine: Engine, ended: Pick<Alert, 'type' | 'subject'>): Promise<void> {
  const { open } = await alertsOf(engine);
  const isOpen = async () => open.get(engine.tenant, causeOf(ended));
  if ((await isOpen()) === undefined) return;
  await locked(engine, ended, async (guard) => {
    const row = await isOpen();
    if (row === undefined) return;
    const before = alertOf(row);
    const alert = resolved(engine, before);
    const store = await engine.ports.store();
    await store.write(
      [
        { drawer: alertDrawer, remove: [row] },
        { drawer: alertHistoryDrawer, put: [alertRow(alert)] },
        ...(before.status === 'resolved' ? [] : told(engine, alert)),
      ],
      { guard },
    );
  });
}

/** Somebody says that it is dealt with. It does not come again before its cause was over once. */
export async function resolveAlert(engine: Engine, id: string): Promise<Alert> {
  const found = await findAlert(engine, id);
  if (found.status === 'resolved') return found;
  return locked(engine, found, async (guard) => {
    const { open } = await alertsOf(engine);
    const row = await open.get(engine.tenant, causeOf(found));
    if (row === undefined) return findAlert(engine, id); // it ended by itself meanwhile
    const alert = resolved(engine, alertOf(row));
    const store = await engine.ports.store();
    await store.write([{ drawer: alertDrawer, put: [openAlertRow(alert)] }, ...told(engine, alert)], {
      guard,
    });
    return alert;
  });
}

export interface AlertQuery {
  /** Those that are resolved, too. */
  readonly all?: boolean | undefined;
  readonly limit?: number | undefined;
}

/** Newest first. */
export async function listAlerts(
  engine: Engine,
  { all = false, limit = 50 }: AlertQuery = {},
): Promise<Alert[]> {
  const { over } = await alertsOf(engine);
  const open = await openAlerts(engine);
  const ended = all ? (await over.list({ tenant: engine.tenant, limit })).map(alertOf) : [];
  return [...open, ...ended]
    .filter(({ status }) => all || status === 'ongoing')
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}

function resolved(engine: Engine, alert: Alert): Alert {
  return { ...alert, status: 'resolved', resolvedAt: alert.resolvedAt ?? engine.ports.clock.now() };
}

/** As Membrane sends it. There is one workspace, the project, and it has no page. */
function told(engine: Engine, alert: Alert): DrawerChange[] {
  const { id, type, severity, description, status, createdAt, resolvedAt, connectionId } = alert;
  const time = (ms: number): string => new Date(ms).toISOString();
  return noticeChanges(engine, {
    eventType: status === 'ongoing' ? 'alert.created' : 'alert.resolved',
    about: connectionId ?? 'alerts',
    payload: {
      data: {
        alert: {
          id,
          type,
          severity,
          description,
          status,
          workspaceId: engine.project.config.name,
          workspaceUrl: null,
          createdAt: time(createdAt),
          ...(resolvedAt === undefined ? {} : { resolvedAt: time(resolvedAt) }),
          customerId: engine.tenant,
        },
      },
    },
  });
}

async function locked<T>(
  engine: Engine,
  cause: Pick<Alert, 'type' | 'subject'>,
  work: (guard: Lock) => Promise<T>,
): Promise<T> {
  const lock = await (await engine.ports.store()).lock(`alert/${engine.tenant}/${causeOf(cause)}`);
  try {
    return await work(lock);
  } catch (error) {
    // It was held for too long: whoever has it now may have done the same, which is looked at anew.
    if (error instanceof MembraneError && error.code === 'store/fence')
      return await locked(engine, cause, work);
    throw error;
  } finally {
    await lock.release();
  }
}
