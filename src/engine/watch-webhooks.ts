import { MembraneError } from '../core/error.js';
import { tendAppEvents } from './app-event-subscribe.js';
import type { Engine } from './engine.js';
import { isTold, tendHooks } from './hook-life.js';
import { errorFacts } from './log.js';
import { nameOf, type Subscription } from './subscription-rows.js';
import type { WatchEvent } from './watch-events.js';
import { drainWebhooks, webhookDrain, type Drained } from './webhook-handle.js';
import { openWebhook } from './webhook-open.js';
import { receiveWebhooks, type Receiving } from './webhook-receive.js';
import { secretHint, withoutSecret } from './webhook-receive-app.js';
import type { ReceiverPlace } from './webhook-receive-where.js';

export interface WatchWebhooksOptions {
  /** As it is now. */
  readonly engine: () => Engine;
  /** Absent: others receive, or nobody does. */
  readonly receiver: ReceiverPlace | undefined;
  readonly allTenants: boolean;
  readonly tell: (event: WatchEvent) => void;
  /** There are events to be delivered. */
  readonly wake: () => void;
  /** Something of ours is broken. */
  readonly fatal: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** What a watcher does with webhooks. */
export interface WatchWebhooks {
  /** Listens, where it is to. Rejects with `webhook/port` and `config/variable`. */
  start(): Promise<void>;
  /** Sees to it that APIs tell of what is watched; goes on beside. */
  tend(entries: Iterable<{ readonly engine: Engine; readonly subscription: Subscription }>): void;
  /** Makes events of what waits, beside. */
  round(): void;
  /** Makes events of what waits now. */
  all(): Promise<void>;
  /** The project has changed. */
  reload(): void;
  /** Takes nothing more, and ends what is under way. */
  close(): Promise<void>;
}

export function watchWebhooks(options: WatchWebhooksOptions): WatchWebhooks {
  const { engine, receiver, allTenants, tell, wake, signal } = options;
  let receiving: Receiving | undefined;
  const unheard = new Set<string>();
  const now = (): number => engine().ports.clock.now();
  const failed = (error: unknown): void => {
    if (!signal.aborted) tell({ type: 'error', time: now(), error: errorFacts(error) });
  };

  let wanted: ReadonlyMap<Engine, readonly Subscription[]> = new Map();
  /** As people know it. */
  const named = (to: string): { name: string; tenant?: string } => {
    const one = [...wanted.values()].flat().find(({ id }) => to === `subscription:${id}`);
    return one === undefined ? { name: to.replace(':', '/') } : { name: nameOf(one), tenant: one.tenant };
  };
  const handled = (of: Drained['of']): void => {
    for (const one of of) tell({ type: 'webhooks', time: now(), ...one, ...named(one.to) });
  };

  const drain = webhookDrain({
    engine,
    signal,
    allTenants,
    ended: (drained) =>
      reporting(options, async () => {
        const { done, events, of } = await drained;
        handled(of);
        if (events > 0) wake();
        // There may be more at it, at those that had to wait, or at those that it was given on to.
        if (done > 0) draining.soon();
      }),
  });
  const draining = oneAtATime(options, () => drain.round());

  const tending = oneAtATime(options, async () => {
    if (receiving === undefined) return;
    const { publicUrl } = receiving;
    for (const [own, subscriptions] of wanted) {
      await tendHooks(own, subscriptions, { publicUrl, signal, tell });
      await tendAppEvents(own, subscriptions, { publicUrl, signal, failed });
    }
  });

  return {
    async start() {
      if (receiver === undefined) return;
      receiving = await receiveWebhooks({
        ...receiver,
        engine,
        open: openWebhook,
        allTenants,
        stored: () => {
          draining.soon();
          wake();
        },
        refused: ({ status, why, remote, to, path = '' }) => {
          const { name, ...whose } = to === undefined ? { name: path } : named(to);
          tell({ type: 'refused', time: now(), ...whose, status, why, remote, to: name });
        },
        failed,
        signal,
      });
      const { address, publicUrl, refusesAppEvents } = receiving;
      const hint =
        refusesAppEvents && hasAppEvents(engine()) ? { hint: `${withoutSecret}; ${secretHint}` } : {};
      tell({ type: 'listening', time: now(), address, publicUrl, ...hint });
    },
    tend(entries) {
      // what has ended has nobody left that could name it
      const groups = new Map<Engine, Subscription[]>([[engine(), []]]);
      for (const { engine: own, subscription } of entries) {
        const group = groups.get(own) ?? [];
        groups.set(own, group);
        group.push(subscription);
        if (receiver !== undefined || !isUnheard(subscription) || unheard.has(subscription.id)) continue;
        unheard.add(subscription.id);
        const { tenant, id } = subscription;
        tell({ type: 'unheard', time: now(), tenant, subscription: id, name: nameOf(subscription) });
      }
      wanted = groups;
      if (receiving !== undefined) tending.soon();
    },
    round: draining.soon,
    all: () =>
      reporting(options, async () => {
        const { of } = await drainWebhooks(engine(), signal, { allTenants });
        handled(of);
      }),
    reload: () => receiving?.reload(),
    async close() {
      await receiving?.close();
      await Promise.all([draining.idle(), tending.idle()]);
      await drain.idle();
    },
  };
}

/** The API would have to tell of it, and was never told where to. */
function isUnheard(subscription: Subscription): boolean {
  return subscription.state === 'active' && isTold(subscription) && subscription.hook?.since === undefined;
}

function hasAppEvents({ project }: Engine): boolean {
  return project.list('internal-event').length > 0;
}

/** What goes wrong is told; a fault of ours ends all. */
async function reporting(
  { tell, fatal, engine, signal }: WatchWebhooksOptions,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof MembraneError)) return fatal(error);
    tell({ type: 'error', time: engine().ports.clock.now(), error: errorFacts(error) });
  }
}

/** Work that is done once more when it was asked for while it was under way. */
function oneAtATime(
  options: WatchWebhooksOptions,
  work: () => Promise<void>,
): { soon(): void; idle(): Promise<void> } {
  const { signal } = options;
  let underWay: Promise<void> | undefined;
  let again = false;
  const go = async (): Promise<void> => {
    do {
      again = false;
      await reporting(options, work);
    } while (again && !signal.aborted);
  };
  return {
    soon() {
      again = true;
      if (signal.aborted) return;
      underWay ??= go().finally(() => (underWay = undefined));
    },
    async idle() {
      await underWay;
    },
  };
}
