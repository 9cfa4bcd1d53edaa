import { expect, it } from 'vitest';
import { suiteOutput } from '../support/suite-output.js';

it(
  'runs of flows lose nothing, and do nothing twice, while processes are killed',
  { timeout: 240_000 },
  async () => {
    const output = await suiteOutput(import.meta.dirname);
    const summary = output.summary as { killsLanded: number };
    expect(output.problems).toEqual([]);
    expect(summary).toEqual({
      ok: true,
      killsLanded: expect.any(Number),
      runs: expect.any(Number),
      requests: expect.any(Number),
      repeatedIdempotent: expect.any(Number),
      repeatedOther: 0,
      interrupted: expect.any(Number),
      outputsEqual: true,
      seconds: expect.any(Number),
    });
    expect(summary.killsLanded).toBeGreaterThanOrEqual(60);
  },
);
