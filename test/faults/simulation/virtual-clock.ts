/** A clock without time of its own: when all wait it goes on to where the first of them wants to wake. */
import type { Clock } from '../../../src/core/ports.js';

export interface VirtualClock extends Clock {
  /** Lets everybody live until then. */
  runUntil(time: number): Promise<void>;
  /** Somebody does something: nobody is to be woken until it has led to nothing more. */
  stir(): void;
}

/** So many calls at one moment are no work. */
const circlesAt = 200_000;

interface Sleeper {
  readonly until: number;
  readonly order: number;
  readonly wake: () => void;
}

export function virtualClock(start: number): VirtualClock {
  let now = start;
  let order = 0;
  let [stirred, stirredAt, atOnce] = [0, start, 0];
  const sleepers = new Set<Sleeper>();

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    stirred += 1;
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const sleeper = { until: now + Math.max(0, ms), order: (order += 1), wake };
      function abort(): void {
        sleepers.delete(sleeper);
        stirred += 1;
        reject(signal?.reason as Error);
      }
      function wake(): void {
        signal?.removeEventListener('abort', abort);
        resolve();
      }
      sleepers.add(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Until some turns of the event loop have passed in which nobody did anything, and no file is being read. */
  async function settled(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      const before = stirred;
      await new Promise((resolve) => void setImmediate(resolve));
      quiet = stirred === before ? quiet + 1 : 0;
      if (quiet === 3 && process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) quiet = 0;
    }
  }

  return {
    now: () => now,
    sleep,
    stir() {
      stirred += 1;
      atOnce = now === stirredAt ? atOnce + 1 : 0;
      stirredAt = now;
      if (atOnce > circlesAt) throw new Error(`somebody runs in circles at ${new Date(now).toISOString()}`);
    },
    async runUntil(time) {
      for (;;) {
        await settled();
        let first: Sleeper | undefined;
        for (const one of sleepers)
          if (
            first === undefined ||
            one.until < first.until ||
            (one.until === first.until && one.order < first.order)
          )
            first = one;
        if (first === undefined || first.until > time) break;
        sleepers.delete(first);
        now = Math.max(now, first.until);
        first.wake();
      }
      now = Math.max(now, time);
    },
  };
}
