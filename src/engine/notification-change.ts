import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Row } from '../core/ports.js';
import { fillIn } from './config-env.js';
import type { Engine } from './engine.js';
import { drainLane } from './notification-lane.js';
import { alone } from './notification-outbox.js';
import { openReceiver, receiversOf, type OpenReceiver } from './notification-receivers.js';
import {
  findNotifications,
  listNotifications,
  notificationDrawer,
  notificationHistoryDrawer,
  notificationRow,
  type StoredNotification,
} from './notification-rows.js';
import { sendNotification } from './notification-send.js';

/** What came of sending again. */
export interface Retried {
  readonly count: number;
  readonly done: number;
  /** Those that failed, or wait behind one that did. */
  readonly waiting: number;
}

const most = 10_000;
const busyMs = 20_000;

/**
 * Sends notifications again, with the same ids, in order: all dead ones unless some are named, and what waits behind
 * them. Rejects with `notification/unknown`.
 */
export async function retryNotifications(
  engine: Engine,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Retried> {
  const chosen =
    ids.length === 0
      ? await listNotifications(engine, { state: 'dead', limit: most })
      : (await Promise.all(ids.map((id) => findNotifications(engine, id)))).flat();
  const again = chosen.map((one) => ({ ...one, attempts: 0, tryAt: undefined, endedAt: undefined }));
  await move(engine, again, 'pending');
  for (const lane of new Set(again.map((one) => one.lane))) {
    await alone(engine, lane, busyMs, (lock) =>
      drainLane(engine, lane, { lock, signal, tell: () => undefined }),
    );
  }
  const now = (await Promise.all(again.map(({ id }) => findNotifications(engine, id)))).flat();
  const done = now.filter(({ state }) => state === 'done').length;
  return { count: again.length, done, waiting: again.length - done };
}

/** Never sends them. Gives how many were left to send. Rejects with `notification/unknown`. */
export async function dropNotifications(engine: Engine, ids: readonly string[]): Promise<number> {
  const chosen = (await Promise.all(ids.map((id) => findNotifications(engine, id)))).flat();
  const left = chosen.filter(({ state }) => state === 'pending' || state === 'dead');
  const endedAt = engine.ports.clock.now();
  await move(
    engine,
    left.map((one) => ({ ...one, tryAt: undefined, endedAt })),
    'dropped',
  );
  return left.length;
}

/** Under the locks of their lanes: what is being sent at this moment stays what it becomes. */
async function move(
  engine: Engine,
  notifications: readonly StoredNotification[],
  state: 'pending' | 'dropped',
): Promise<void> {
  const store = await engine.ports.store();
  const [from, to] =
    state === 'pending'
      ? [notificationHistoryDrawer, notificationDrawer]
      : [notificationDrawer, notificationHistoryDrawer];
  for (const lane of new Set(notifications.map((one) => one.lane))) {
    const moved = await alone(engine, lane, busyMs, async (guard) => {
      const rows: Row[] = [];
      for (const one of notifications.filter((other) => other.lane === lane)) {
        const [now] = await findNotifications(engine, one.id);
        // Somebody else may have sent it by now.
        if (now?.state === 'held' || (state === 'dropped' && now?.state === 'done')) continue;
        rows.push(notificationRow({ ...one, state }));
      }
      await store.write(
        [
          { drawer: from, remove: rows },
          { drawer: to, put: rows },
        ],
        { guard },
      );
      return true;
    });
    if (moved === true) continue;
    throw new MembraneError('store/busy', 'another process sends these notifications at this moment', {
      hint: 'see what became of them: membrane notification list',
    });
  }
}

/** What a receiver answered to a test. */
export interface NotificationTest {
  readonly to: string;
  readonly ok: boolean;
  /** Absent where nothing was answered. */
  readonly status?: number;
  readonly ms: number;
  /** Whether it has a secret, and so gets a signature. */
  readonly signed: boolean;
  readonly error?: JsonObject;
}

/**
 * Sends an event of the type `test` to each receiver, or to this address, once, and says what it answered. An address
 * that is one of `notifications` gets the signature of that one.
 */
export async function testNotifications(
  engine: Engine,
  url: string | undefined,
  signal: AbortSignal,
): Promise<NotificationTest[]> {
  const receivers = receiversOf(engine);
  if (url !== undefined) return [await testOne(engine, hostOf(url), () => openUrl(engine, url), signal)];
  if (receivers.length === 0) {
    throw new MembraneError('usage/argument', 'membrane.yaml names no receiver of notifications', {
      hint: 'add one: "notifications: [{url: https://…}]", or give an address: membrane notification test URL',
    });
  }
  return Promise.all(
    receivers.map((one) => testOne(engine, one.to, () => openReceiver(engine, one), signal)),
  );
}

async function testOne(
  engine: Engine,
  to: string,
  open: () => OpenReceiver,
  signal: AbortSignal,
): Promise<NotificationTest> {
  const { ids, clock } = engine.ports;
  const receiver = open();
  const payload = {
    data: { test: { time: new Date(clock.now()).toISOString(), customerId: engine.tenant } },
  };
  const sent = await sendNotification(
    engine,
    receiver,
    { id: ids.next(), eventType: 'test', payload },
    signal,
  );
  const { ok, ms } = sent;
  return {
    to,
    ok,
    ...(sent.status === undefined ? {} : { status: sent.status }),
    ms,
    signed: receiver.secret !== undefined,
    ...(sent.ok ? {} : { error: sent.error }),
  };
}

/** Others may need variables that are not set: they are no matter of this address. */
function openUrl(engine: Engine, url: string): OpenReceiver {
  const known = receiversOf(engine).find(({ written, place }) => {
    try {
      return fillIn(engine, written.url, place).value === url;
    } catch (error) {
      if (error instanceof MembraneError) return false;
      throw error;
    }
  });
  return known === undefined ? { url, secret: undefined, secrets: [] } : openReceiver(engine, known);
}

function hostOf(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url).host;
  throw new MembraneError('usage/argument', `"${url}" is no address to post to`, {
    hint: 'it looks like https://example.com/notifications',
  });
}
