import type { Ids } from '../core/ports.js';

/** 00000000000000000000000001 and so on. */
export function sequentialIds(): Ids {
  let last = 0;
  return { next: () => String((last += 1)).padStart(26, '0') };
}
