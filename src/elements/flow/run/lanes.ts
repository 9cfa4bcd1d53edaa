import type { Parts } from '../../../core/durability.js';
import type { WalkEnd } from '../../../core/walk.js';

export const done: WalkEnd = { failed: false, held: false };

export function both(a: WalkEnd, b: WalkEnd): WalkEnd {
  if (b === done) return a;
  if (a === done) return b;
  return { failed: a.failed || b.failed, held: a.held || b.held };
}

/**
 * Does something for each part of many, `width` of them at once, in order of their beginning. So what waits in
 * memory does not grow with their number. What failed, or waits for somebody's decision, is looked at again when the
 * run goes on; everything else never.
 */
export async function lanes(
  parts: Parts,
  width: number,
  one: (index: number, fresh: boolean) => Promise<WalkEnd>,
): Promise<WalkEnd> {
  let end = done;
  let next = 0;
  let broken = false;
  const lane = async (): Promise<void> => {
    while (next < parts.total && !broken) {
      const index = next;
      next += 1;
      if (parts.isFinished(index)) continue;
      try {
        const came = await one(index, parts.begin(index));
        if (!came.failed && !came.held) parts.finish(index);
        end = both(end, came);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
  };
  await all(Array.from({ length: Math.min(width, parts.total) }, lane));
  return end;
}

/** Waits for all of them, also where one rejects: nothing goes on behind the back of who called. */
export async function all<T>(works: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
