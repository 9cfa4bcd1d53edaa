import type { DrawerChange, Lock } from '../core/ports.js';
import type { FoundEvent } from '../core/subscription.js';
import type { Engine } from './engine.js';
import { eventRow, historyDrawer, pendingDrawer, pendingEvents, type StoredEvent } from './event-rows.js';
import { withoutTwins } from './hook-twins.js';
import { subscriptionDrawer, subscriptionRow, type Subscription } from './subscription-rows.js';
import { incomingDrawer, incomingRow, webhookDrawer, type IncomingWebhook } from './webhook-rows.js';

/** Those that nobody has seen yet, as they wait for delivery: the same request may come, and be handled, twice. */
async function newEvents(
  { ports }: Engine,
  subscription: Subscription,
  found: readonly FoundEvent[],
): Promise<StoredEvent[]> {
  const store = await ports.store();
  const seen = new Set<string>();
  const fresh: FoundEvent[] = [];
  for (const [index, { id }] of pendingEvents(subscription, found, 0).entries()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const drawers = [pendingDrawer, historyDrawer].map((name) => store.drawer(name));
    const known = await Promise.all(drawers.map((drawer) => drawer.get(subscription.tenant, id)));
    const event = found[index];
    if (event !== undefined && known.every((row) => row === undefined)) fresh.push(event);
  }
  return pendingEvents(subscription, fresh, ports.clock.now());
}

/** That a request is over: what it came to is kept where age and number remove it. */
export function finished(row: IncomingWebhook): DrawerChange[] {
  return [
    { drawer: incomingDrawer, remove: [{ tenant: row.tenant, id: row.id }] },
    { drawer: webhookDrawer, put: [incomingRow(row)] },
  ];
}

/**
 * Stores the events of a request and that it is done, in one transaction: all of it, or nothing. Gives the subscription
 * as it is then.
 */
export async function storeEvents(
  engine: Engine,
  row: IncomingWebhook,
  { subscription, found, guard }: { subscription: Subscription; found: readonly FoundEvent[]; guard: Lock },
): Promise<{ readonly subscription: Subscription; readonly events: number }> {
  const store = await engine.ports.store();
  // Where there is a cursor, somebody looks, too.
  const told =
    subscription.cursor === undefined
      ? { events: found, change: undefined }
      : await withoutTwins(engine, subscription, found, 'webhook');
  const events = await newEvents(engine, subscription, told.events);
  const after: Subscription = {
    ...subscription,
    events: subscription.events + events.length,
    lastEventAt: events.at(-1)?.time ?? subscription.lastEventAt,
  };
  await store.write(
    [
      { drawer: pendingDrawer, put: events.map((event) => eventRow(subscription.tenant, event)) },
      { drawer: subscriptionDrawer, put: events.length === 0 ? [] : [subscriptionRow(after)] },
      ...(told.change === undefined ? [] : [told.change]),
      ...finished(done(row, events)),
    ],
    { guard },
  );
  return { subscription: after, events: events.length };
}

/** Stores whom the events of a global webhook are for, and that it is done. */
export async function storeRouted(
  { ports }: Engine,
  row: IncomingWebhook,
  rows: readonly IncomingWebhook[],
  guard: Lock,
): Promise<void> {
  const store = await ports.store();
  await store.write([{ drawer: incomingDrawer, put: rows.map(incomingRow) }, ...finished(done(row, []))], {
    guard,
  });
}

function done(row: IncomingWebhook, events: readonly StoredEvent[]): IncomingWebhook {
  return { ...row, state: 'done', error: undefined, tryAt: undefined, events: events.map(({ id }) => id) };
}
