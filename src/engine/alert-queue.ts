import type { Cause } from './alerts.js';
import type { Engine } from './engine.js';
import { eventOf, pendingOf } from './event-rows.js';
import { listSubscriptions } from './subscription-rows.js';

/** More events than these, or one that waits longer, are not on their way any more. */
const [eventsAtMost, longestMs] = [1_000, 15 * 60_000];
const pageRows = 200;

/** Whether events come faster than they can be delivered, or some cannot be at all. */
export async function growingQueue(engine: Engine, watchedSince: number): Promise<Cause[]> {
  const { tenant, ports } = engine;
  const pending = await pendingOf(engine);
  const count = await pending.count({ tenant });
  if (count === 0) return [];
  const oldest = await oldestPending(engine);
  const now = ports.clock.now();
  // What waits since before anybody watched had no chance yet.
  const minutes = oldest === undefined ? 0 : Math.floor((now - Math.max(oldest, watchedSince)) / 60_000);
  const isOld = minutes * 60_000 >= longestMs;
  if (count <= eventsAtMost && !isOld) return [];
  return [
    {
      type: 'event_queue_growing',
      severity: 'warning',
      subject: 'events',
      description: isOld
        ? `${count} events are not delivered, the oldest of them for ${minutes} minutes`
        : `${count} events are not delivered`,
      help: 'see why: membrane event list --state pending, and membrane event why ID',
    },
  ];
}

/** When the oldest event came that is to be delivered: those of what is paused or over are not. */
async function oldestPending(engine: Engine): Promise<number | undefined> {
  const { tenant } = engine;
  const pending = await pendingOf(engine);
  const active = new Set(
    (await listSubscriptions(engine)).filter(({ state }) => state === 'active').map(({ id }) => id),
  );
  const rows = await pending.list({ tenant, state: 'pending', order: 'oldest', limit: pageRows });
  return rows.map(eventOf).find(({ subscription }) => active.has(subscription))?.time;
}
