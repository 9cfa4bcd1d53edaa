import type { Connection } from '../core/connection.js';
import type { JsonObject } from '../core/json.js';
import type { NotificationEvent } from '../core/notification.js';
import type { DrawerChange } from '../core/ports.js';
import type { Engine } from './engine.js';
import { receiversOf, wants } from './notification-receivers.js';
import { notificationDrawer, notificationRow, type StoredNotification } from './notification-rows.js';

/** What happens to a connection that others may want to be told of. */
export type ConnectionEvent = 'created' | 'disconnected' | 'reconnected' | 'deleted';

/** Something to tell. `about`: the connection, or whatever else its order matters within. */
export interface Notice {
  readonly eventType: NotificationEvent;
  readonly about: string;
  /** What is sent beside `eventType`. */
  readonly payload: JsonObject;
}

/** Whether anybody is to be told. */
export function wantsNotice(engine: Engine, eventType: NotificationEvent): boolean {
  return receiversOf(engine).some((receiver) => wants(receiver, eventType));
}

/**
 * What is to be written so that a notice is sent: to be stored in one transaction with the change that it tells of.
 * Nothing where no receiver in `notifications` wants it: nobody would ever take it out.
 */
export function noticeChanges(engine: Engine, notice: Notice): DrawerChange[] {
  const notifications = notificationsFor(engine, notice, 'pending');
  return notifications.length === 0 ? [] : [change(notifications)];
}

/**
 * Does something to a connection, and has it told. Connections are in a file of their own, so that no transaction holds
 * both: what is to be told is held before, and let go after. Where a process is killed between the two, whoever sends
 * notifications looks at the connection to see whether it happened. The caller holds the lock of the connection.
 */
export async function tellingOf<T extends Connection | undefined>(
  engine: Engine,
  event: ConnectionEvent,
  connection: Connection,
  work: () => Promise<T>,
): Promise<T> {
  const eventType = `connection.${event}` as const;
  if (!wantsNotice(engine, eventType)) return work();
  const noticeOf = (one: Connection): Notice => ({
    eventType,
    about: connection.id,
    payload: { data: { connection: payload(engine, one) } },
  });
  // what is stored of the connection has the time that stands in it, and not that of this moment
  const { updatedAt } = connection;
  const held = notificationsFor(engine, noticeOf(connection), 'held').map((one) =>
    event === 'reconnected' && updatedAt !== undefined ? { ...one, time: updatedAt } : one,
  );
  const store = await engine.ports.store();
  await store.write([change(held)]);
  let now: T;
  try {
    now = await work();
  } catch (error) {
    await store.write([{ drawer: notificationDrawer, remove: held }]);
    throw error;
  }
  const { payload: told } = noticeOf(now ?? connection);
  await store.write([change(held.map((one) => ({ ...one, state: 'pending', payload: told })))]);
  return now;
}

/** Whether what a held notification tells of has happened. The caller holds the lock of the connection. */
export async function hasHappened(engine: Engine, held: StoredNotification): Promise<boolean> {
  const connection = await engine.ports.connections.get(engine.tenant, connectionIdOf(held));
  const isThere = connection?.id === connectionIdOf(held);
  if (held.eventType === 'connection.deleted') return !isThere;
  if (!isThere) return false;
  if (held.eventType === 'connection.created') return true;
  if (held.eventType === 'connection.disconnected') return connection.disconnected;
  return !connection.disconnected && (connection.updatedAt ?? connection.createdAt) >= held.time;
}

/** What a held notification is about. */
export function connectionIdOf({ lane }: StoredNotification): string {
  return lane.slice(lane.indexOf('/') + 1);
}

function notificationsFor(
  engine: Engine,
  { eventType, about, payload: told }: Notice,
  state: 'held' | 'pending',
): StoredNotification[] {
  const receivers = receiversOf(engine).filter((receiver) => wants(receiver, eventType));
  if (receivers.length === 0) return [];
  const { clock, ids } = engine.ports;
  const notice = ids.next();
  const time = clock.now();
  return receivers.map(({ id, to }) => ({
    id: `${notice}-${id}`,
    tenant: engine.tenant,
    state,
    time,
    lane: `${id}/${about}`,
    notice,
    receiver: id,
    to,
    eventType,
    payload: told,
    attempts: 0,
  }));
}

function change(notifications: readonly StoredNotification[]): DrawerChange {
  return { drawer: notificationDrawer, put: notifications.map(notificationRow) };
}

/** As Membrane sends it. The customer is the tenant; an integration that is no export has its key as its id. */
function payload(engine: Engine, connection: Connection): JsonObject {
  const { id, integrationKey, name, disconnected, tenantKey } = connection;
  const element = engine.project.resolve('integration', integrationKey);
  const exported = element?.layers.map((layer) => layer.id).find((one) => one !== undefined);
  return {
    id,
    integrationId: exported ?? integrationKey,
    integrationKey,
    name,
    disconnected,
    customerId: tenantKey,
  };
}
