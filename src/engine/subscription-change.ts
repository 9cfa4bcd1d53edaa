import { MembraneError } from '../core/error.js';
import type { Lock } from '../core/ports.js';
import type { Engine } from './engine.js';
import {
  subscriptionDrawer,
  subscriptionOf,
  subscriptionRow,
  type Subscription,
} from './subscription-rows.js';

/**
 * Does something with a subscription while nobody else does. Gives undefined where somebody else is at it for longer
 * than `waitMs`.
 */
export async function withSubscription<T>(
  engine: Engine,
  id: string,
  waitMs: number,
  work: (now: Subscription | undefined, lock: Lock) => Promise<T>,
): Promise<T | undefined> {
  const store = await engine.ports.store();
  let lock: Lock;
  try {
    lock = await store.lock(`subscription/${engine.tenant}/${id}`, { waitMs });
  } catch (error) {
    if (error instanceof MembraneError && error.code === 'store/busy') return undefined;
    throw error;
  }
  try {
    const row = await store.drawer(subscriptionDrawer).get(engine.tenant, id);
    return await work(row === undefined ? undefined : subscriptionOf(row), lock);
  } finally {
    await lock.release();
  }
}

/** Changes a subscription. Rejects with `store/busy` where somebody is at it for long. */
export async function changeSubscription(
  engine: Engine,
  id: string,
  change: (before: Subscription) => Subscription,
): Promise<Subscription> {
  const changed = await withSubscription(engine, id, 30_000, async (before, guard) => {
    if (before === undefined) throw gone(id);
    const made = change(before);
    const store = await engine.ports.store();
    await store.drawer(subscriptionDrawer).put(subscriptionRow(made), { guard });
    return made;
  });
  if (changed !== undefined) return changed;
  throw new MembraneError('store/busy', `somebody works on the subscription "${id}"`, {
    hint: 'a watcher looks at it at this moment; try again',
  });
}

function gone(id: string): MembraneError {
  return new MembraneError('element/not-found', `no subscription "${id}"`, {
    hint: 'see them with "membrane event subscriptions list"',
  });
}
