import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Row } from '../core/ports.js';
import type { Engine } from './engine.js';
import {
  eventOf,
  eventRow,
  historyDrawer,
  historyOf,
  internalDrawer,
  pendingDrawer,
  pendingOf,
  pullDrawer,
  type EventState,
  type StoredEvent,
} from './event-rows.js';
import { beginningWith } from './id-beginning.js';
import { findSubscription, putSubscription } from './subscription-rows.js';
import { withSubscription } from './subscription-change.js';

export interface EventQuery {
  readonly state?: EventState | undefined;
  /** Id or name of a subscription. */
  readonly subscription?: string | undefined;
  readonly limit?: number | undefined;
}

/** Newest first: those that wait, and those that are over. */
export async function listEvents(engine: Engine, query: EventQuery = {}): Promise<StoredEvent[]> {
  const { state, limit = 50 } = query;
  const parent =
    query.subscription === undefined ? undefined : (await findSubscription(engine, query.subscription)).id;
  const asked = {
    tenant: engine.tenant,
    limit,
    ...(state === undefined ? {} : { state }),
    ...(parent === undefined ? {} : { parent }),
  };
  const rows = [
    ...(await (await pendingOf(engine)).list(asked)),
    ...(await (await historyOf(engine)).list(asked)),
  ];
  return rows
    .map(eventOf)
    .sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}

/**
 * By id, or by the beginning of one that is at least 8 characters long. Rejects with `event/unknown`, and with
 * `usage/ambiguous` where several begin so.
 */
export async function findEvent(engine: Engine, id: string): Promise<StoredEvent> {
  const drawers = [await pendingOf(engine), await historyOf(engine)];
  for (const drawer of drawers) {
    const row = await drawer.get(engine.tenant, id);
    if (row !== undefined) return eventOf(row);
  }
  const named = new Map<string, Row>();
  if (id.length >= shortest)
    for (const drawer of drawers)
      for await (const row of beginningWith(drawer, engine.tenant, id)) named.set(row.id, row);
  const [first, second] = named.values();
  if (first !== undefined && second === undefined) return eventOf(first);
  if (first !== undefined) {
    const ids = [...named.keys()].slice(0, 3).map((one) => one.slice(0, id.length + 4));
    throw new MembraneError('usage/ambiguous', `${named.size} events begin with "${id}"`, {
      hint: `give more of the id: ${ids.join(', ')}${named.size > 3 ? ', …' : ''}`,
    });
  }
  const emitted = await (await engine.ports.store()).drawer(internalDrawer).get(engine.tenant, id);
  if (emitted !== undefined) {
    throw new MembraneError('event/unknown', `"${id}" is what was emitted, not what came of it`, {
      hint: `see that: membrane event why ${id}`,
    });
  }
  throw new MembraneError('event/unknown', `no event "${id}"`, {
    hint:
      id.length < shortest && id !== ''
        ? `give at least ${shortest} characters of the id, as "membrane event list" shows it`
        : 'see them with "membrane event list"',
  });
}

const shortest = 8;

/** Delivers again what is dead, or waits. Without ids: all that is dead. Gives how many. */
export async function retryEvents(engine: Engine, ids: readonly string[]): Promise<number> {
  const events =
    ids.length === 0 ? await undelivered(engine) : await Promise.all(ids.map((id) => findEvent(engine, id)));
  return change(engine, events, ['dead', 'pending'], (event) => ({
    ...event,
    state: 'pending',
    attempts: 0,
  }));
}

/** Delivers events again that are over, with the same ids. */
export function replayEvents(engine: Engine, ids: readonly string[]): Promise<number> {
  return Promise.all(ids.map((id) => findEvent(engine, id))).then((events) =>
    change(engine, events, ['done', 'skipped', 'dropped', 'dead'], (event) => ({
      ...event,
      state: 'pending',
      attempts: 0,
      run: undefined,
    })),
  );
}

/** Events that are never to be delivered. Gives how many. */
export async function dropEvents(engine: Engine, ids: readonly string[]): Promise<number> {
  const events = await Promise.all(ids.map((id) => findEvent(engine, id)));
  return change(engine, events, ['dead', 'pending'], (event) => ({ ...event, state: 'dropped' }));
}

/** Those that are dead, and those that wait because it failed before. */
async function undelivered(engine: Engine): Promise<StoredEvent[]> {
  const { tenant } = engine;
  const drawer = await pendingOf(engine);
  const rows = await Promise.all(
    ['dead', 'pending'].map((state) => drawer.list({ tenant, state, limit: 100_000 })),
  );
  return rows
    .flat()
    .map(eventOf)
    .filter(({ state, attempts }) => state === 'dead' || attempts > 0);
}

/** Changes events under the lock of their subscriptions: a watcher may deliver them just now. */
async function change(
  engine: Engine,
  events: readonly StoredEvent[],
  from: readonly EventState[],
  to: (event: StoredEvent) => StoredEvent,
): Promise<number> {
  let count = 0;
  const { tenant } = engine;
  for (const { id, subscription } of events) {
    const done = await withSubscription(engine, subscription, 30_000, async (now, guard) => {
      const before = await findEvent(engine, id);
      if (!from.includes(before.state)) return true;
      const row = eventRow(tenant, to(before));
      const waits = row.state === 'pending';
      const store = await engine.ports.store();
      await store.write(
        [
          { drawer: pendingDrawer, ...(waits ? { put: [row] } : { remove: [row] }) },
          { drawer: historyDrawer, ...(waits ? { remove: [row] } : { put: [row] }) },
        ],
        { guard },
      );
      if (waits && now?.deliverAt !== undefined)
        await putSubscription(engine, { ...now, deliverAt: undefined }, { guard });
      count += 1;
      return true;
    });
    if (done === undefined) {
      throw new MembraneError('store/busy', `somebody works on the subscription of "${id}"`, {
        hint: 'a watcher delivers its events at this moment; try again',
      });
    }
  }
  return count;
}

export interface PullEntry {
  readonly id: string;
  readonly time: number;
  readonly state: string;
  readonly subscription: string;
  readonly data: JsonObject;
}

/** Looks that found something or failed, newest first. */
export async function listPulls(engine: Engine, query: EventQuery = {}): Promise<PullEntry[]> {
  const parent =
    query.subscription === undefined ? undefined : (await findSubscription(engine, query.subscription)).id;
  const rows = await (await engine.ports.store()).drawer(pullDrawer).list({
    tenant: engine.tenant,
    limit: query.limit ?? 50,
    ...(parent === undefined ? {} : { parent }),
  });
  return rows.map((row) => ({
    id: row.id,
    time: row.time,
    state: row.state ?? '',
    subscription: row.parent ?? '',
    data: row.data,
  }));
}
