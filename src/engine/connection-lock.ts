import { MembraneError } from '../core/error.js';
import type { Lock } from '../core/ports.js';
import type { Engine } from './engine.js';

/** How long a connection that another process works on is waited for, in milliseconds. */
export interface LockWait {
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Does what two processes must not do at once with the secrets of a connection: connect, refresh, delete.
 * Rejects with `store/busy` where somebody else does not come to an end.
 */
export async function alone<T>(
  engine: Engine,
  id: string,
  work: (lock: Lock) => Promise<T>,
  wait: LockWait = {},
): Promise<T> {
  const lock = await takeLock(engine, id, wait);
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

async function takeLock(engine: Engine, id: string, { waitMs = 30_000, signal }: LockWait): Promise<Lock> {
  const store = await engine.ports.store();
  try {
    return await store.lock(`connection/${id}`, { waitMs, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (!(error instanceof MembraneError) || error.code !== 'store/busy') throw error;
    const waited = `and did not end in ${Math.round(waitMs / 1000)} s`;
    throw new MembraneError(
      'store/busy',
      `another process changes the secrets of the connection, ${waited}`,
      {
        hint: `${error.message}: wait for it to end, or end it, then try again`,
        class: 'concurrency',
        cause: error,
      },
    );
  }
}
