import type { Clock } from '../../src/core/ports.js';

export { memoryConnections, memoryTenants } from '../../src/adapters/connections-memory.js';
export { sequentialIds } from '../../src/adapters/ids-sequential.js';
export { memorySecrets, type MemorySecrets } from '../../src/adapters/secrets-memory.js';
export { memoryStore } from '../../src/adapters/store-memory.js';
export { memoryReceiver, type MemoryReceiver } from './memory-receiver.js';

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Wakes those who sleep until then, in the order of their times, and lets each go as far as it can. */
  move(ms: number): Promise<void>;
  /** How many sleep now. */
  sleepers(): number;
}

export function fakeClock(start = Date.UTC(2030, 0, 1)): FakeClock {
  let now = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    sleepers: () => sleepers.size,
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
      if (ms <= 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake };
        const abort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        function wake(): void {
          signal?.removeEventListener('abort', abort);
          resolve();
        }
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      });
    },
    async move(ms) {
      const target = now + ms;
      await settle();
      for (;;) {
        const due = [...sleepers].filter(({ until }) => until <= target).sort((a, b) => a.until - b.until)[0];
        if (due === undefined) break;
        sleepers.delete(due);
        now = Math.max(now, due.until);
        due.wake();
        await settle();
      }
      now = target;
    },
  };
}

/** Lets everything go on that waits for nothing but its turn. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
