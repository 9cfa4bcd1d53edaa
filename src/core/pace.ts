import type { Pace } from './ports.js';

/**
 * The bucket of a pace as one number: `next`, the time from which on it is full again (the "theoretical arrival
 * time" of the generic cell rate algorithm, ITU-T I.371). Times in milliseconds.
 */
export function takeTurn(
  next: number | undefined,
  { everyMs, burst }: Pace,
  now: number,
  maxMs = Infinity,
): { next: number; waitMs: number } {
  const from = Math.max(next ?? now, now);
  const waitMs = Math.max(0, from - now - (burst - 1) * everyMs);
  return { next: waitMs > maxMs ? from : from + everyMs, waitMs };
}

/** `next` for a bucket that gives nothing before `until`, and one turn then. */
export function pausedUntil(next: number | undefined, { everyMs, burst }: Pace, until: number): number {
  return Math.max(next ?? -Infinity, until + (burst - 1) * everyMs);
}
