import { MembraneError } from '../core/error.js';
import type { Row, Store } from '../core/ports.js';
import type { FoundEvent } from '../core/subscription.js';
import type { Handled } from '../core/webhook.js';
import { digest } from './event-identity.js';
import type { Engine } from './engine.js';
import { subscriptionDrawer } from './subscription-rows.js';
import { selectorDrawer, type IncomingWebhook } from './webhook-rows.js';

/** Whom the events of a global webhook are for. */
export interface Routed {
  /** One for each subscription: what becomes of it there stops nobody else. */
  readonly rows: readonly IncomingWebhook[];
  /** Selectors that nobody waits for. */
  readonly unheard: readonly string[];
}

/** Later ones have later times, so that those of one subscription stay in order. */
let lastTime = 0;

/** Gives each event to every subscription with its selector, whatever the tenant. */
export async function routed(
  { ports }: Engine,
  from: IncomingWebhook,
  events: Handled['events'],
): Promise<Routed> {
  const store = await ports.store();
  const found = new Map<
    string,
    { readonly tenant: string; readonly id: string; readonly given: FoundEvent[] }
  >();
  const unheard = new Set<string>();
  // Of one request many events may have the same selector: who waits for it is looked for once.
  const known = new Map<string, readonly Hearer[]>();
  for (const { selector = '', ...event } of events) {
    const hearers =
      known.get(selector) ?? (await hearersOf(store, `${from.to.slice('global:'.length)} ${selector}`));
    known.set(selector, hearers);
    if (hearers.length === 0) unheard.add(selector);
    for (const { tenant, id } of hearers) {
      const key = JSON.stringify([tenant, id]);
      const one = found.get(key) ?? { tenant, id, given: [] };
      found.set(key, one);
      one.given.push(event);
    }
  }
  const rows = [...found.values()].map(({ tenant, id, given }): IncomingWebhook => {
    lastTime = Math.max(ports.clock.now(), lastTime + 1);
    return {
      id: digest([from.id, tenant, id]),
      tenant,
      state: 'pending',
      time: lastTime,
      to: `subscription:${id}`,
      deliveryId: from.deliveryId,
      from: from.id,
      query: {},
      headers: {},
      body: '',
      given,
      attempts: 0,
    };
  });
  return { rows, unheard: [...unheard] };
}

type Hearer = Pick<Row, 'tenant' | 'id'>;

/** Subscriptions that wait for a selector, by the parent of their rows. */
async function hearersOf(store: Store, parent: string): Promise<readonly Hearer[]> {
  const hearers: Hearer[] = [];
  for (const { tenant, id } of await rowsOf(store, parent)) {
    const row = await store.drawer(subscriptionDrawer).get(tenant, id);
    if (row !== undefined && row.state !== 'ended') hearers.push({ tenant, id });
  }
  return hearers;
}

async function rowsOf(store: Store, parent: string): Promise<readonly Row[]> {
  try {
    return await store.drawer(selectorDrawer).list({ parent, order: 'oldest', limit: 10_000 });
  } catch (error) {
    // What cannot be stored nobody can have asked for.
    if (error instanceof MembraneError && error.code === 'usage/argument') return [];
    throw error;
  }
}
