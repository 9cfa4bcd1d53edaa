import type { Engine } from './engine.js';
import { pendingOf } from './event-rows.js';
import { keyOf, type Subscription } from './subscription-rows.js';

const most = 1_000;

/** Keys of subscriptions for which something waits that somebody stored: another process, or a webhook. */
export async function keysWithEvents(
  engine: Engine,
  subscriptions: readonly Subscription[],
): Promise<ReadonlySet<string>> {
  const drawer = await pendingOf(engine);
  const rows = await drawer.list({ state: 'pending', order: 'oldest', limit: most });
  const found = new Set(rows.map(({ tenant, parent = '' }) => keyOf({ tenant, id: parent })));
  if (rows.length < most) return found;
  // Those of one that cannot be delivered may stand before all others for long.
  for (const { tenant, id: parent } of subscriptions) {
    const key = keyOf({ tenant, id: parent });
    if (!found.has(key) && (await drawer.count({ tenant, parent, state: 'pending' })) > 0) found.add(key);
  }
  return found;
}

/** Whether it is time to look, or something waits for delivery. */
export function isDue(subscription: Subscription, withEvents: ReadonlySet<string>, now: number): boolean {
  const { waits, nextAt, deliverAt = 0 } = subscription;
  if ((waits.for === 'records' || waits.for === 'schedule') && nextAt <= now) return true;
  return withEvents.has(keyOf(subscription)) && deliverAt <= now;
}

/** Schedules go first, and pulls of what is new before those that read everything. */
export function weight({ method, waits }: Subscription): number {
  if (waits.for === 'schedule') return -1;
  return method === 'full-scan' ? 1 : 0;
}
