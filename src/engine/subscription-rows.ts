import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Row, WriteOptions } from '../core/ports.js';
import type { FirstRun, Waits } from '../core/subscription.js';
import type { Engine } from './engine.js';
import type { HookRow } from './hook-rows.js';

/** `paused`: by somebody. `ended`: what it belongs to is gone or switched off; it goes on where it was when that is back. */
export type SubscriptionState = 'active' | 'paused' | 'ended';

/** That an element of a connection waits for something, and how far it got. Times are milliseconds since 1970. */
export interface Subscription {
  readonly id: string;
  readonly tenant: string;
  readonly state: SubscriptionState;
  readonly kind: string;
  readonly key: string;
  /** Key of the trigger in the element; empty for the element as a whole. */
  readonly trigger: string;
  readonly instance?: string | undefined;
  readonly connection?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly waits: Waits;
  readonly createdAt: number;
  /** How it learns of changes, once it looked. */
  readonly method?: string | undefined;
  readonly everySeconds?: number | undefined;
  /** What the cursor is of. */
  readonly source?: string | undefined;
  readonly cursor?: JsonObject | undefined;
  readonly firstRun?: FirstRun | undefined;
  readonly lastAt?: number | undefined;
  readonly nextAt: number;
  /** Looks that failed one after the other, and why the last one did. */
  readonly failures: number;
  readonly error?: JsonObject | undefined;
  /** Pages that its last look read. */
  readonly pages?: number | undefined;
  /** Events that it found. */
  readonly events: number;
  /** Time of its last event: each one has a later time than those before. */
  readonly lastEventAt?: number | undefined;
  /** Not before this time events are delivered again that could not be. */
  readonly deliverAt?: number | undefined;
  /** Where the API tells it of events by itself. */
  readonly hook?: HookRow | undefined;
}

export const subscriptionDrawer = 'subscription';
export const partDrawer = 'subscription-part';
const most = 100_000;

export function subscriptionRow({ id, tenant, state, connectionId, createdAt, ...data }: Subscription): Row {
  return {
    id,
    tenant,
    time: createdAt,
    state,
    ...(connectionId === undefined ? {} : { parent: connectionId }),
    data: JSON.parse(JSON.stringify(data)) as JsonObject,
  };
}

export function subscriptionOf({ id, tenant, state, parent, time, data }: Row): Subscription {
  const fields = data as unknown as Omit<
    Subscription,
    'id' | 'tenant' | 'state' | 'connectionId' | 'createdAt'
  >;
  return { ...fields, id, tenant, state: state as SubscriptionState, connectionId: parent, createdAt: time };
}

/** All of the tenant, by name. */
export async function listSubscriptions({ ports, tenant }: Engine): Promise<Subscription[]> {
  const rows = await (
    await ports.store()
  )
    .drawer(subscriptionDrawer)
    .list({ tenant, limit: most, order: 'oldest' });
  return rows.map(subscriptionOf).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** By name, by its beginning where only one connection has it, by id or the beginning of one. Rejects with `element/not-found`. */
export async function findSubscription(engine: Engine, id: string): Promise<Subscription> {
  const drawer = (await engine.ports.store()).drawer(subscriptionDrawer);
  const row = await drawer.get(engine.tenant, id);
  if (row !== undefined) return subscriptionOf(row);
  const all = await listSubscriptions(engine);
  const named = all.filter((one) => one.id.startsWith(id) || nameOf(one) === id);
  const begun = all.filter((one) => nameOf(one).startsWith(`${id}#`) || nameOf(one).startsWith(`${id}/`));
  const [only, ...others] = named.length > 0 ? named : begun;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw new MembraneError('element/not-found', `"${id}" may be ${others.length + 1} subscriptions`, {
      hint: `say which: ${[only, ...others].slice(0, 3).map(nameOf).join(', ')}`,
    });
  throw new MembraneError('element/not-found', `no subscription "${id}"`, {
    hint: didYouMean(id, all.map(nameOf)) ?? 'see them with "membrane event subscriptions list"',
  });
}

export async function putSubscription(
  engine: Engine,
  changed: Subscription,
  options?: WriteOptions,
): Promise<void> {
  await (await engine.ports.store()).drawer(subscriptionDrawer).put(subscriptionRow(changed), options);
}

/** A last look in the future was before the clock was set back: what it said of the next one says nothing any more. */
export function isTimeToLook({ nextAt, lastAt = 0 }: Subscription, now: number): boolean {
  return nextAt <= now || lastAt > now + clockErrorMs;
}

/** Clocks of several machines differ by so much. */
const clockErrorMs = 60_000;

/** Tells subscriptions of all tenants apart: what needs no connection has the same id for each tenant. */
export function keyOf({ tenant, id }: Pick<Subscription, 'tenant' | 'id'>): string {
  return `${tenant} ${id}`;
}

/** As people name it: `flow/KEY/NODE#CONNECTION`. */
export function nameOf({ kind, key, trigger, connection, instance }: Subscription): string {
  const node = trigger === '' ? '' : `/${trigger}`;
  const which = instance === undefined ? '' : `~${instance}`;
  return `${kind}/${key}${node}${connection === undefined ? '' : `#${connection}`}${which}`;
}
