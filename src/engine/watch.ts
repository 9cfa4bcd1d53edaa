import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';
import { errorFacts } from './log.js';
import { applyRetention } from './retention.js';
import { keyOf, type Subscription } from './subscription-rows.js';
import { syncSubscriptions } from './subscription-sync.js';
import { tick, type Tick } from './subscription-tick.js';
import { listTenants } from './tenants.js';
import { heldUntil, isDue, keysWithEvents, weight } from './watch-due.js';
import { eventsOfTick, type WatchEvent } from './watch-events.js';
import { Nap } from './watch-nap.js';
import { describeWatched, type WatchedSubscription } from './watch-now.js';
import { isWanted, requireWanted } from './watch-only.js';
import { watchNotices, type WatchNotices } from './watch-notices.js';
import type { WatchOptions, WatchSummary } from './watch-options.js';
import { isFailedRun, runDriver, type RunDriver } from './watch-runs.js';
import { watchWebhooks, type WatchWebhooks } from './watch-webhooks.js';

export type { WatchOptions, WatchSummary };

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
  private readonly notices: WatchNotices;
  private readonly webhooks: WatchWebhooks;
  private readonly engines = new Map<string, Engine>();
  private entries = new Map<string, Entry>();
  private readonly busy = new Map<string, Promise<void>>();
  private readonly connections = new Map<string, number>();
  private readonly nap = new Nap();
  private syncAt = 0;
  private fatal: unknown;
  private looks = 0;
  private events = 0;
  private failed = 0;

  constructor(engine: Engine, options: WatchOptions) {
    this.base = engine;
    this.options = options;
    this.tell = options.tell ?? (() => undefined);
    this.runs = runDriver(parallelRuns, options.signal, (event) => {
      if (event.type === 'error' || isFailedRun(event)) this.failed += 1;
      this.tell(event);
    });
    this.notices = watchNotices(engine, {
      engineOf: async (tenant) => (await this.tenants()).find((one) => one.tenant === tenant),
      signal: options.signal,
      tell: this.tell,
    });
    this.webhooks = watchWebhooks({
      engine: () => this.base,
      receiver: options.receiver,
      allTenants: options.allTenants === true,
      tell: this.tell,
      wake: () => this.nap.wake(),
      fatal: (error) => {
        this.fatal ??= error;
        this.nap.wake();
      },
      signal: options.signal,
    });
  }

  async run(): Promise<WatchSummary> {
    const { signal, once = false } = this.options;
    await this.sync();
    await requireWanted(await this.tenants(), this.options.only);
    const { clock } = this.base.ports;
    if (this.options.dryRun !== true) await this.webhooks.start();
    this.webhooks.tend(this.entries.values());
    this.options.view?.(() => this.describe());
    this.tell({ type: 'started', time: clock.now(), subscriptions: this.entries.size });
    const stop = (): void => this.nap.wake();
    signal.addEventListener('abort', stop, { once: true });
    const reloading = once ? undefined : this.followChanges();
    try {
      if (once) await this.allOnce();
      else while (!signal.aborted && this.fatal === undefined) await this.roundOrRest();
    } finally {
      signal.removeEventListener('abort', stop);
      await this.webhooks.close();
      await Promise.allSettled(this.busy.values());
      await this.runs.idle();
      await this.notices.idle();
      await reloading;
    }
    if (this.fatal !== undefined) throw this.fatal as Error;
    this.tell({ type: 'stopped', time: clock.now() });
    const { looks, events, failed } = this;
    return { subscriptions: this.entries.size, looks, events, failed };
  }

  /** Who watches for days does not end because the disk was full, or somebody held the database, for a while. */
  private async roundOrRest(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      if (this.options.signal.aborted) return;
      if (!(error instanceof MembraneError) || !error.code.startsWith('store/')) throw error;
      const { clock } = this.base.ports;
      this.tell({ type: 'error', time: clock.now(), error: errorFacts(error) });
      await clock.sleep(5 * wakeMs, this.options.signal).catch(() => undefined);
    }
  }

  private async round(): Promise<void> {
    this.nap.prepare();
    const { clock } = this.base.ports;
    const now = clock.now();
    if (now >= this.syncAt) {
      await this.sync();
      this.webhooks.tend(this.entries.values());
    }
    const isReal = this.options.dryRun !== true;
    // What waits is delivered by others, not by a dry run.
    await this.startDue(isReal ? await keysWithEvents(this.base, this.subscriptions()) : new Set());
    if (isReal) {
      this.webhooks.round();
      await this.notices.round();
    }
    const next = Math.min(this.syncAt, clock.now() + wakeMs);
    if (!this.options.signal.aborted) await this.nap.take(clock, next - clock.now());
  }

  /** All that is due begins, as far as the limits allow: those first that take little. */
  private async startDue(withEvents: ReadonlySet<string>): Promise<void> {
    const now = this.base.ports.clock.now();
    const due = [...this.entries.values()]
      .filter(
        ({ subscription }) => !this.busy.has(keyOf(subscription)) && isDue(subscription, withEvents, now),
      )
      .sort(
        (a, b) =>
          weight(a.subscription) - weight(b.subscription) || a.subscription.nextAt - b.subscription.nextAt,
      );
    for (const entry of due) {
      const key = keyOf(entry.subscription);
      const { connectionId = '' } = entry.subscription;
      // What is due by the clock waits for nobody: a minute later it would be missed.
      const waitsForOthers = entry.subscription.waits.for !== 'schedule';
      if (waitsForOthers && this.busy.size >= this.setting('parallelPulls', parallelPulls)) continue;
      const same = this.connections.get(connectionId) ?? 0;
      if (connectionId !== '' && same >= parallelPerConnection) continue;
      this.connections.set(connectionId, same + 1);
      const work = this.tickOne(entry).finally(() => {
        this.busy.delete(key);
        const left = (this.connections.get(connectionId) ?? 1) - 1;
        if (left === 0) this.connections.delete(connectionId);
        else this.connections.set(connectionId, left);
        this.nap.wake();
      });
      this.busy.set(key, work);
    }
  }

  private async tickOne(entry: Entry, force = false): Promise<void> {
    const { engine, subscription } = entry;
    const { signal, dryRun } = this.options;
    try {
      const done = await tick(engine, subscription.id, { signal, force, dryRun });
      if (done === undefined) {
        // Somebody else is at it, or it was paused: its row says when to look again.
        entry.subscription = heldUntil(subscription, engine.ports.clock.now() + wakeMs);
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
      entry.subscription = heldUntil(subscription, engine.ports.clock.now() + 5 * wakeMs);
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
    if (this.options.dryRun !== true) await this.webhooks.all();
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
    if (this.options.dryRun !== true) await this.notices.all();
  }

  /** Subscriptions, tenants and runs as they are now. */
  private async sync(): Promise<void> {
    const { clock } = this.base.ports;
    const { once, only, dryRun } = this.options;
    const entries = new Map<string, Entry>();
    for (const engine of await this.tenants()) {
      for (const subscription of await syncSubscriptions(engine)) {
        if (!isWanted(subscription, only)) continue;
        const key = keyOf(subscription);
        const before = this.entries.get(key);
        entries.set(key, { engine, subscription: before?.subscription ?? subscription });
        if (before !== undefined && this.busy.has(key)) entries.set(key, before);
        // A dry run stores nothing: only itself knows when it looked.
        else if (dryRun !== true && subscription.nextAt < (before?.subscription.nextAt ?? 0))
          entries.set(key, { engine, subscription });
      }
      if (once !== true && dryRun !== true) await this.runs.resume(engine);
    }
    this.entries = entries;
    this.syncAt = clock.now() + syncMs;
    if (once !== true) await this.others();
  }

  private async others(): Promise<void> {
    if (this.options.dryRun === true) return;
    await applyRetention(this.base);
    for (const engine of await this.tenants()) {
      await this.notices.judge(engine);
      for (const other of this.options.also ?? []) await other(engine, this.options.signal);
    }
  }

  private describe(): Promise<WatchedSubscription[]> {
    return describeWatched(this.base, this.subscriptions(), new Set(this.busy.keys()));
  }

  private subscriptions(): Subscription[] {
    return [...this.entries.values()].map(({ subscription }) => subscription);
  }

  private async tenants(): Promise<Engine[]> {
    if (this.options.allTenants !== true) return [this.base];
    return (await listTenants(this.base)).map(({ key: tenant }) => {
      const known = this.engines.get(tenant) ?? { ...this.base, tenant };
      this.engines.set(tenant, known);
      return known;
    });
  }

  private async followChanges(): Promise<void> {
    const { changes, signal } = this.options;
    if (changes === undefined) return;
    try {
      for await (const project of changes) {
        this.base = { ...this.base, project };
        this.engines.clear();
        this.webhooks.reload();
        await this.sync();
        this.webhooks.tend(this.entries.values());
        this.tell({ type: 'reloaded', time: this.base.ports.clock.now(), subscriptions: this.entries.size });
        this.nap.wake();
      }
    } catch (error) {
      if (!signal.aborted) this.fatal ??= error;
      this.nap.wake();
    }
  }

  private setting(name: string, fallback: number): number {
    const given = this.base.project.config.watch[name];
    return typeof given === 'number' && given >= 1 ? given : fallback;
  }
}
