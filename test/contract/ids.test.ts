import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { timeIds } from '../../src/adapters/ids-time.js';
import type { Ids } from '../../src/core/ports.js';
import { fakeClock, sequentialIds } from '../support/memory-ports.js';

const cases: { name: string; open(): Ids }[] = [
  { name: 'time', open: () => timeIds(systemClock) },
  { name: 'time, standing still', open: () => timeIds(fakeClock()) },
  { name: 'sequential', open: sequentialIds },
];

describe.each(cases)('ids: $name', ({ open }) => {
  it('gives ids of 26 characters that differ and sort as they were made', () => {
    const ids = open();
    const made = Array.from({ length: 10_000 }, () => ids.next());
    expect(made.filter((id) => !/^[0-9a-z]{26}$/.test(id))).toEqual([]);
    expect(new Set(made).size).toBe(made.length);
    expect(made.toSorted()).toEqual(made);
  });
});

describe('ids by time', () => {
  it('begin with the time', () => {
    const clock = fakeClock(1_469_918_176_385);
    expect(timeIds(clock).next().slice(0, 10)).toBe('01aryz6s41'); // the example of the ULID specification
  });

  it('sort also when the clock goes back', () => {
    let now = 5_000;
    const ids = timeIds({ ...systemClock, now: () => now });
    const first = ids.next();
    now = 1_000;
    expect(ids.next() > first).toBe(true);
  });

  it('of two makers differ in the same millisecond', () => {
    const clock = fakeClock();
    expect(timeIds(clock).next()).not.toBe(timeIds(clock).next());
  });
});
