import { expect, it } from 'vitest';
import { suiteOutput } from '../support/suite-output.js';

/** What the last line of the suite says. */
interface Summary {
  readonly killsLanded: number;
  readonly refreshes: number;
  readonly expiries: number;
}

it('refreshes are safe while processes are killed', { timeout: 240_000 }, async () => {
  const output = await suiteOutput(import.meta.dirname);
  const summary = output.summary as Summary;
  const { killsLanded, refreshes, expiries, ...rest } = summary;
  expect(output.problems).toEqual([]);
  expect(rest).toEqual({
    ok: true,
    reuse: 0,
    lost: 0,
    requests: 1600,
    unsavable: { byChance: expect.any(Number), atFaultPoint: { kills: 6, recovered: 4, lost: 2, tries: 2 } },
    seconds: expect.any(Number),
  });
  expect([killsLanded > 0, refreshes > 0, refreshes <= expiries + killsLanded]).toEqual([true, true, true]);
});
