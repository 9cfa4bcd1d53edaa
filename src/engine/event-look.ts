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
import { findSubscription, listSubscriptions, nameOf, putSubscription } from './subscription-rows.js';
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

/** By id, or by the beginning of one that is at least 8 characters long. Rejects with `event/unknown`. */
export async function findEvent(engine: Engine, id: string): Promise<StoredEvent> {
  for (const drawer of [await pendingOf(engine), await historyOf(engine)]) {
    const row = await drawer.get(engine.tenant, id);
    if (row !== undefined) return eventOf(row);
    if (id.length < 8) continue;
    const newest = await drawer.list({ tenant: engine.tenant, limit: 10_000 });
    const named = newest.filter((one) => one.id.startsWith(id));
    if (named.length === 1 && named[0] !== undefined) return eventOf(named[0]);
  }
  throw new MembraneError('event/unknown', `no event "${id}"`, {
    hint: 'see them with "membrane event list"',
  });
}

/** Why something came of an event, or did not. */
export interface Why {
  readonly id: string;
  readonly state: EventState | 'unheard' | 'stored';
  /** Sentences, for people. */
  readonly reasons: readonly string[];
  readonly event?: StoredEvent;
}

export async function whyEvent(engine: Engine, id: string): Promise<Why> {
  const internal = await (await engine.ports.store()).drawer(internalDrawer).get(engine.tenant, id);
  if (internal !== undefined) return whyInternal(engine, internal);
  const event = await findEvent(engine, id);
  const subscription = (await listSubscriptions(engine)).find((one) => one.id === event.subscription);
  const message = String(event.error?.['message'] ?? 'nobody knows why');
  const reasons = {
    pending: [
      event.attempts > 0
        ? `it was tried ${event.attempts} times, the last time: ${message}`
        : 'it waits: "membrane watch" delivers it',
      ...(subscription?.state === 'paused' ? [`"${event.name}" is paused`] : []),
      ...(subscription?.state === 'ended' ? [`"${event.name}" is gone or switched off`] : []),
      ...(subscription?.deliverAt === undefined
        ? []
        : [`it is tried again at ${new Date(subscription.deliverAt).toISOString()}`]),
    ],
    starting: [
      'a flow run is made of it at this moment, or a process was killed that did; "membrane watch" finishes it',
    ],
    dead: [`it was tried ${event.attempts} times, and is not tried any more: ${message}`],
    done: [event.run === undefined ? 'your app has it' : `it started the flow run ${event.run}`],
    skipped: [`the filter of the trigger "${event.name}" did not want it`],
    dropped: ['somebody dropped it'],
  }[event.state];
  return { id: event.id, state: event.state, reasons, event };
}

async function whyInternal(engine: Engine, { id, state, data }: Row): Promise<Why> {
  const { key, starts } = data as { key: string; starts: string[] };
  if (state === 'stored') return { id, state, reasons: starts.map((name) => `it was given to ${name}`) };
  const waiting = (await listSubscriptions(engine)).filter(
    ({ waits }) => waits.for === 'app-event' && waits.event === key,
  );
  const off = waiting.map((one) => `"${nameOf(one)}" waits for it, and was ${one.state} then`);
  const reasons =
    off.length > 0 ? off : [`no enabled flow waited for "${key}"; enable one: membrane flow enable KEY`];
  return { id, state: 'unheard', reasons };
}

/** Delivers again what is dead, or waits. Without ids: all that is dead. Gives how many. */
export async function retryEvents(engine: Engine, ids: readonly string[]): Promise<number> {
  const events =
    ids.length === 0 ? await dead(engine) : await Promise.all(ids.map((id) => findEvent(engine, id)));
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

async function dead(engine: Engine): Promise<StoredEvent[]> {
  return (await (await pendingOf(engine)).list({ tenant: engine.tenant, state: 'dead', limit: 100_000 })).map(
    eventOf,
  );
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
    await withSubscription(engine, subscription, 30_000, async (now, guard) => {
      const before = await findEvent(engine, id);
      if (!from.includes(before.state)) return;
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
    });
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
