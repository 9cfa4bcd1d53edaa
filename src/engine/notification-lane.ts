import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Lock } from '../core/ports.js';
import type { Engine } from './engine.js';
import { errorFacts } from './log.js';
import { connectionIdOf, hasHappened } from './notices.js';
import { openReceiver, receiversOf, type Receiver } from './notification-receivers.js';
import {
  notificationDrawer,
  notificationHistoryDrawer,
  notificationOf,
  notificationRow,
  notificationsOf,
  type StoredNotification,
} from './notification-rows.js';
import { sendNotification, type Sent } from './notification-send.js';

/** What became of a notification at one try. */
export interface Told {
  readonly notification: StoredNotification;
  readonly ms: number;
}

/** How a lane was left. */
export type LaneEnd =
  { readonly empty: true } | { readonly empty: false; /** When to come back. */ readonly dueAt: number };

export interface LaneOptions {
  readonly lock: Lock;
  readonly signal: AbortSignal;
  readonly tell: (told: Told) => void;
}

const [shortestMs, longestMs] = [5_000, 3_600_000];
/** However long a receiver asks to wait. */
const askedAtMostMs = 24 * 3_600_000;
/** Nothing is given up before so many tries: the watcher itself may have been off. */
const triesAtLeast = 5;
/** How long to wait for a receiver that membrane.yaml does not name any more, and for how long in all. */
const [absentMs, absentAtMostMs] = [60_000, 72 * 3_600_000];
/** What is held waits for whoever works on the connection. */
const heldMs = 2_000;

/** Sends what waits in a lane, oldest first, until it is empty or something has to wait. */
export async function drainLane(engine: Engine, lane: string, options: LaneOptions): Promise<LaneEnd> {
  return new Drain(engine, lane, options).all();
}

class Drain {
  private readonly engine: Engine;
  private readonly lane: string;
  private readonly options: LaneOptions;
  /** Why something before was given up after long. */
  private givenUp: JsonObject | undefined;

  constructor(engine: Engine, lane: string, options: LaneOptions) {
    this.engine = engine;
    this.lane = lane;
    this.options = options;
  }

  async all(): Promise<LaneEnd> {
    const { clock } = this.engine.ports;
    for (;;) {
      this.options.signal.throwIfAborted();
      const first = await this.first();
      if (first === undefined) return { empty: true };
      const dueAt =
        first.state === 'held'
          ? await this.settle(first)
          : (first.tryAt ?? 0) > clock.now()
            ? first.tryAt
            : await this.deliver(first);
      if (dueAt !== undefined) return { empty: false, dueAt };
    }
  }

  private async first(): Promise<StoredNotification | undefined> {
    const { waiting } = await notificationsOf(this.engine);
    const { tenant } = this.engine;
    const [row] = await waiting.list({ tenant, parent: this.lane, order: 'oldest', limit: 1 });
    return row === undefined ? undefined : notificationOf(row);
  }

  /** Gives when to come back; undefined: go on with the next one. */
  private async deliver(one: StoredNotification): Promise<number | undefined> {
    const now = this.engine.ports.clock.now();
    const receiver = receiversOf(this.engine).find(({ id }) => id === one.receiver);
    if (receiver === undefined) {
      if (now - one.time < absentAtMostMs) return now + absentMs;
      const error = {
        code: 'notification/unknown',
        message: 'membrane.yaml does not name its receiver any more',
      };
      await this.end({ ...one, state: 'dead', error }, 0);
      return undefined;
    }
    if (this.givenUp !== undefined && now - one.time >= receiver.giveUpMs) {
      await this.end({ ...one, state: 'dead', error: this.givenUp }, 0);
      return undefined;
    }
    const sent = await tryToSend(this.engine, receiver, one, this.options.signal);
    if (!sent.ok) return this.fail(one, receiver, sent);
    await this.end({ ...one, state: 'done', attempts: one.attempts + 1, error: undefined }, sent.ms);
    return undefined;
  }

  private async fail(
    before: StoredNotification,
    { giveUpMs }: Receiver,
    { error, gone = false, retryAfterMs = 0, ms }: Sent & { ok: false },
  ): Promise<number | undefined> {
    const now = this.engine.ports.clock.now();
    const attempts = before.attempts + 1;
    const one = { ...before, attempts, error };
    const isTooOld = attempts >= triesAtLeast && now - before.time >= giveUpMs;
    if (gone || isTooOld) {
      if (isTooOld) this.givenUp = error;
      await this.end({ ...one, state: 'dead' }, ms);
      return undefined;
    }
    const backOffMs =
      Math.min(longestMs, shortestMs * 2 ** Math.min(attempts - 1, 20)) * (0.75 + Math.random() / 2);
    const tryAt = now + Math.round(Math.max(backOffMs, Math.min(askedAtMostMs, retryAfterMs)));
    const { waiting } = await notificationsOf(this.engine);
    await waiting.put(notificationRow({ ...one, tryAt }), { guard: this.options.lock });
    this.options.tell({ notification: { ...one, tryAt }, ms });
    return tryAt;
  }

  /** It is over: it goes where it ages. */
  private async end(over: StoredNotification, ms: number): Promise<void> {
    const notification = { ...over, tryAt: undefined, endedAt: this.engine.ports.clock.now() };
    const row = notificationRow(notification);
    const store = await this.engine.ports.store();
    await store.write(
      [
        { drawer: notificationDrawer, remove: [row] },
        { drawer: notificationHistoryDrawer, put: [row] },
      ],
      { guard: this.options.lock },
    );
    this.options.tell({ notification, ms });
  }

  /** Whoever held it was killed, unless somebody works on the connection: then it is seen from that what happened. */
  private async settle({ id }: StoredNotification): Promise<number | undefined> {
    const { engine } = this;
    const store = await engine.ports.store();
    const { waiting } = await notificationsOf(engine);
    const row = await waiting.get(engine.tenant, id);
    if (row === undefined) return undefined;
    const held = notificationOf(row);
    if (held.state !== 'held') return undefined;
    let connection: Lock;
    try {
      connection = await store.lock(`connection/${connectionIdOf(held)}`, { waitMs: 0 });
    } catch (error) {
      if (!(error instanceof MembraneError) || error.code !== 'store/busy') throw error;
      return engine.ports.clock.now() + heldMs;
    }
    try {
      const now = await waiting.get(engine.tenant, id);
      if (now?.state !== 'held') return undefined;
      const guard = this.options.lock;
      if (await hasHappened(engine, held))
        await waiting.put(notificationRow({ ...held, state: 'pending' }), { guard });
      else await waiting.remove(engine.tenant, [id], { guard });
      return undefined;
    } finally {
      await connection.release();
    }
  }
}

/** A receiver that cannot be had, because a variable is not set or its secret is none, has not been tried: it failed. */
async function tryToSend(
  engine: Engine,
  receiver: Receiver,
  { notice, eventType, payload }: StoredNotification,
  signal: AbortSignal,
): Promise<Sent> {
  try {
    const message = { id: notice, eventType, payload };
    return await sendNotification(engine, openReceiver(engine, receiver), message, signal);
  } catch (error) {
    if (!(error instanceof MembraneError) || error.code !== 'config/variable') throw error;
    return { ok: false, ms: 0, error: errorFacts(error) };
  }
}
