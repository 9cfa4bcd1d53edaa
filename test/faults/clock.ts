import { systemClock } from '../../src/adapters/clock-system.js';
import type { Clock } from '../../src/core/ports.js';

/** A clock that can be put forward. Waits take no longer than a moment: nothing here is about waiting. */
export interface MovableClock extends Clock {
  move(ms: number): void;
}

export function movableClock(): MovableClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    sleep: (ms, signal) => systemClock.sleep(Math.min(ms, ms > 10_000 ? ms : 20), signal),
    move: (ms) => void (ahead += ms),
  };
}
