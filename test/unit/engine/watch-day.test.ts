import { expect, it } from 'vitest';
import { simulateDay } from '../../faults/simulation/simulate.js';

// More of such days, and a schedule of each minute, are lived by the fault suite.
it('loses nothing while APIs fail, and watchers are killed and halted', async () => {
  const weather = { wakeMs: 60_000, apiFaults: 0.6, appFaults: 0.3, deadly: 0.003, halts: true, watchers: 2 };
  const day = await simulateDay({ seed: 7, hours: 0.5, weather });
  expect(day).toMatchObject({ seed: 7, lost: 0, doubled: 0, locksLeft: 0, problems: [] });
  expect([day.kills > 0, day.faults > 0, day.expected > 0]).toEqual([true, true, true]);
}, 60_000);
