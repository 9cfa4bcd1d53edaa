import { MembraneError } from '../core/error.js';
import { didYouMean } from '../core/nearest.js';
import type { Drawer } from '../core/ports.js';
import type { Engine } from './engine.js';
import { forwardEvent, type Forwarded } from './event-forward.js';
import { eventOf, historyOf, pendingOf, type StoredEvent } from './event-rows.js';
import { findSubscription, listSubscriptions, type Subscription } from './subscription-rows.js';
import { tenantEngines } from './tenants.js';

export interface FollowOptions {
  /** Id or name of a subscription. */
  readonly subscription?: string | undefined;
  /** Only these types of events. */
  readonly types?: readonly string[] | undefined;
  /** Events since then come first, milliseconds since 1970. Default: only those that are yet to come. */
  readonly since?: number | undefined;
  /** Every tenant; otherwise that of the engine. */
  readonly allTenants?: boolean | undefined;
  /** Where each is posted to, one after the other. */
  readonly forwardTo?: string | undefined;
  readonly signal: AbortSignal;
}

/** An event as it was stored, and what came of posting it. */
export interface FollowedEvent extends StoredEvent {
  readonly tenant: string;
  readonly forwarded?: Forwarded;
}

/** The types that events have. */
export const eventTypes = ['created', 'updated', 'deleted', 'schedule', 'app-event', 'connector-event'];

const everyMs = 500;
/** Several processes may store events of one subscription, each with the time at which it began. */
const overlapMs = 5_000;
const pageSize = 1_000;

/**
 * New events, as whoever watches stores them, each one once, until the signal says so. What becomes of them does not
 * change. Rejects where there is no such subscription, or type.
 */
export async function* followEvents(engine: Engine, options: FollowOptions): AsyncGenerator<FollowedEvent> {
  const { types = [], signal, forwardTo: url } = options;
  for (const type of types) requireType(type);
  const only =
    options.subscription === undefined
      ? undefined
      : (await findSubscription(engine, options.subscription)).id;
  const marks = new Map<string, Mark>();
  const begin = options.since ?? engine.ports.clock.now();
  while (!signal.aborted) {
    for (const own of await tenantEngines(engine, options.allTenants === true)) {
      for (const subscription of await listSubscriptions(own)) {
        if (only !== undefined && subscription.id !== only) continue;
        for (const event of await newOf(own, subscription, marks, begin)) {
          if (types.length > 0 && !types.includes(event.type)) continue;
          if (signal.aborted) return;
          const forwarded =
            url === undefined
              ? {}
              : { forwarded: await forwardEvent(own, subscription.connection, event, { url, signal }) };
          yield { ...event, tenant: own.tenant, ...forwarded };
        }
      }
    }
    await engine.ports.clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

/** How far the events of a subscription were seen. */
interface Mark {
  since: number;
  /** Ids, with their times, of those that the next look finds again. */
  seen: Map<string, number>;
  lastEventAt: number | undefined;
}

async function newOf(
  engine: Engine,
  { id: parent, waits, lastEventAt }: Subscription,
  marks: Map<string, Mark>,
  begin: number,
): Promise<StoredEvent[]> {
  const key = `${engine.tenant} ${parent}`;
  const known = marks.get(key);
  // What a look or a schedule finds is stored together with its time.
  const isTold = waits.for === 'records' || waits.for === 'schedule';
  if (known !== undefined && isTold && known.lastEventAt === lastEventAt) return [];
  const mark = known ?? { since: begin, seen: new Map<string, number>(), lastEventAt };
  marks.set(key, mark);
  mark.lastEventAt = lastEventAt;
  const from = Math.max(begin, mark.since - overlapMs);
  const found = new Map<string, StoredEvent>();
  // In this order: an event that is delivered meanwhile goes from the first to the second.
  for (const drawer of [await pendingOf(engine), await historyOf(engine)])
    for await (const event of storedSince(drawer, engine.tenant, parent, from))
      if (!mark.seen.has(event.id)) found.set(event.id, event);
  const events = [...found.values()].sort((a, b) => a.time - b.time);
  for (const { id, time } of events) mark.seen.set(id, time);
  mark.since = Math.max(mark.since, events.at(-1)?.time ?? 0);
  for (const [id, time] of mark.seen) if (time < mark.since - overlapMs) mark.seen.delete(id);
  return events;
}

/** Page by page, by time: a row that a page ended with may be gone when the next one is asked for. */
async function* storedSince(
  drawer: Drawer,
  tenant: string,
  parent: string,
  from: number,
): AsyncGenerator<StoredEvent> {
  for (let since = from; ;) {
    const rows = await drawer.list({ tenant, parent, since, order: 'oldest', limit: pageSize });
    yield* rows.map(eventOf);
    const last = rows.at(-1)?.time ?? since;
    if (rows.length < pageSize) return;
    since = last > since ? last : since + 1;
  }
}

function requireType(type: string): void {
  if (eventTypes.includes(type)) return;
  throw new MembraneError('usage/argument', `there are no events of the type "${type}"`, {
    hint: didYouMean(type, eventTypes) ?? `the types are ${eventTypes.join(', ')}`,
  });
}
