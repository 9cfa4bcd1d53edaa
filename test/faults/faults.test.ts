import { expect, it } from 'vitest';
import { suiteOutput } from '../support/suite-output.js';

it('events are not lost where an API misbehaves and watchers are killed', { timeout: 240_000 }, async () => {
  const { problems, summary } = await suiteOutput(import.meta.dirname);
  expect(problems).toEqual([]);
  expect(summary).toMatchObject({ lost: 0, doubled: 0 });
  const { faults, killsLanded, eventsExpected } = summary as Record<string, number>;
  expect([faults! > 0, killsLanded! > 0, eventsExpected! > 0]).toEqual([true, true, true]);
});
