import { MembraneError } from '../core/error.js';
import type { Lock } from '../core/ports.js';
import type { Look, LookEnd, Schedule } from '../core/subscription.js';
import { waitAsked } from './client-retry.js';
import type { Engine } from './engine.js';
import { deliver, type Delivery } from './event-deliver.js';
import { digest } from './event-identity.js';
import { eventRow, pendingDrawer, pendingEvents, pullDrawer } from './event-rows.js';
import { withoutTwins } from './hook-twins.js';
import { errorFacts } from './log.js';
import { dueTimes, scheduleEvent } from './schedule.js';
import { withSubscription } from './subscription-change.js';
import { openSubscription, type OpenSubscription } from './subscription-open.js';
import {
  isTimeToLook,
  nameOf,
  partDrawer,
  subscriptionDrawer,
  subscriptionRow,
  type Subscription,
} from './subscription-rows.js';
import { tooDeep } from './too-deep.js';

export interface TickOptions {
  readonly signal: AbortSignal;
  /** Look now, whenever the next look was to be. */
  readonly force?: boolean | undefined;
  /** Look, and say what was found; store and deliver nothing. */
  readonly dryRun?: boolean | undefined;
}

/** What a tick came to. */
export interface Tick {
  readonly subscription: Subscription;
  /** Absent where it was not time to look, or there is nothing to look at. */
  readonly look?: LookEnd & { readonly events: number; readonly ms: number; readonly missed?: number };
  readonly error?: unknown;
  readonly delivered: Delivery;
}

/** The shortest and the longest wait after a look that failed. */
const [shortestMs, longestMs] = [5_000, 3_600_000];
/** A look that has to be repeated waits for so long. */
const againMs = 5_000;

/**
 * One tick of a subscription: looks for what is new, stores it together with the cursor, and delivers what waits.
 * Undefined where another watcher is at it. What goes wrong with the look is told, and stored.
 */
export async function tick(engine: Engine, id: string, options: TickOptions): Promise<Tick | undefined> {
  return withSubscription(engine, id, 0, async (stored, lock) => {
    if (stored === undefined || stored.state !== 'active') return undefined;
    const run = new Run(engine, stored, lock, options);
    const looked = await run.look();
    // Nothing of it is stored; the caller has to know when to look again.
    if (options.dryRun === true) return { subscription: run.now, ...looked, delivered: nothing };
    const delivered = await deliver(engine, run.now, lock, options.signal);
    return { ...looked, subscription: delivered.subscription, delivered };
  });
}

const nothing: Delivery = { runs: [], done: 0, skipped: 0, failed: 0, left: false };

/** One look, and what is stored of it. */
class Run {
  now: Subscription;
  private found = 0;
  private readonly engine: Engine;
  private readonly lock: Lock;
  private readonly options: TickOptions;

  constructor(engine: Engine, now: Subscription, lock: Lock, options: TickOptions) {
    this.engine = engine;
    this.now = now;
    this.lock = lock;
    this.options = options;
  }

  async look(): Promise<Pick<Tick, 'look' | 'error'>> {
    const { clock } = this.engine.ports;
    const { waits } = this.now;
    const started = clock.now();
    if (waits.for === 'schedule') return this.lookAtClock(waits);
    if (waits.for !== 'records') return {};
    if (this.options.force !== true && !isTimeToLook(this.now, started)) return {};
    let opened: OpenSubscription | undefined;
    try {
      opened = await openSubscription(this.engine, this.now, this.options.signal);
      const end = await this.lookWith(opened);
      if (end === undefined) return {};
      const ms = clock.now() - started;
      await this.log(started, { ...end, ms, events: this.found }, opened);
      return { look: { ...end, ms, events: this.found } };
    } catch (caught) {
      const error = tooDeep(caught) ?? caught;
      if (this.options.signal.aborted || !(error instanceof MembraneError) || error.code === 'store/fence')
        throw error;
      await this.fail(started, error, opened);
      return { error };
    }
  }

  /** A schedule is looked at like a list: it is due since the last time that is stored. */
  private async lookAtClock(schedule: Schedule): Promise<Pick<Tick, 'look' | 'error'>> {
    const now = this.engine.ports.clock.now();
    const at = this.now.cursor?.['at'];
    const first = typeof at === 'number' ? at : now;
    try {
      const { due, missed, last, next } = await dueTimes(schedule, first, now);
      this.now = {
        ...this.now,
        method: 'schedule',
        lastAt: now,
        nextAt: next,
        failures: 0,
        error: undefined,
      };
      if (typeof at === 'number' && last === first) return {};
      const events = due.map((time) => scheduleEvent(time));
      await this.lookOf().save({ events, cursor: { at: last } });
      return {
        look: { records: 0, pages: 0, withoutId: 0, again: false, missed, events: events.length, ms: 0 },
      };
    } catch (error) {
      if (!(error instanceof MembraneError) || error.code.startsWith('store/')) throw error;
      await this.fail(now, error, undefined);
      return { error };
    }
  }

