import { MembraneError } from '../core/error.js';
import type { Pull } from '../core/subscription.js';
import type { DrawerChange, Lock } from '../core/ports.js';
import type { Engine } from './engine.js';
import { HookLife } from './hook-steps.js';
import { addressesOf, type HookRow } from './hook-rows.js';
import { removeHookSecrets, withoutHookSecrets } from './hook-secrets.js';
import { errorFacts } from './log.js';
import { withSubscription } from './subscription-change.js';
import { openSubscription } from './subscription-open.js';
import { timeLimit } from './time-limit.js';
import {
  listSubscriptions,
  nameOf,
  subscriptionDrawer,
  subscriptionRow,
  type Subscription,
} from './subscription-rows.js';
import type { WatchEvent } from './watch-events.js';
import { addressDrawer, selectorDrawer } from './webhook-rows.js';

export interface TendOptions {
  /** What the receiver is reached at from outside. */
  readonly publicUrl: string;
  readonly signal: AbortSignal;
  readonly tell?: ((event: WatchEvent) => void) | undefined;
}

const [shortestMs, longestMs] = [5_000, 3_600_000];
/** Who is paused is told of events all the same, for a week; then somebody seems to have forgotten it. */
const pausedMs = 7 * 86_400_000;
/** The API is told so often that nobody listens any more; then it is left alone. */
const endTries = 5;
/** What was set by command for a connection is only seen when it is looked at again. */
const againMs = 600_000;
/** Somebody may look at it, or deliver; who needs longer is waited for the next time. */
const waitMs = 2_000;
/** Somebody waits for a command. */
const endMs = 10_000;

/** When each subscription is to be seen to again, for one reading of the project. */
const settled = new WeakMap<object, Map<string, number>>();

/**
 * Makes APIs tell of what `subscriptions` wait for: subscribes, renews, and ends what is not wanted any more. What goes
 * wrong is stored with the subscription, told, and tried again later.
 */
export async function tendHooks(
  engine: Engine,
  subscriptions: readonly Subscription[],
  options: TendOptions,
): Promise<void> {
  const now = engine.ports.clock.now();
  const times = settled.get(engine.project) ?? new Map<string, number>();
  settled.set(engine.project, times);
  const all = await listSubscriptions(engine);
  const wanted = new Set(subscriptions.map(({ id }) => id));
  for (const one of all) {
    options.signal.throwIfAborted();
    if (one.state === 'active' ? !wanted.has(one.id) || !mayBeTold(one) : one.hook === undefined) continue;
    if ((times.get(keyOf(one, options)) ?? 0) > now || (one.hook?.tryAt ?? 0) > now) continue;
    const tended = await tendOne(engine, one, options);
    if (tended !== undefined) times.set(keyOf(tended.now, options), tended.next ?? now + againMs);
  }
}

/** As long as this is the same, nothing has to be done before its time. */
function keyOf({ tenant, id, state, hook }: Subscription, { publicUrl }: TendOptions): string {
  return JSON.stringify([tenant, id, publicUrl, state, hook?.since ?? null]);
}

/** Whether an API tells of it by itself. */
export function isTold({ waits, method, hook }: Subscription): boolean {
  if (waits.for === 'connector-event' || hook !== undefined) return true;
  return waits.for === 'records' && method?.endsWith('webhook') === true;
}

/** The same, where nobody has looked yet. */
function mayBeTold(subscription: Subscription): boolean {
  return isTold(subscription) || (subscription.waits.for === 'records' && subscription.method === undefined);
}

/** Ends the telling of what is gone or off, of one connection or of all, without failing. */
export async function endHooks(
  engine: Engine,
  { connection, signal }: { readonly connection?: string; readonly signal: AbortSignal },
): Promise<void> {
  for (const one of await listSubscriptions(engine)) {
    if (one.hook === undefined) continue;
    if (connection === undefined ? one.state !== 'ended' : one.connectionId !== connection) continue;
    const limit = timeLimit(engine, `the webhook of "${nameOf(one)}"`, signal, endMs);
    try {
      await withSubscription(engine, one.id, waitMs, async (now, lock) => {
        if (now?.hook === undefined) return;
        await end(engine, now, lock, { signal: limit.signal, leave: connection !== undefined });
      });
    } finally {
      limit.end();
    }
  }
}

/** How a subscription is after it was seen to, and when that is to be done again. */
interface Tended {
  readonly now: Subscription;
  readonly next?: number | undefined;
}

/** Undefined where somebody else is at it. */
async function tendOne(engine: Engine, one: Subscription, options: TendOptions): Promise<Tended | undefined> {
  const limit = timeLimit(engine, `the webhook of "${nameOf(one)}"`, options.signal);
  try {
    return await withSubscription(engine, one.id, waitMs, async (now = one, lock) => {
      const time = engine.ports.clock.now();
      const pausedAt = now.hook?.pausedAt ?? time;
      if (now.state === 'paused' && time - pausedAt < pausedMs) {
        if (now.hook?.pausedAt !== undefined) return { now };
        return { now: await put(engine, now, { ...now.hook, pausedAt }, lock) };
      }
      if (now.state === 'active') return tendActive(engine, now, lock, { ...options, signal: limit.signal });
      const ended = await end(engine, now, lock, { signal: limit.signal, leave: false });
      say(options, engine, ended, ended.hook === undefined ? 'removed' : 'failed');
      return { now: ended, next: ended.hook?.tryAt };
    });
  } finally {
    limit.end();
  }
}

