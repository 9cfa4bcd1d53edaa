import type { JsonObject } from '../core/json.js';
import type { Row } from '../core/ports.js';
import type { Engine } from './engine.js';
import { historyOf, pendingOf } from './event-rows.js';
import { keyOf, nameOf, type Subscription } from './subscription-rows.js';

/** A subscription as a watcher sees it at this moment. Times are milliseconds since 1970. */
export interface WatchedSubscription {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** How it learns of changes: once it looked, its method. */
  readonly by: string;
  /** This watcher is at it. */
  readonly busy: boolean;
  readonly lastAt?: number;
  /** Absent where nothing is asked for: others tell. */
  readonly nextAt?: number;
  /** Events that it found. */
  readonly events: number;
  /** Events that wait for delivery, and the time of the oldest of them. */
  readonly pending: number;
  readonly oldestAt?: number;
  readonly dead: number;
  readonly error?: JsonObject;
}

/** So many waiting events are read; where there are more each subscription is asked for its number. */
const most = 1_000;

/** What a watcher watches, as it stands now. */
export async function describeWatched(
  engine: Engine,
  subscriptions: readonly Subscription[],
  busy: ReadonlySet<string>,
): Promise<WatchedSubscription[]> {
  const pending = await waitingOf(engine, subscriptions, 'pending');
  const dead = await waitingOf(engine, subscriptions, 'dead');
  const told = await toldOf(engine, subscriptions);
  return subscriptions.map((one) => {
    const { id, tenant, waits, method, lastAt, nextAt, events, error } = one;
    const key = keyOf(one);
    const waiting = pending.get(key);
    const isAsked = waits.for === 'records' || waits.for === 'schedule';
    return {
      id,
      tenant,
      name: nameOf(one),
      by: method ?? waits.for,
      busy: busy.has(key),
      ...(lastAt === undefined ? {} : { lastAt }),
      ...(isAsked ? { nextAt } : {}),
      events: told.get(key) ?? events,
      pending: waiting?.count ?? 0,
      ...(waiting === undefined ? {} : { oldestAt: waiting.oldestAt }),
      dead: dead.get(key)?.count ?? 0,
      ...(error === undefined ? {} : { error }),
    };
  });
}

/** What the own app emits is stored without the lock of the subscription: it is counted. */
async function toldOf(engine: Engine, subscriptions: readonly Subscription[]): Promise<Map<string, number>> {
  const drawers = [await pendingOf(engine), await historyOf(engine)];
  const found = new Map<string, number>();
  for (const { tenant, id: parent, waits } of subscriptions) {
    if (waits.for !== 'app-event') continue;
    const counts = await Promise.all(drawers.map((drawer) => drawer.count({ tenant, parent })));
    found.set(
      keyOf({ tenant, id: parent }),
      counts.reduce((sum, one) => sum + one, 0),
    );
  }
  return found;
}

interface Waiting {
  readonly count: number;
  readonly oldestAt: number;
}

/** By key of the subscription; those for which nothing waits are left out. */
async function waitingOf(
  engine: Engine,
  subscriptions: readonly Subscription[],
  state: string,
): Promise<Map<string, Waiting>> {
  const drawer = await pendingOf(engine);
  const rows = await drawer.list({ state, order: 'oldest', limit: most });
  if (rows.length < most) return grouped(rows);
  const found = new Map<string, Waiting>();
  for (const { id: parent, tenant } of subscriptions) {
    const [oldest] = await drawer.list({ tenant, parent, state, order: 'oldest', limit: 1 });
    if (oldest === undefined) continue;
    found.set(keyOf({ tenant, id: parent }), {
      count: await drawer.count({ tenant, parent, state }),
      oldestAt: oldest.time,
    });
  }
  return found;
}

function grouped(rows: readonly Row[]): Map<string, Waiting> {
  const found = new Map<string, Waiting>();
  for (const { tenant, parent = '', time } of rows) {
    const key = keyOf({ tenant, id: parent });
    const before = found.get(key);
    found.set(key, { count: (before?.count ?? 0) + 1, oldestAt: before?.oldestAt ?? time });
  }
  return found;
}
