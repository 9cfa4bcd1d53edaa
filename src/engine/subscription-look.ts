import type { JsonObject } from '../core/json.js';
import type { FirstRun } from '../core/subscription.js';
import type { Engine } from './engine.js';
import { pendingOf } from './event-rows.js';
import { withAddress } from './hook-address.js';
import { changeSubscription } from './subscription-change.js';
import { findSubscription, listSubscriptions, nameOf, type Subscription } from './subscription-rows.js';
import { syncSubscriptions } from './subscription-sync.js';

/** A subscription as people see it. */
export interface SubscriptionFacts extends Subscription {
  readonly name: string;
  /** Events that wait, and events that could not be delivered. */
  readonly pending: number;
  readonly dead: number;
}

/** Every subscription, as the project and its connections ask for them now. */
export async function describeSubscriptions(engine: Engine): Promise<SubscriptionFacts[]> {
  await syncSubscriptions(engine);
  const all = await listSubscriptions(engine);
  return Promise.all(all.map((one) => factsOf(engine, one)));
}

/** An address that somebody has to register by hand is made here, where nobody has seen it yet. */
export async function describeSubscription(
  engine: Engine,
  id: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<SubscriptionFacts> {
  await syncSubscriptions(engine);
  const found = await findSubscription(engine, id);
  return factsOf(engine, await withAddress(engine, found, signal));
}

async function factsOf(engine: Engine, subscription: Subscription): Promise<SubscriptionFacts> {
  const drawer = await pendingOf(engine);
  const of = { tenant: engine.tenant, parent: subscription.id };
  const dead = await drawer.count({ ...of, state: 'dead' });
  const pending = (await drawer.count(of)) - dead;
  return { ...subscription, name: nameOf(subscription), pending, dead };
}

/** Stops looking and delivering until `resumeSubscription`; the cursor stays. */
export async function pauseSubscription(engine: Engine, id: string): Promise<SubscriptionFacts> {
  return change(engine, id, (before) => ({
    ...before,
    state: before.state === 'ended' ? 'ended' : 'paused',
  }));
}

export async function resumeSubscription(engine: Engine, id: string): Promise<SubscriptionFacts> {
  const nextAt = engine.ports.clock.now();
  return change(engine, id, (before) => ({
    ...before,
    state: before.state === 'paused' ? 'active' : before.state,
    nextAt,
    failures: 0,
    error: undefined,
    deliverAt: undefined,
  }));
}

/**
 * Lets a subscription go on from another place: from the beginning, as `firstRun` says, or from a cursor that it, or
 * one like it, had before.
 */
export async function resetSubscription(
  engine: Engine,
  id: string,
  to: { readonly firstRun?: FirstRun | undefined; readonly cursor?: JsonObject | undefined },
): Promise<SubscriptionFacts> {
  const nextAt = engine.ports.clock.now();
  return change(engine, id, (before) => ({
    ...before,
    nextAt,
    failures: 0,
    error: undefined,
    firstRun: to.firstRun ?? 'latest',
    cursor: to.cursor,
  }));
}

async function change(
  engine: Engine,
  id: string,
  to: (before: Subscription) => Subscription,
): Promise<SubscriptionFacts> {
  const { id: whole } = await findSubscription(engine, id);
  return factsOf(engine, await changeSubscription(engine, whole, to));
}
