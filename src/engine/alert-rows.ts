import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Drawer, Row } from '../core/ports.js';
import type { Engine } from './engine.js';

export const alertTypes = [
  'connection_disconnected',
  'flow_failing',
  'event_queue_growing',
  'subscription_failing',
  'notification_failing',
  'limit_near',
] as const;

export type AlertType = (typeof alertTypes)[number];

/** Something that is wrong, and goes on being wrong until its cause is over. Times are milliseconds since 1970. */
export interface Alert {
  readonly id: string;
  readonly tenant: string;
  readonly type: AlertType;
  readonly severity: 'error' | 'warning';
  /** What it is about: id of a connection, of a subscription, … One alert of a type is open for it. */
  readonly subject: string;
  /** One sentence. */
  readonly description: string;
  /** What to do, ideally a command. */
  readonly help?: string | undefined;
  readonly status: 'ongoing' | 'resolved';
  readonly createdAt: number;
  readonly resolvedAt?: number | undefined;
  /** The connection that it is about, for the order in which it is told. */
  readonly connectionId?: string | undefined;
}

/**
 * Alerts whose cause is there, by type and subject: ongoing, or resolved by hand before the cause is over. The others
 * are in a drawer from which age and number remove them.
 */
export const alertDrawer = 'alert-open';
export const alertHistoryDrawer = 'alert';

export async function alertsOf({ ports }: Engine): Promise<{ open: Drawer; over: Drawer }> {
  const store = await ports.store();
  return { open: store.drawer(alertDrawer), over: store.drawer(alertHistoryDrawer) };
}

export function causeOf({ type, subject }: Pick<Alert, 'type' | 'subject'>): string {
  return `${type}/${subject}`;
}

/** In the drawer of open alerts its id is its cause: there is no second one. */
export function openAlertRow(alert: Alert): Row {
  return { ...alertRow(alert), id: causeOf(alert) };
}

export function alertRow({ id, tenant, status, createdAt, ...data }: Alert): Row {
  const facts = JSON.parse(JSON.stringify({ ...data, id })) as JsonObject;
  return { id, tenant, time: createdAt, state: status, parent: causeOf(data), data: facts };
}

export function alertOf({ tenant, state, time, data }: Row): Alert {
  const fields = data as unknown as Omit<Alert, 'tenant' | 'status' | 'createdAt'>;
  return { ...fields, tenant, status: state === 'resolved' ? 'resolved' : 'ongoing', createdAt: time };
}

const most = 10_000;

export async function openAlerts(engine: Engine): Promise<Alert[]> {
  const { open } = await alertsOf(engine);
  return (await open.list({ tenant: engine.tenant, limit: most })).map(alertOf);
}

/** By id, or by the beginning of one that is at least 8 characters long. Rejects with `alert/unknown`. */
export async function findAlert(engine: Engine, id: string): Promise<Alert> {
  const { over } = await alertsOf(engine);
  const known = [
    ...(await openAlerts(engine)),
    ...(await over.list({ tenant: engine.tenant, limit: most })).map(alertOf),
  ];
  const exact = known.find((one) => one.id === id);
  const named = id.length < 8 ? [] : known.filter((one) => one.id.startsWith(id));
  const found = exact ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  const message = named.length > 1 ? `${named.length} alerts begin with "${id}"` : `no alert "${id}"`;
  throw new MembraneError('alert/unknown', message, { hint: 'see them with "membrane alert list --all"' });
}
