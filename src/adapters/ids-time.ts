import { randomFillSync } from 'node:crypto';
import type { Clock, Ids } from '../core/ports.js';

/** Crockford's base 32, in lower case: no i, l, o, u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Ids in the layout of ULID: 10 characters of time, 16 random ones. Within one process each sorts after the
 * one before it, also within a millisecond and when the clock goes back: the random part is counted up then.
 */
export function timeIds(clock: Clock): Ids {
  const random = new Uint8Array(16);
  let time = -1;
  let first = '';
  function begin(now: number): void {
    time = now;
    first = encodeTime(now);
    refill(random);
  }
  return {
    next() {
      const now = clock.now();
      if (now > time) begin(now);
      else if (!countUp(random)) begin(time + 1);
      let text = first;
      for (const digit of random) text += alphabet[digit];
      return text;
    },
  };
}

/** Random bytes for many ids: asking for a few costs as much as asking for many. */
const pool = new Uint8Array(4096);
let used = pool.length;

function refill(random: Uint8Array): void {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  for (let index = 0; index < random.length; index += 1) random[index] = (pool[used + index] ?? 0) & 31;
  used += random.length;
}

/** False when there is nothing above. */
function countUp(digits: Uint8Array): boolean {
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    const digit = digits[index] ?? 0;
    digits[index] = digit === 31 ? 0 : digit + 1;
    if (digit !== 31) return true;
  }
  return false;
}

function encodeTime(time: number): string {
  let text = '';
  let rest = Math.trunc(time);
  for (let place = 0; place < 10; place += 1) {
    text = (alphabet[rest % 32] ?? '') + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
