import { describe, expect, it } from 'vitest';
import { stillClock } from '../../../src/adapters/clock-still.js';

describe('a clock that stands still', () => {
  it('shows the same time after a wait, of which it takes a share', async () => {
    const clock = stillClock({ time: 5000, limitMs: 60_000, share: 0.001 });
    const started = performance.now();
    await clock.sleep(30_000);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(clock.now()).toBe(5000);
  });

  it('ends a wait that is given up', async () => {
    const clock = stillClock({ time: 0, limitMs: 1000, share: 0 });
    const controller = new AbortController();
    const waiting = clock.sleep(60_000, controller.signal);
    controller.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
  });

  it('takes all of a wait that is as long as the limit', async () => {
    const clock = stillClock({ time: 0, limitMs: 50, share: 0 });
    const started = performance.now();
    await clock.sleep(50);
    expect(performance.now() - started).toBeGreaterThan(40);
  });
});
