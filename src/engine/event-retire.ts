import type { Store } from '../core/ports.js';
import type { Engine } from './engine.js';
import { eventOf, eventRow, historyDrawer, pendingDrawer } from './event-rows.js';
import { withSubscription } from './subscription-change.js';

const pageSize = 1_000;

/**
 * Gives up events that are dead for long, or too many: they go where what is over goes, with a note why. What still
 * waits for delivery is never touched.
 */
export async function retireDead(
  engine: Engine,
  store: Store,
  { before, keep }: { readonly before: number; readonly keep: number },
): Promise<void> {
  const drawer = store.drawer(pendingDrawer);
  let many = (await drawer.count({ state: 'dead' })) - keep;
  for (;;) {
    const rows = await drawer.list({ state: 'dead', order: 'oldest', limit: pageSize });
    const old = rows.filter((row, index) => row.time < before || index < many);
    let retired = 0;
    for (const { tenant, id, parent = '' } of old)
      if (await retire({ ...engine, tenant }, parent, id)) retired += 1;
    many -= retired;
    // Somebody is at those that are left: they are looked at again an hour later.
    if (old.length < pageSize || retired === 0) return;
  }
}

/** Under the lock of its subscription: somebody may want it again just now. Whether it is gone. */
async function retire(engine: Engine, subscription: string, id: string): Promise<boolean> {
  const retired = await withSubscription(engine, subscription, 0, async (_, guard) => {
    const store = await engine.ports.store();
    const row = await store.drawer(pendingDrawer).get(engine.tenant, id);
    if (row?.state !== 'dead') return true;
    const event = eventOf(row);
    const found = new Date(event.time).toISOString();
    const why = String(event.error?.['message'] ?? 'nobody knows why');
    const note = `it was found at ${found}, could not be delivered (${why}), and nobody retried it`;
    // It ages from now on.
    const over = { ...event, state: 'dropped', time: engine.ports.clock.now(), note } as const;
    await store.write(
      [
        { drawer: pendingDrawer, remove: [row] },
        { drawer: historyDrawer, put: [eventRow(engine.tenant, over)] },
      ],
      { guard },
    );
    return true;
  });
  return retired === true;
}
