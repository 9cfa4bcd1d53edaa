import { MembraneError } from '../core/error.js';
import type { Clock, Lock } from '../core/ports.js';
import { isDead, thisProcess, type ProcessIdentity } from './process-identity.js';
import { storable } from './storable-text.js';
import type { Sql, StateDatabase } from './store-sqlite-database.js';

/** A lock whose holder was silent for so long is nobody's, in milliseconds. */
const staleMs = 30_000;
const beatMs = 5_000;

export interface Locks {
  /** Waits up to `waitMs` for the lock, then rejects with `store/busy`. */
  acquire(name: string, waitMs: number, signal: AbortSignal | undefined): Promise<Lock>;
  releaseAll(): Promise<void>;
}

interface Holder extends ProcessIdentity {
  readonly fence: number;
  /** When it was last heard of. */
  readonly beat: number;
}

export function sqliteLocks(database: StateDatabase, clock: Clock): Locks {
  const held = new Map<number, Lock>();
  let heart: NodeJS.Timeout | undefined;

  /** A fence, or the holder that is in the way. */
  async function attempt(name: string): Promise<number | Holder> {
    // Looked at first without the right to write, which those who wait would take from those who work.
    const holder = await database.read((sql) => holderOf(sql, name));
    if (holder !== undefined && !isFree(holder, clock.now())) return holder;
    return database.write((sql) => sql.transaction(() => take(sql, name, clock.now())));
  }

  async function beat(): Promise<void> {
    try {
      await database.write((sql) => {
        const now = clock.now();
        for (const fence of held.keys()) sql.run('UPDATE locks SET beat = ? WHERE fence = ?', now, fence);
      });
    } catch (error) {
      // The next beat makes good for this one. If none succeeds the lock goes stale, and guarded writes fail.
      if (!(error instanceof MembraneError)) throw error;
    }
  }

  async function release(fence: number): Promise<void> {
    if (!held.delete(fence)) return;
    if (held.size === 0) clearInterval(heart);
    await database.write((sql) => sql.run('DELETE FROM locks WHERE fence = ?', fence));
  }

  function hold(name: string, fence: number): Lock {
    const lock = { name, fence, release: () => release(fence) };
    // A lock alone does not keep the process alive.
    if (held.size === 0) heart = setInterval(() => void beat(), beatMs).unref();
    held.set(fence, lock);
    return lock;
  }

  return {
    async acquire(name, waitMs, signal) {
      storable(name);
      const deadline = clock.now() + waitMs;
      for (let pause = 4; ; pause = Math.min(pause * 2, 100)) {
        signal?.throwIfAborted();
        const taken = await attempt(name);
        if (typeof taken === 'number') return hold(name, taken);
        const left = deadline - clock.now();
        if (left <= 0) throw busy(name, taken);
        await clock.sleep(Math.min(left, pause * (0.5 + Math.random())), signal);
      }
    },
    async releaseAll() {
      for (const fence of held.keys()) await release(fence);
    },
  };
}

function holderOf(sql: Sql, name: string): Holder | undefined {
  return sql.get<Holder>('SELECT fence, pid, host, started, beat FROM locks WHERE name = ?', name);
}

/** Inside of a transaction: nobody else comes between the look and the taking. */
function take(sql: Sql, name: string, now: number): number | Holder {
  const holder = holderOf(sql, name);
  if (holder !== undefined && !isFree(holder, now)) return holder;
  sql.run('DELETE FROM locks WHERE name = ?', name);
  const { pid, host, started } = thisProcess();
  const insert = 'INSERT INTO locks (name, pid, host, started, beat) VALUES (?, ?, ?, ?, ?)';
  return Number(sql.run(insert, name, pid, host, started, now).lastInsertRowid);
}

/** A beat from the future comes from before the clock was set back, and would hold the lock for ever. */
function isFree(holder: Holder, now: number): boolean {
  return Math.abs(now - holder.beat) > staleMs || isDead(holder);
}

function busy(name: string, { pid }: Holder): MembraneError {
  const who = pid === process.pid ? 'this process' : `process ${pid}`;
  return new MembraneError('store/busy', `${who} holds the lock "${name}"`, {
    hint: 'wait for it to end, then try again',
  });
}
