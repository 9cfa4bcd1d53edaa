import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Drawer, Row } from '../core/ports.js';
import type { Engine } from './engine.js';

/**
 * `held`: what it tells of is being done at this moment, and may come to nothing. `pending`: waits for its turn.
 * `done`: the receiver has it. `dead`: it could not be delivered, and is not tried any more. `dropped`: by somebody.
 */
export type NotificationState = 'held' | 'pending' | 'done' | 'dead' | 'dropped';

/** Something that happened, for one receiver. Times are milliseconds since 1970. */
export interface StoredNotification {
  /** `NOTICE-RECEIVER`. */
  readonly id: string;
  readonly tenant: string;
  readonly state: NotificationState;
  readonly time: number;
  /** What has to arrive in order: the receiver, and the connection or flow that it is about. */
  readonly lane: string;
  /** The same for each receiver, and at each try: its `webhook-id`. */
  readonly notice: string;
  readonly receiver: string;
  /** The host of the receiver, for people; what else its address holds may be secret. */
  readonly to: string;
  readonly eventType: string;
  /** What is sent beside `eventType`. */
  readonly payload: JsonObject;
  readonly attempts: number;
  /** Not before this time it is tried again. */
  readonly tryAt?: number | undefined;
  /** When the receiver took it, or it was given up. */
  readonly endedAt?: number | undefined;
  readonly error?: JsonObject | undefined;
}

/** What is to be delivered is in one drawer; what is over, in another, from which age and number remove it. */
export const notificationDrawer = 'notification-pending';
export const notificationHistoryDrawer = 'notification';

export function notificationRow({ id, tenant, state, time, lane, ...data }: StoredNotification): Row {
  return { id, tenant, time, state, parent: lane, data: JSON.parse(JSON.stringify(data)) as JsonObject };
}

export function notificationOf({ id, tenant, state, time, parent, data }: Row): StoredNotification {
  const fields = data as unknown as Omit<StoredNotification, 'id' | 'tenant' | 'state' | 'time' | 'lane'>;
  return { ...fields, id, tenant, time, state: state as NotificationState, lane: parent ?? '' };
}

export async function notificationsOf({ ports }: Engine): Promise<{ waiting: Drawer; over: Drawer }> {
  const store = await ports.store();
  return { waiting: store.drawer(notificationDrawer), over: store.drawer(notificationHistoryDrawer) };
}

export interface NotificationQuery {
  readonly state?: NotificationState | undefined;
  readonly limit?: number | undefined;
}

/** Newest first: those that wait, and those that are over. */
export async function listNotifications(
  engine: Engine,
  { state, limit = 50 }: NotificationQuery = {},
): Promise<StoredNotification[]> {
  const { waiting, over } = await notificationsOf(engine);
  const asked = { tenant: engine.tenant, limit, ...(state === undefined ? {} : { state }) };
  const rows = [...(await waiting.list(asked)), ...(await over.list(asked))];
  return rows
    .map(notificationOf)
    .sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}

/** So long the beginning of an id has to be. */
const shortest = 8;
const newest = 10_000;

/**
 * Those whose ids begin so: a notification has one id for each of its receivers. Rejects with
 * `notification/unknown`.
 */
export async function findNotifications(engine: Engine, id: string): Promise<StoredNotification[]> {
  const found: StoredNotification[] = [];
  for (const drawer of Object.values(await notificationsOf(engine))) {
    const row = await drawer.get(engine.tenant, id);
    if (row !== undefined) return [notificationOf(row)];
    if (id.length < shortest) continue;
    const rows = await drawer.list({ tenant: engine.tenant, limit: newest });
    found.push(...rows.filter((one) => one.id.startsWith(id)).map(notificationOf));
  }
  const notices = new Set(found.map(({ notice }) => notice));
  if (notices.size === 1) return found;
  const message =
    notices.size === 0 ? `no notification "${id}"` : `${notices.size} notifications begin with "${id}"`;
  throw new MembraneError('notification/unknown', message, {
    hint: 'see them with "membrane notification list"',
  });
}