  private async lookWith(opened: OpenSubscription): Promise<LookEnd | undefined> {
    const { kind, element, trigger, context } = opened;
    const pull = await kind.openPull?.(context, element.value, trigger);
    const { clock } = this.engine.ports;
    if (pull?.look === undefined) {
      // Nothing is asked: the API tells by itself.
      const nextAt = clock.now() + (pull?.everySeconds ?? 3600) * 1000;
      this.now = { ...this.now, method: pull?.method, nextAt };
      if (this.options.dryRun !== true) await this.write([]);
      return undefined;
    }
    const source = digest(pull.source);
    // Another source: what is known of the old one says nothing of this.
    if (this.now.source !== undefined && this.now.source !== source)
      this.now = { ...this.now, cursor: undefined };
    this.now = { ...this.now, source, method: pull.method, everySeconds: pull.everySeconds };
    const end = await pull.look(this.lookOf());
    const everyMs = end.again ? Math.min(againMs, pull.everySeconds * 1000) : pull.everySeconds * 1000;
    const nextAt = clock.now() + Math.round(everyMs * (0.95 + Math.random() * 0.1));
    const { pages } = end;
    this.now = { ...this.now, lastAt: clock.now(), nextAt, failures: 0, error: undefined, pages };
    return end;
  }

  private lookOf(): Look {
    const { engine, lock } = this;
    const { tenant, id, firstRun = 'latest', cursor } = this.now;
    const partId = (name: string): string => `${id}/${name}`;
    const isNew = cursor === undefined;
    let cleared = !isNew;
    return {
      cursor,
      firstRun,
      now: engine.ports.clock.now(),
      digest,
      parts: async () => {
        const rows = await this.storedParts();
        return new Map(rows.map((row) => [row.id.slice(id.length + 1), row.data]));
      },
      part: async (name) => {
        const store = await engine.ports.store();
        return (await store.drawer(partDrawer).get(tenant, partId(name)))?.data;
      },
      save: async ({ events: looked, cursor: next, parts = new Map() }) => {
        const { events: found, change: twins } =
          this.now.hook === undefined
            ? { events: looked, change: undefined }
            : await withoutTwins(engine, this.now, looked, 'scan');
        this.found += found.length;
        if (this.options.dryRun === true) return;
        const store = await engine.ports.store();
        const now = engine.ports.clock.now();
        const events = pendingEvents(this.now, found, now);
        const lastEventAt = events.at(-1)?.time ?? this.now.lastEventAt;
        const saved = { ...this.now, cursor: next, events: this.now.events + events.length, lastEventAt };
        const stale = cleared
          ? []
          : (await this.storedParts()).filter((row) => !parts.has(row.id.slice(id.length + 1)));
        const changed = [...parts].map(([name, data]) => ({
          id: partId(name),
          tenant,
          time: now,
          parent: id,
          data,
        }));
        await store.write(
          [
            { drawer: pendingDrawer, put: events.map((event) => eventRow(tenant, event)) },
            {
              drawer: partDrawer,
              put: changed.flatMap(({ data, ...row }) => (data === null ? [] : [{ ...row, data }])),
              remove: [...stale, ...changed.filter(({ data }) => data === null)],
            },
            ...(twins === undefined ? [] : [twins]),
            { drawer: subscriptionDrawer, put: [subscriptionRow(saved)] },
          ],
          { guard: lock },
        );
        cleared = true;
        this.now = saved;
      },
    };
  }

  private async storedParts() {
    const { tenant, id } = this.now;
    const store = await this.engine.ports.store();
    return store.drawer(partDrawer).list({ tenant, parent: id, limit: 1_000_000 });
  }

  /** Looks that found nothing are no news: only when they were is stored. */
  private async log(
    started: number,
    end: LookEnd & { ms: number; events: number },
    opened: OpenSubscription,
  ) {
    if (this.options.dryRun === true) return;
    const { tenant, id } = this.now;
    const isNews = end.events > 0 || end.withoutId > 0;
    const pull = this.engine.ports.ids.next();
    const data = { name: nameOf(this.now), method: this.now.method ?? '', ...end };
    await this.write(
      isNews ? [{ id: pull, tenant, time: started, state: 'completed', parent: id, data }] : [],
    );
    if (isNews) this.engine.runLog.requests({ id: pull, tenant }, opened.exchanges);
  }

  private async fail(
    started: number,
    error: MembraneError,
    opened: OpenSubscription | undefined,
  ): Promise<void> {
    const { clock, ids } = this.engine.ports;
    const failures = this.now.failures + 1;
    const waitMs = Math.max(waitAfter(failures), waitAsked(error) * (1 + Math.random() / 10));
    const facts = errorFacts(error);
    const told = opened === undefined ? facts : opened.redact(facts);
    this.now = {
      ...this.now,
      failures,
      error: told,
      lastAt: started,
      nextAt: clock.now() + Math.round(waitMs),
    };
    if (this.options.dryRun === true) return;
    const { tenant, id } = this.now;
    const ms = clock.now() - started;
    const data = {
      name: nameOf(this.now),
      method: this.now.method ?? '',
      events: this.found,
      ms,
      error: told,
    };
    const pull = ids.next();
    await this.write([{ id: pull, tenant, time: started, state: 'failed', parent: id, data }]);
    if (opened !== undefined) this.engine.runLog.requests({ id: pull, tenant }, opened.exchanges);
  }

  private async write(
    pulls: readonly {
      id: string;
      tenant: string;
      time: number;
      state: string;
      parent: string;
      data: object;
    }[],
  ) {
    const store = await this.engine.ports.store();
    const rows = pulls.map((row) => ({ ...row, data: JSON.parse(JSON.stringify(row.data)) }));
    await store.write(
      [
        { drawer: pullDrawer, put: rows },
        { drawer: subscriptionDrawer, put: [subscriptionRow(this.now)] },
      ],
      { guard: this.lock },
    );
  }
}

/** Twice as long each time, and spread: those that failed together do not come back together. */
function waitAfter(failures: number): number {
  return Math.min(longestMs, shortestMs * 2 ** Math.min(failures - 1, 20)) * (0.75 + Math.random() / 2);
}
