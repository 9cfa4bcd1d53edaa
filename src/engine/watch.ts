import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';
import { pendingOf } from './event-rows.js';
import { errorFacts } from './log.js';
import { applyRetention } from './retention.js';
import { nameOf, type Subscription } from './subscription-rows.js';
import { syncSubscriptions } from './subscription-sync.js';
import { tick, type Tick } from './subscription-tick.js';
import { listTenants } from './tenants.js';
import { eventsOfTick, type WatchEvent } from './watch-events.js';
import { runDriver, type RunDriver } from './watch-runs.js';

export interface WatchOptions {
  /** Names or ids of subscriptions, or keys of their elements; absent: all. */
  readonly only?: readonly string[] | undefined;
  /** One look at each, and what waits is delivered. */
  readonly once?: boolean | undefined;
  /** Say what would be found; store and deliver nothing. */
  readonly dryRun?: boolean | undefined;
  /** Every tenant; otherwise that of the engine. */
  readonly allTenants?: boolean | undefined;
  readonly tell?: ((event: WatchEvent) => void) | undefined;
  /** Gives the project anew whenever its files have changed. */
  readonly changes?: AsyncIterable<Engine['project']> | undefined;
  /** What else is to be done now and then, such as sending what waits to be sent. */
  readonly also?: readonly ((engine: Engine, signal: AbortSignal) => Promise<void>)[] | undefined;
  readonly signal: AbortSignal;
}

export interface WatchSummary {
  readonly subscriptions: number;
  readonly looks: number;
  readonly events: number;
  readonly failed: number;
}

/** How often is looked for what others have stored: events to deliver, subscriptions, runs that nobody drives. */
const [wakeMs, syncMs] = [1_000, 15_000];
const parallelPulls = 8;
const parallelPerConnection = 2;
const parallelRuns = 4;

/** Watches until the signal says so; with `once`, until all is done that is to be done now. */
export async function watch(engine: Engine, options: WatchOptions): Promise<WatchSummary> {
  return new Watcher(engine, options).run();
}

interface Entry {
  subscription: Subscription;
  readonly engine: Engine;
}

class Watcher {
  private base: Engine;
  private readonly options: WatchOptions;
  private readonly tell: (event: WatchEvent) => void;
  private readonly runs: RunDriver;
  private readonly engines = new Map<string, Engine>();
  private entries = new Map<string, Entry>();
  private readonly busy = new Map<string, Promise<void>>();
  private readonly connections = new Map<string, number>();
  private wake: () => void = () => undefined;
  private syncAt = 0;
  private fatal: unknown;
  private looks = 0;
  private events = 0;
  private failed = 0;

  constructor(engine: Engine, options: WatchOptions) {
    this.base = engine;
    this.options = options;
    this.tell = options.tell ?? (() => undefined);
    this.runs = runDriver(parallelRuns, options.signal, this.tell);
  }

  async run(): Promise<WatchSummary> {
    const { signal, once = false } = this.options;
    await this.sync();
    const { clock } = this.base.ports;
    this.tell({ type: 'started', time: clock.now(), subscriptions: this.entries.size });
    const stop = (): void => this.wake();
    signal.addEventListener('abort', stop, { once: true });
    const reloading = once ? undefined : this.followChanges();
    try {
      if (once) await this.allOnce();
      else while (!signal.aborted && this.fatal === undefined) await this.round();
    } finally {
      signal.removeEventListener('abort', stop);
      await Promise.allSettled(this.busy.values());
      await this.runs.idle();
      await reloading;
    }
    if (this.fatal !== undefined) throw this.fatal as Error;
    this.tell({ type: 'stopped', time: clock.now() });
    const { looks, events, failed } = this;
    return { subscriptions: this.entries.size, looks, events, failed };
  }

  private async round(): Promise<void> {
    const { clock } = this.base.ports;
    const now = clock.now();
    if (now >= this.syncAt) await this.sync();
    await this.startDue(await this.withEvents());
    const next = Math.min(this.syncAt, clock.now() + wakeMs);
    const slept = new AbortController();
    const woken = new Promise<void>((resolve) => (this.wake = resolve));
    if (this.options.signal.aborted) return;
    await Promise.race([
      clock.sleep(Math.max(1, next - clock.now()), slept.signal).catch(() => undefined),
      woken,
    ]);
    slept.abort('awake'); // a reason of our own: node makes an error with a stack otherwise
  }

  /** All that is due begins, as far as the limits allow: those first that take little. */
  private async startDue(withEvents: ReadonlySet<string>): Promise<void> {
    const now = this.base.ports.clock.now();
    const due = [...this.entries.values()]
      .filter(({ subscription }) => !this.busy.has(subscription.id) && isDue(subscription, withEvents, now))
      .sort(
        (a, b) =>
          weight(a.subscription) - weight(b.subscription) || a.subscription.nextAt - b.subscription.nextAt,
      );
    for (const entry of due) {
      const { id, connectionId = '' } = entry.subscription;
      if (this.busy.size >= this.setting('parallelPulls', parallelPulls)) return;
      const same = this.connections.get(connectionId) ?? 0;
      if (connectionId !== '' && same >= parallelPerConnection) continue;
      this.connections.set(connectionId, same + 1);
      const work = this.tickOne(entry).finally(() => {
        this.busy.delete(id);
        const left = (this.connections.get(connectionId) ?? 1) - 1;
        if (left === 0) this.connections.delete(connectionId);
        else this.connections.set(connectionId, left);
        this.wake();
      });
      this.busy.set(id, work);
    }
  }

