import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import type { Clock } from '../../src/core/ports.js';
import { fakeClock } from '../support/memory-ports.js';

interface Case {
  readonly name: string;
  open(): { clock: Clock; pass(ms: number): Promise<void> };
}

const cases: Case[] = [
  { name: 'system', open: () => ({ clock: systemClock, pass: async () => undefined }) },
  {
    name: 'fake',
    open: () => {
      const clock = fakeClock();
      return { clock, pass: (ms) => clock.move(ms) };
    },
  },
];

describe.each(cases)('clock: $name', ({ open }) => {
  it('sleeps as long as asked', async () => {
    const { clock, pass } = open();
    const before = clock.now();
    const slept = clock.sleep(20);
    await pass(20);
    await slept;
    expect(clock.now() - before).toBeGreaterThanOrEqual(19); // timers round down
  });

  it('wakes in the order of the times', async () => {
    const { clock, pass } = open();
    const woken: number[] = [];
    const all = [30, 1, 15].map((ms) => clock.sleep(ms).then(() => woken.push(ms)));
    await pass(30);
    await Promise.all(all);
    expect(woken).toEqual([1, 15, 30]);
  });

  it('rejects with the reason of an abort, before and during the sleep', async () => {
    const { clock } = open();
    const reason = new Error('enough');
    await expect(clock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const slept = clock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(slept).rejects.toBe(reason);
  });

  it('does not wait for a time that is over', async () => {
    const { clock } = open();
    await clock.sleep(0);
    await clock.sleep(-5);
  });
});

it('the system clock sleeps longer than a timer of Node can', async () => {
  const controller = new AbortController();
  const slept = systemClock.sleep(2 ** 31 + 10, controller.signal).then(() => 'woke');
  const first = await Promise.race([slept, systemClock.sleep(20).then(() => 'still asleep')]);
  expect(first).toBe('still asleep');
  controller.abort(new Error('enough'));
  await expect(slept).rejects.toThrow('enough');
});

it('the fake clock lets a sleeper go on before the next one wakes', async () => {
  const clock = fakeClock(0);
  const seen: number[] = [];
  const ticking = (async () => {
    for (let tick = 0; tick < 3; tick += 1) {
      await clock.sleep(10);
      seen.push(clock.now());
    }
  })();
  await clock.move(35);
  await ticking;
  expect([seen, clock.now(), clock.sleepers()]).toEqual([[10, 20, 30], 35, 0]);
});
