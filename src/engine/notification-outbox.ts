import { MembraneError } from '../core/error.js';
import type { Lock, Row } from '../core/ports.js';
import type { Engine } from './engine.js';
import { drainLane, type LaneEnd, type Told } from './notification-lane.js';
import { notificationDrawer } from './notification-rows.js';

export interface OutboxOptions {
  /** The engine of a tenant as it is now; undefined for one whose notifications are none of ours. */
  readonly engineOf: (tenant: string) => Promise<Engine | undefined>;
  readonly signal: AbortSignal;
  readonly tell: (told: Told) => void;
}

/** Sends what waits to be sent. Any number of processes may do so at once: a lane is one's at a time. */
export interface Outbox {
  /** Looks for what waits, and begins to send what is due. Resolves when it has begun. */
  round(): Promise<void>;
  /** Sends all that is due now, and resolves when it is sent or could not be. */
  all(): Promise<void>;
  /** Resolves when nothing is under way; rejects with what broke, if anything did. */
  idle(): Promise<void>;
}

/** What others have stored since the last round is found by its time, which may be that much older. */
const overlapMs = 10_000;
/** All that waits is gone through so often, to take over what another process had begun. */
const scanMs = 60_000;
/** A scan takes at most this part of the time. */
const scanShare = 200;
const pageRows = 1_000;
const [parallel, parallelPerReceiver] = [16, 4];
/** Somebody else is at it. */
const busyMs = 5_000;

export function openOutbox(engine: Engine, options: OutboxOptions): Outbox {
  return new Rounds(engine, options);
}

interface Lane {
  readonly tenant: string;
  readonly lane: string;
  readonly receiver: string;
  dueAt: number;
}

class Rounds implements Outbox {
  private readonly engine: Engine;
  private readonly options: OutboxOptions;
  private readonly lanes = new Map<string, Lane>();
  private readonly busy = new Map<Lane, Promise<void>>();
  private scanAt = 0;
  private seenAt = 0;
  private broken: unknown;

  constructor(engine: Engine, options: OutboxOptions) {
    this.engine = engine;
    this.options = options;
  }

  async round(): Promise<void> {
    if (this.broken !== undefined) throw this.broken as Error;
    await this.look();
    this.startDue();
  }

  async all(): Promise<void> {
    this.scanAt = 0;
    for (;;) {
      await this.round();
      if (this.busy.size === 0 || this.options.signal.aborted) break;
      while (this.busy.size > 0) {
        await Promise.race(this.busy.values());
        this.startDue();
      }
    }
    await this.idle();
  }

  async idle(): Promise<void> {
    await Promise.all(this.busy.values());
    if (this.broken !== undefined && !this.options.signal.aborted) throw this.broken as Error;
  }

  /** Most rounds read only what is new. */
  private async look(): Promise<void> {
    const { clock } = this.engine.ports;
    const now = clock.now();
    if (now < this.scanAt && now >= this.seenAt) {
      await this.read('pending', this.seenAt - overlapMs);
    } else {
      const known = new Set(this.lanes.keys());
      for (const state of ['held', 'pending'] as const) await this.read(state, undefined, known);
      // Somebody else has sent what waited there.
      for (const key of known) this.lanes.delete(key);
      this.scanAt = clock.now() + Math.max(scanMs, (clock.now() - now) * scanShare);
    }
    this.seenAt = now;
  }

  /** Pages of rows, oldest first. A lane is due when its first row is; `unseen` loses those that are there. */
  private async read(state: string, since: number | undefined, unseen?: Set<string>): Promise<void> {
    const drawer = (await this.engine.ports.store()).drawer(notificationDrawer);
    const fresh = new Set<string>();
    for (let after: string | undefined; ;) {
      const rows = await drawer.list({
        state,
        order: 'oldest',
        limit: pageRows,
        ...(since === undefined ? {} : { since }),
        ...(after === undefined ? {} : { after }),
      });
      for (const row of rows) this.note(row, unseen, fresh);
      after = rows.at(-1)?.id;
      if (rows.length < pageRows) return;
    }
  }

  private note(
    { tenant, parent = '', data }: Row,
    unseen: Set<string> | undefined,
    fresh: Set<string>,
  ): void {
    const key = JSON.stringify([tenant, parent]);
    const isFirst = unseen !== undefined && !fresh.has(key);
    fresh.add(key);
    unseen?.delete(key);
    const tryAt = typeof data['tryAt'] === 'number' ? data['tryAt'] : 0;
    const known = this.lanes.get(key);
    if (known === undefined) {
      const receiver = parent.slice(0, parent.indexOf('/'));
      this.lanes.set(key, { tenant, lane: parent, receiver, dueAt: isFirst ? tryAt : 0 });
    } else if (isFirst && !this.busy.has(known)) known.dueAt = Math.min(known.dueAt, tryAt);
  }

  private startDue(): void {
    const now = this.engine.ports.clock.now();
    const perReceiver = new Map<string, number>();
    for (const { receiver } of this.busy.keys())
      perReceiver.set(receiver, (perReceiver.get(receiver) ?? 0) + 1);
    for (const [key, lane] of this.lanes) {
      if (this.busy.size >= parallel || this.options.signal.aborted) return;
      const same = perReceiver.get(lane.receiver) ?? 0;
      if (lane.dueAt > now || this.busy.has(lane) || same >= parallelPerReceiver) continue;
      perReceiver.set(lane.receiver, same + 1);
      const work = this.drain(lane)
        .then(
          (end) => {
            if (end.empty) this.lanes.delete(key);
            else lane.dueAt = end.dueAt;
          },
          (error: unknown) => {
            if (!this.options.signal.aborted) this.broken ??= error;
          },
        )
        .finally(() => this.busy.delete(lane));
      this.busy.set(lane, work);
    }
  }

  private async drain({ tenant, lane }: Lane): Promise<LaneEnd> {
    const { clock } = this.engine.ports;
    const engine = await this.options.engineOf(tenant);
    if (engine === undefined) return { empty: false, dueAt: clock.now() + scanMs };
    const { signal, tell } = this.options;
    const end = await alone(engine, lane, 0, (lock) => drainLane(engine, lane, { lock, signal, tell }));
    return end ?? { empty: false, dueAt: clock.now() + busyMs };
  }
}

/** Works on a lane while nobody else does. Undefined where somebody is at it for longer than `waitMs`. */
export async function alone<T>(
  engine: Engine,
  lane: string,
  waitMs: number,
  work: (lock: Lock) => Promise<T>,
): Promise<T | undefined> {
  const store = await engine.ports.store();
  let lock: Lock;
  try {
    lock = await store.lock(`notification/${engine.tenant}/${lane}`, { waitMs });
  } catch (error) {
    if (error instanceof MembraneError && error.code === 'store/busy') return undefined;
    throw error;
  }
  try {
    return await work(lock);
  } catch (error) {
    // Another process has taken over: it does the rest.
    if (error instanceof MembraneError && error.code === 'store/fence') return undefined;
    throw error;
  } finally {
    await lock.release();
  }
}
