import { createHash } from 'node:crypto';
import type { DrawerChange } from '../core/ports.js';
import type { FoundEvent } from '../core/subscription.js';
import type { Engine } from './engine.js';
import type { Subscription } from './subscription-rows.js';

/** The last thing that one of two ways told of a record; it goes when the other one tells it, too. */
export const twinDrawer = 'webhook-twin';

/** Which of the two ways of learning of the same changes. */
export type Way = 'webhook' | 'scan';

/**
 * Leaves out what the other way has told already: what is both sent by the API and found by a scan is one event. What
 * is left, and what has to be stored with it for the other way to see.
 */
export async function withoutTwins(
  { ports }: Engine,
  { id: subscription, tenant }: Subscription,
  found: readonly FoundEvent[],
  way: Way,
): Promise<{ readonly events: FoundEvent[]; readonly change: DrawerChange }> {
  const store = await ports.store();
  const drawer = store.drawer(twinDrawer);
  const time = ports.clock.now();
  const events: FoundEvent[] = [];
  const put = new Map<string, { way: Way; version: string }>();
  const remove = new Set<string>();
  for (const event of found) {
    const id = createHash('sha256')
      .update(JSON.stringify([subscription, event.type, event.record]))
      .digest('hex');
    const version = versionOf(event);
    const twin = put.get(id) ?? (remove.has(id) ? undefined : (await drawer.get(tenant, id))?.data);
    if (twin !== undefined && twin['way'] !== way && twin['version'] === version) {
      put.delete(id);
      remove.add(id);
    } else {
      events.push(event);
      put.set(id, { way, version });
      remove.delete(id);
    }
  }
  const rows = [...put].map(([id, data]) => ({ id, tenant, time, parent: subscription, data }));
  return {
    events,
    change: { drawer: twinDrawer, put: rows, remove: [...remove].map((id) => ({ tenant, id })) },
  };
}

/** A record is created, or deleted, whatever its fields are when somebody looks. */
function versionOf({ type, version, scanned = version }: FoundEvent): string {
  return type === 'updated' ? scanned : '';
}
