import type { FirstRun } from '../core/subscription.js';
import { digest } from './event-identity.js';
import type { Engine } from './engine.js';
import { addressesOf } from './hook-rows.js';
import {
  partDrawer,
  putSubscription,
  listSubscriptions,
  subscriptionDrawer,
  type Subscription,
} from './subscription-rows.js';
import { withSubscription } from './subscription-change.js';
import { listOwners } from './subscription-owners.js';
import { addressDrawer, selectorDrawer } from './webhook-rows.js';

/** What belongs to nothing any more is forgotten after so long: a file that is moved takes its cursor with it. */
const forgetMs = 7 * 86_400_000;

/**
 * Makes the subscriptions be those that the project and its connections ask for. A changed definition keeps its cursor.
 * Gives those that are active.
 */
export async function syncSubscriptions(engine: Engine): Promise<Subscription[]> {
  const { clock } = engine.ports;
  const now = clock.now();
  const stored = new Map((await listSubscriptions(engine)).map((one) => [one.id, one]));
  const active: Subscription[] = [];
  for (const { kind, element, connection, instance, triggers } of await listOwners(engine)) {
    for (const { key: trigger, waits } of triggers) {
      const id = digest([connection?.id ?? null, kind.name, element.ref.key, trigger, instance ?? null]);
      const known = stored.get(id);
      stored.delete(id);
      const named = { id, tenant: engine.tenant, kind: kind.name, key: element.ref.key, trigger, instance };
      const made = (before: Subscription | undefined): Subscription => ({
        nextAt: now,
        failures: 0,
        events: 0,
        createdAt: now,
        firstRun: firstRunOf(engine),
        ...before,
        ...named,
        state: before === undefined || before.state === 'ended' ? 'active' : before.state,
        connection: connection?.key,
        connectionId: connection?.id,
        waits,
      });
      if (known === undefined || differs(known, made(known))) await put(engine, id, made);
      const current = made(known);
      if (current.state === 'active') active.push(current);
    }
  }
  for (const left of stored.values()) await end(engine, left, now);
  return active;
}

/** Others may be at the same, or look at it just now: then it is changed the next time. */
async function put(
  engine: Engine,
  id: string,
  made: (before: Subscription | undefined) => Subscription,
): Promise<void> {
  await withSubscription(engine, id, 1000, (before, guard) =>
    putSubscription(engine, made(before), { guard }),
  );
}

/** What the first look of a new subscription does, as `watch.firstRun` of membrane.yaml says. */
function firstRunOf({ project }: Engine): FirstRun {
  const { firstRun } = project.config.watch;
  if (firstRun === 'all') return 'all';
  const since = typeof firstRun === 'string' ? Date.parse(firstRun) : NaN;
  return Number.isNaN(since) ? 'latest' : { since };
}

function differs(before: Subscription, made: Subscription): boolean {
  const text = ({ state, connection, waits }: Subscription) => JSON.stringify([state, connection, waits]);
  return text(before) !== text(made);
}

async function end(engine: Engine, left: Subscription, now: number): Promise<void> {
  if (left.state !== 'ended') {
    return put(engine, left.id, (before) => ({ ...(before ?? left), state: 'ended', nextAt: now }));
  }
  if (now - left.nextAt > forgetMs) await forget(engine, left);
}

/** Somebody may want it again at this moment: then it goes on where it was. */
async function forget(engine: Engine, { id, tenant }: Subscription): Promise<void> {
  await withSubscription(engine, id, 0, async (now, guard) => {
    if (now?.state !== 'ended') return;
    const store = await engine.ports.store();
    const addresses = now.hook === undefined ? [] : await addressesOf(engine, id);
    const parts = await store.drawer(partDrawer).list({ tenant, parent: id, limit: 100_000 });
    await store.write(
      [
        { drawer: partDrawer, remove: parts },
        { drawer: addressDrawer, remove: addresses },
        { drawer: selectorDrawer, remove: [{ tenant, id }] },
        { drawer: subscriptionDrawer, remove: [{ tenant, id }] },
      ],
      { guard },
    );
  });
}
