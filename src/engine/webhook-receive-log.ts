import { defaultTenant } from '../core/connection.js';
import type { JsonObject } from '../core/json.js';
import type { Engine } from './engine.js';
import { incomingRow, refusedDrawer } from './webhook-rows.js';

/** A request that was refused. Nothing of its body, its headers or its query is kept. */
export interface Refusal {
  readonly status: number;
  readonly why: string;
  /** As rows name it, where it is known: `subscription:ID`. */
  readonly to?: string | undefined;
  readonly tenant?: string | undefined;
  /** Where nothing is known of it. */
  readonly path?: string | undefined;
  readonly remote: string;
  readonly bytes: number;
}

export interface RefusalLog {
  /** Not more than some a minute for each address are written down: a flood shall not fill the disk. */
  add(refusal: Refusal): void;
  /** Whether one more of this sort is to be told now. */
  allows(sort: string): boolean;
  /** Resolves when all is written. */
  settle(): Promise<void>;
}

const perMinute = 60;
const minuteMs = 60_000;
/** Whatever leads nowhere counts together. */
const elsewhere = 'elsewhere';

interface Count {
  minute: number;
  added: number;
  /** How many were left out since one was written down. */
  left: number;
}

export function refusalLog(
  engine: () => Engine,
  told: (refusal: Refusal) => void,
  failed: (error: unknown) => void,
): RefusalLog {
  const counts = new Map<string, Count>();
  const writing = new Set<Promise<void>>();

  function take(name: string): Count | undefined {
    const minute = Math.floor(engine().ports.clock.now() / minuteMs);
    const count = counts.get(name) ?? { minute, added: 0, left: 0 };
    counts.set(name, count);
    if (count.minute !== minute) [count.minute, count.added] = [minute, 0];
    count.added += 1;
    if (count.added <= perMinute) return count;
    count.left += 1;
    return undefined;
  }

  return {
    add(given) {
      // what strangers send may hold what a terminal obeys
      const path = given.path?.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
      const refusal = path === undefined ? given : { ...given, path };
      const count = take(refusal.to ?? elsewhere);
      if (count === undefined) return;
      const written = write(engine(), refusal, count.left).catch(failed);
      count.left = 0;
      told(refusal);
      writing.add(written);
      void written.finally(() => writing.delete(written));
    },
    allows: (sort) => take(sort) !== undefined,
    async settle() {
      await Promise.all(writing);
    },
  };
}

async function write({ ports }: Engine, refusal: Refusal, left: number): Promise<void> {
  const { status, why, to = '', tenant = defaultTenant, path, remote, bytes } = refusal;
  const error: JsonObject = {
    message: why,
    status,
    remote,
    bytes,
    ...(path === undefined ? {} : { path }),
    ...(left === 0 ? {} : { unlogged: left }),
  };
  const row = incomingRow({
    id: ports.ids.next(),
    tenant,
    state: 'refused',
    time: ports.clock.now(),
    to,
    query: {},
    headers: {},
    body: '',
    attempts: 0,
    error,
  });
  await (await ports.store()).drawer(refusedDrawer).put(row);
}
