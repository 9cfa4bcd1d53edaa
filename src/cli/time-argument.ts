import { MembraneError } from '../core/error.js';

/** A time as people give it: `10m`, `2h`, `3d` ago, or a date. Milliseconds since 1970. Throws `usage/argument`. */
export function timeOf(written: string, now: number): number {
  const span = /^(\d+)(s|m|h|d)$/.exec(written);
  if (span !== null)
    return now - Number(span[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[span[2] as 's'] * 1000);
  const time = Date.parse(written);
  if (!Number.isNaN(time)) return time;
  throw new MembraneError('usage/argument', `"${written}" is no time`, {
    hint: '10m, 2h, 3d, or a date: 2026-01-31',
  });
}
