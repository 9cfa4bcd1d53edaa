import type { Engine } from './engine.js';
import { pendingOf } from './event-rows.js';
import { isTimeToLook, keyOf, type Subscription } from './subscription-rows.js';

/**
 * Keys of subscriptions for which something waits that somebody stored: another process, or a webhook. So does what a
 * process that was killed had begun with.
 */
export async function keysWithEvents(
  engine: Engine,
  subscriptions: readonly Subscription[],
): Promise<ReadonlySet<string>> {
  const drawer = await pendingOf(engine);
  const found = new Set<string>();
  const parents = new Set(await drawer.parents());
  if (parents.size === 0) return found;
  for (const { tenant, id: parent } of subscriptions) {
    if (!parents.has(parent)) continue;
    for (const state of ['pending', 'starting']) {
      const rows = await drawer.list({ tenant, parent, state, order: 'oldest', limit: 1 });
      if (rows.length > 0) found.add(keyOf({ tenant, id: parent }));
    }
  }
  return found;
}

/** Whether it is time to look, or something waits for delivery. */
export function isDue(subscription: Subscription, withEvents: ReadonlySet<string>, now: number): boolean {
  const { waits, deliverAt = 0 } = subscription;
  if ((waits.for === 'records' || waits.for === 'schedule') && isTimeToLook(subscription, now)) return true;
  return withEvents.has(keyOf(subscription)) && deliverAt <= now;
}

/** Schedules go first, and pulls of what is new before those that read everything. */
export function weight({ method, waits }: Subscription): number {
  if (waits.for === 'schedule') return -1;
  return method === 'full-scan' ? 1 : 0;
}

/** Neither looked at nor delivered before: what waits for it would wake the watcher again at once. */
export function heldUntil(subscription: Subscription, time: number): Subscription {
  return { ...subscription, nextAt: time, deliverAt: time };
}
