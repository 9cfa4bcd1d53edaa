import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Lock, Row } from '../core/ports.js';
import { waitAsked } from './client-retry.js';
import type { Engine } from './engine.js';
import {
  eventOf,
  eventRow,
  historyDrawer,
  pendingDrawer,
  pendingOf,
  type StoredEvent,
} from './event-rows.js';
import { eventRequest } from './event-request.js';
import { signedForYourApp } from './event-sign.js';
import { runDrawer } from './flow-run-rows.js';
import { queueRun } from './flow-start.js';
import { errorFacts } from './log.js';
import { openSubscription, type OpenSubscription } from './subscription-open.js';
import { subscriptionDrawer, subscriptionRow, type Subscription } from './subscription-rows.js';
import { yourAppClient } from './unbound-clients.js';

/** What became of the events of a subscription. */
export interface Delivery {
  /** Ids of the flow runs that were made: somebody has to drive them. */
  readonly runs: readonly string[];
  /** Events that are through. */
  readonly done: number;
  /** Events that the filter of the trigger did not want. */
  readonly skipped: number;
  /** Events that could not be delivered this time. */
  readonly failed: number;
  /** Why the last of them could not. */
  readonly error?: JsonObject | undefined;
  /** Some wait still. */
  readonly left: boolean;
}

/** So many events start one run at most, unless `watch.eventsPerRun` of membrane.yaml says otherwise. */
const perRun = 100;
/** An event that could not be delivered so often is dead, unless `watch.attempts` says otherwise. */
const attemptsAtMost = 10;
const [shortestMs, longestMs] = [5_000, 3_600_000];

/**
 * Delivers what waits for a subscription, oldest first: to a run of its flow, or to the user's app. The lock of the
 * subscription is held meanwhile. Where one cannot be delivered those behind it wait, so that their order stays.
 */
export async function deliver(
  engine: Engine,
  subscription: Subscription,
  guard: Lock,
  signal: AbortSignal,
): Promise<Delivery & { readonly subscription: Subscription }> {
  const drain = new Drain(engine, subscription, guard, signal);
  await drain.all();
  const { runs, done, skipped, failed, error, left } = drain;
  return { runs, done, skipped, failed, error, left, subscription: drain.subscription };
}

class Drain {
  readonly runs: string[] = [];
  done = 0;
  skipped = 0;
  failed = 0;
  error: JsonObject | undefined;
  left = false;
  subscription: Subscription;
  private readonly engine: Engine;
  private readonly guard: Lock;
  private readonly signal: AbortSignal;

  constructor(engine: Engine, subscription: Subscription, guard: Lock, signal: AbortSignal) {
    this.engine = engine;
    this.subscription = subscription;
    this.guard = guard;
    this.signal = signal;
  }

  async all(): Promise<void> {
    const { clock } = this.engine.ports;
    const { deliverAt = 0 } = this.subscription;
    await this.finishStarted();
    if (deliverAt > clock.now()) {
      this.left = (await this.waiting(1)).length > 0;
      return;
    }
    let opened: OpenSubscription | undefined;
    const together = setting(this.engine, 'eventsPerRun', perRun);
    // Where one of many could not be delivered each is tried alone, so that it does not take others with it.
    let alone = deliverAt > 0 ? together : 0;
    for (;;) {
      this.signal.throwIfAborted();
      const waiting = await this.waiting(alone > 0 ? 1 : together);
      if (waiting.length === 0) return;
      alone = Math.max(0, alone - 1);
      try {
        opened ??= await openSubscription(this.engine, this.subscription, this.signal);
        await this.some(waiting, opened);
      } catch (error) {
        if (this.signal.aborted || !(error instanceof MembraneError) || error.code.startsWith('store/'))
          throw error;
        if (waiting.length > 1) alone = waiting.length;
        else if (await this.fail(waiting, error)) return;
      }
    }
  }

  /** A process was killed while it made runs: those that are there are not made again. */
  private async finishStarted(): Promise<void> {
    const { tenant } = this.engine;
    const rows = await (
      await pendingOf(this.engine)
    ).list({
      tenant,
      parent: this.subscription.id,
      state: 'starting',
      order: 'oldest',
      limit: 10_000,
    });
    if (rows.length === 0) return;
    const runs = await runDrawer(this.engine);
    const events = rows.map(eventOf);
    for (const run of new Set(events.map((event) => event.run ?? ''))) {
      const own = events.filter((event) => event.run === run);
      const isThere = run !== '' && (await runs.get(tenant, run)) !== undefined;
      if (!isThere) await this.put(own.map((event) => ({ ...event, state: 'pending', run: undefined })));
      else {
        await this.finish(own.map((event) => ({ ...event, state: 'done' })));
        this.runs.push(run);
      }
    }
  }

  private async waiting(limit: number): Promise<StoredEvent[]> {
    const { tenant } = this.engine;
    const { id: parent } = this.subscription;
    const rows = await (
      await pendingOf(this.engine)
    ).list({ tenant, parent, state: 'pending', order: 'oldest', limit });
    return rows.map(eventOf);
  }