  private async tickOne(entry: Entry, force = false): Promise<void> {
    const { engine, subscription } = entry;
    const { signal, dryRun } = this.options;
    try {
      const done = await tick(engine, subscription.id, { signal, force, dryRun });
      if (done === undefined) {
        // Somebody else is at it, or it was paused: its row says when to look again.
        entry.subscription = { ...subscription, nextAt: engine.ports.clock.now() + wakeMs };
        return;
      }
      entry.subscription = done.subscription;
      this.report(done);
      for (const run of done.delivered.runs) this.runs.drive(engine, run);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof MembraneError)) {
        this.fatal = error;
        return;
      }
      this.failed += 1;
      entry.subscription = { ...subscription, nextAt: engine.ports.clock.now() + 5 * wakeMs };
      this.tell({ type: 'error', time: engine.ports.clock.now(), error: errorFacts(error) });
    }
  }

  private report(done: Tick): void {
    const { look, error, delivered } = done;
    if (look !== undefined) this.looks += 1;
    this.events += look?.events ?? 0;
    this.failed += (error === undefined ? 0 : 1) + delivered.failed;
    for (const event of eventsOfTick(done, this.base.ports.clock.now())) this.tell(event);
  }

  private async allOnce(): Promise<void> {
    const waiting = [...this.entries.values()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (this.options.signal.aborted || this.fatal !== undefined) return;
        await this.tickOne(next, true);
      }
    };
    await Promise.all(Array.from({ length: this.setting('parallelPulls', parallelPulls) }, work));
    if (this.options.dryRun !== true)
      for (const engine of await this.tenants()) await this.runs.resume(engine);
    await this.runs.idle();
    await this.others();
  }

  /** Subscriptions, tenants and runs as they are now. */
  private async sync(): Promise<void> {
    const { clock } = this.base.ports;
    const entries = new Map<string, Entry>();
    for (const engine of await this.tenants()) {
      for (const subscription of await syncSubscriptions(engine)) {
        if (!this.isWanted(subscription)) continue;
        const before = this.entries.get(subscription.id);
        entries.set(subscription.id, { engine, subscription: before?.subscription ?? subscription });
        if (before !== undefined && this.busy.has(subscription.id)) entries.set(subscription.id, before);
        else if (subscription.nextAt < (before?.subscription.nextAt ?? 0))
          entries.set(subscription.id, { engine, subscription });
      }
      if (this.options.once !== true && this.options.dryRun !== true) await this.runs.resume(engine);
    }
    this.entries = entries;
    this.syncAt = clock.now() + syncMs;
    if (this.options.once !== true) await this.others();
  }

  private async others(): Promise<void> {
    if (this.options.dryRun === true) return;
    await applyRetention(this.base);
    for (const engine of await this.tenants())
      for (const other of this.options.also ?? []) await other(engine, this.options.signal);
  }

  /** Ids of subscriptions for which something waits that somebody stored: another process, or a webhook. */
  private async withEvents(): Promise<ReadonlySet<string>> {
    const drawer = await pendingOf(this.base);
    const rows = await drawer.list({ state: 'pending', order: 'oldest', limit: 1000 });
    return new Set(rows.map(({ parent = '' }) => parent));
  }

  private async tenants(): Promise<Engine[]> {
    if (this.options.allTenants !== true) return [this.base];
    return (await listTenants(this.base)).map(({ key: tenant }) => {
      const known = this.engines.get(tenant) ?? { ...this.base, tenant };
      this.engines.set(tenant, known);
      return known;
    });
  }

  private isWanted(subscription: Subscription): boolean {
    const { only } = this.options;
    if (only === undefined || only.length === 0) return true;
    return only.some((one) =>
      [
        subscription.id,
        nameOf(subscription),
        subscription.key,
        `${subscription.kind}/${subscription.key}`,
      ].includes(one),
    );
  }

  private async followChanges(): Promise<void> {
    const { changes, signal } = this.options;
    if (changes === undefined) return;
    try {
      for await (const project of changes) {
        this.base = { ...this.base, project };
        this.engines.clear();
        await this.sync();
        this.tell({ type: 'reloaded', time: this.base.ports.clock.now(), subscriptions: this.entries.size });
        this.wake();
      }
    } catch (error) {
      if (!signal.aborted) this.fatal ??= error;
      this.wake();
    }
  }

  private setting(name: string, fallback: number): number {
    const given = this.base.project.config.watch[name];
    return typeof given === 'number' && given >= 1 ? given : fallback;
  }
}

function isDue(
  { id, waits, nextAt, deliverAt = 0 }: Subscription,
  withEvents: ReadonlySet<string>,
  now: number,
): boolean {
  if ((waits.for === 'records' || waits.for === 'schedule') && nextAt <= now) return true;
  return withEvents.has(id) && deliverAt <= now;
}

/** Pulls of what is new go before those that read everything. */
function weight({ method }: Subscription): number {
  return method === 'full-scan' ? 1 : 0;
}