async function tendActive(
  engine: Engine,
  before: Subscription,
  lock: Lock,
  options: TendOptions,
): Promise<Tended> {
  const { signal, publicUrl } = options;
  let life: HookLife | undefined;
  try {
    const pull = await open(engine, before, signal);
    if (pull?.hook === undefined) {
      // It is looked for in another way now, and how to end this one is not known any more.
      return { now: before.hook === undefined ? before : await forget(engine, before, lock) };
    }
    const now = withoutPause(before);
    life = new HookLife(engine, now, lock, pull.hook);
    await life.tend(pull.source, pull.method, publicUrl);
    if (life.did !== undefined) say(options, engine, life.now, life.did);
    const next = life.renewAt(life.now.hook ?? {});
    return {
      now: life.now,
      next: next === undefined ? undefined : Math.min(next, engine.ports.clock.now() + againMs),
    };
  } catch (error) {
    if (!(error instanceof MembraneError) || error.code.startsWith('store/')) throw error;
    const failed = await fail(engine, life?.now ?? before, lock, error);
    say(options, engine, failed, 'failed');
    return { now: failed, next: failed.hook?.tryAt };
  }
}

async function open(
  engine: Engine,
  subscription: Subscription,
  signal: AbortSignal,
): Promise<Pull | undefined> {
  const { kind, element, trigger, context } = await openSubscription(engine, subscription, signal);
  return kind.openPull?.(context, element.value, trigger);
}

/** `leave`: nothing stays of it, whatever the API says. */
async function end(
  engine: Engine,
  before: Subscription,
  lock: Lock,
  { signal, leave }: { readonly signal: AbortSignal; readonly leave: boolean },
): Promise<Subscription> {
  let life: HookLife | undefined;
  try {
    const pull = await open(engine, before, signal);
    if (pull?.hook !== undefined) {
      life = new HookLife(engine, before, lock, pull.hook);
      await life.end();
    }
  } catch (error) {
    if (!(error instanceof MembraneError) || error.code.startsWith('store/')) throw error;
    if (error.code === 'connection/disconnected' && !leave) {
      // It goes on when somebody connects again.
      const tryAt = engine.ports.clock.now() + againMs;
      return put(engine, before, { ...before.hook, tryAt }, lock);
    }
    const isGone = error.code.startsWith('element/') || error.code.startsWith('connection/');
    const tries = (before.hook?.failures ?? 0) + 1;
    if (!leave && !isGone && tries < endTries) return fail(engine, life?.now ?? before, lock, error);
    const name = nameOf(before);
    const message = `the webhook of "${name}" could not be ended at the external app: ${error.message}`;
    const told = await withoutHookSecrets(engine, before, before.hook, message);
    engine.emit({ type: 'warning', message: told });
  }
  return forget(engine, life?.now ?? before, lock);
}

/** Its addresses lead nowhere from now on. */
async function forget(engine: Engine, now: Subscription, guard: Lock): Promise<Subscription> {
  const { id, tenant, hook } = now;
  const addresses = await addressesOf(engine, id);
  await removeHookSecrets(engine, now, hook);
  return put(engine, now, undefined, guard, [
    { drawer: addressDrawer, remove: addresses },
    { drawer: selectorDrawer, remove: [{ tenant, id }] },
  ]);
}

async function fail(
  engine: Engine,
  now: Subscription,
  guard: Lock,
  error: MembraneError,
): Promise<Subscription> {
  const failures = (now.hook?.failures ?? 0) + 1;
  const waitMs =
    Math.min(longestMs, shortestMs * 2 ** Math.min(failures - 1, 20)) * (0.75 + Math.random() / 2);
  const tryAt = engine.ports.clock.now() + Math.round(waitMs);
  const facts = await withoutHookSecrets(engine, now, now.hook, errorFacts(error));
  return put(engine, { ...now, error: facts }, { ...now.hook, failures, error: facts, tryAt }, guard);
}

async function put(
  engine: Engine,
  before: Subscription,
  hook: HookRow | undefined,
  guard: Lock,
  more: readonly DrawerChange[] = [],
): Promise<Subscription> {
  const made: Subscription = { ...before, hook };
  const store = await engine.ports.store();
  await store.write([...more, { drawer: subscriptionDrawer, put: [subscriptionRow(made)] }], { guard });
  return made;
}

function withoutPause(now: Subscription): Subscription {
  if (now.hook?.pausedAt === undefined) return now;
  const { pausedAt: _, ...hook } = now.hook;
  return { ...now, hook };
}

function say(
  { tell }: TendOptions,
  { ports }: Engine,
  subscription: Subscription,
  did: Extract<WatchEvent, { type: 'hook' }>['did'],
): void {
  const { tenant, id, hook } = subscription;
  tell?.({
    type: 'hook',
    time: ports.clock.now(),
    tenant,
    subscription: id,
    name: nameOf(subscription),
    did,
    ...(did === 'failed' && hook?.tryAt !== undefined ? { nextAt: hook.tryAt } : {}),
    ...(did === 'failed' && hook?.error !== undefined ? { error: hook.error } : {}),
  });
}