  private async some(waiting: readonly StoredEvent[], opened: OpenSubscription): Promise<void> {
    const { kind, element, trigger, context } = opened;
    const wanted: StoredEvent[] = [];
    const unwanted: StoredEvent[] = [];
    for (const event of waiting) {
      const isWanted = (await kind.wants?.(context, element.value, trigger, event.payload)) ?? true;
      (isWanted ? wanted : unwanted).push(event);
    }
    if (unwanted.length > 0) {
      await this.finish(unwanted.map((event) => ({ ...event, state: 'skipped' })));
      this.skipped += unwanted.length;
    }
    if (wanted.length === 0) return;
    if (kind.walk === undefined) await this.toYourApp(wanted);
    else await this.toRun(wanted);
    if (this.subscription.deliverAt !== undefined) await this.setDeliverAt(undefined);
  }

  private async toRun(events: readonly StoredEvent[]): Promise<void> {
    const { engine, subscription } = this;
    const { kind, key, connectionId, instance, trigger, id } = subscription;
    const run = engine.ports.ids.next();
    await this.put(events.map((event) => ({ ...event, state: 'starting', run })));
    try {
      await queueRun(engine, kind, key, {
        id: run,
        connection: connectionId,
        instance,
        start: trigger,
        inputs: events.map(({ payload }) => payload),
        launchedBy: { type: 'event', subscription: id, events: events.map((event) => event.id) },
        signal: this.signal,
      });
    } catch (error) {
      if (error instanceof MembraneError && error.code === 'store/fence') throw error;
      await this.put(events.map((event) => ({ ...event, state: 'pending', run: undefined })));
      throw error;
    }
    await this.finish(events.map((event) => ({ ...event, state: 'done', run })));
    this.runs.push(run);
    this.done += events.length;
  }

  /** One after the other: the app gets them in order. What fails is tried again later, and not by the client. */
  private async toYourApp(events: readonly StoredEvent[]): Promise<void> {
    const { engine, subscription, signal } = this;
    const client = yourAppClient(engine, { signal });
    for (const event of events) {
      const request = eventRequest(engine.tenant, subscription.connection, event);
      await client.send({
        path: `/events/${encodeURIComponent(subscription.key)}`,
        method: 'POST',
        ...(await signedForYourApp(engine, event.id, request)),
      });
      await this.finish([{ ...event, state: 'done' }]);
      this.done += 1;
    }
  }

  /** Whether those behind have to wait. */
  private async fail(waiting: readonly StoredEvent[], error: MembraneError): Promise<boolean> {
    const { clock } = this.engine.ports;
    const rows = await Promise.all(
      waiting.map(async ({ id }) => (await pendingOf(this.engine)).get(this.engine.tenant, id)),
    );
    const [first] = rows.filter((row) => row !== undefined).map(eventOf);
    if (first === undefined) return false;
    if (waiting.length > 1 && first.attempts === 0 && this.done + this.failed === 0) {
      // It may be one of many: from now on one at a time.
      await this.setDeliverAt(clock.now());
    }
    const attempts = first.attempts + 1;
    this.error = errorFacts(error);
    const isDead = attempts >= setting(this.engine, 'attempts', attemptsAtMost);
    const failed: StoredEvent = {
      ...first,
      attempts,
      error: this.error,
      state: isDead ? 'dead' : 'pending',
    };
    await this.put([failed]);
    this.failed += 1;
    this.left = true;
    if (isDead) return false;
    const backOff = Math.min(longestMs, shortestMs * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
    const waitMs = Math.max(backOff, waitAsked(error));
    await this.setDeliverAt(clock.now() + Math.round(waitMs));
    return true;
  }

  private async setDeliverAt(deliverAt: number | undefined): Promise<void> {
    this.subscription = { ...this.subscription, deliverAt };
    const store = await this.engine.ports.store();
    await store.write([{ drawer: subscriptionDrawer, put: [subscriptionRow(this.subscription)] }], {
      guard: this.guard,
    });
  }

  private rows(events: readonly StoredEvent[]): Row[] {
    return events.map((event) => eventRow(this.engine.tenant, event));
  }

  private async put(events: readonly StoredEvent[]): Promise<void> {
    const store = await this.engine.ports.store();
    await store.write([{ drawer: pendingDrawer, put: this.rows(events) }], { guard: this.guard });
  }

  /** They are over: what is known of them goes where it ages. */
  private async finish(events: readonly StoredEvent[]): Promise<void> {
    const store = await this.engine.ports.store();
    const rows = this.rows(events);
    const changes = [
      { drawer: pendingDrawer, remove: rows },
      { drawer: historyDrawer, put: rows },
    ];
    await store.write(changes, { guard: this.guard });
  }
}

function setting({ project }: Engine, name: string, fallback: number): number {
  const given = (project.config.watch as JsonObject)[name];
  return typeof given === 'number' && given >= 1 ? given : fallback;
}
