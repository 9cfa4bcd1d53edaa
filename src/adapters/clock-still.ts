import type { Clock } from '../core/ports.js';
import { systemClock } from './clock-system.js';

export interface StillClockOptions {
  /** Where it stands: milliseconds since 1970. */
  readonly time: number;
  /** A wait that is shorter is part of the work; one that is as long only ends work that goes on for too long. */
  readonly limitMs: number;
  /** How much of a wait that is part of the work is waited for: 1 is all of it. */
  readonly share: number;
}

/**
 * A clock that stands still, so that what is made of the time is the same in every run. Waits end all the same: a
 * share of them, and all of those that are as long as the limit.
 */
export function stillClock({ time, limitMs, share }: StillClockOptions): Clock {
  return {
    now: () => time,
    sleep: (ms, signal) => systemClock.sleep(ms < limitMs ? Math.ceil(ms * share) : ms, signal),
  };
}
