/** Lives some days, one for each seed. On which something is wrong is said with the seed, by which it can be lived again. */
import { simulateDay, type SimulatedDay } from './simulate.js';

export interface SeedsResult {
  readonly days: number;
  readonly events: number;
  readonly faults: number;
  readonly kills: number;
  readonly lost: number;
  readonly doubled: number;
}

export async function runSeeds(
  seeds: readonly number[],
  options: { readonly hours: number; readonly trace?: boolean; readonly untilMs?: number },
  problems: string[],
): Promise<SeedsResult> {
  const days: SimulatedDay[] = [];
  const { hours, trace = false, untilMs = Infinity } = options;
  const started = Date.now();
  for (const seed of seeds) {
    if (Date.now() - started > untilMs) break;
    const day = await simulateDay({ seed, hours, ...(trace ? { trace: (line) => console.log(line) } : {}) });
    days.push(day);
    for (const problem of day.problems)
      problems.push(`seed ${seed} of ${hours} hours: ${problem}; ${JSON.stringify(day.weather)}`);
  }
  const sum = (of: (day: SimulatedDay) => number): number => days.reduce((total, day) => total + of(day), 0);
  return {
    days: days.length,
    events: sum((day) => day.expected),
    faults: sum((day) => day.faults),
    kills: sum((day) => day.kills),
    lost: sum((day) => day.lost),
    doubled: sum((day) => day.doubled),
  };
}

/** A day on which nobody is killed: each minute of the schedule comes once, whatever the API does. */
export async function exactDay(hours: number, seed: number, problems: string[]): Promise<object> {
  const weather = { deadly: 0, halts: false, wakeMs: 20_000, apiFaults: 0.3, pauseMs: 500_000 };
  const day = await simulateDay({ seed, hours, weather, eachMinute: true });
  for (const problem of day.problems) problems.push(`exact day, seed ${seed}: ${problem}`);
  const { scheduled, locksLeft, rows, lost } = day;
  return { seed, hours, scheduled, lost, locksLeft, rows };
}

/** A day on which everything goes wrong that may, and which is the same when it is lived again. */
export async function roughDay(hours: number, seed: number, problems: string[]): Promise<object> {
  const weather = { wakeMs: 60_000, apiFaults: 0.6, appFaults: 0.3, deadly: 0.02, halts: true, watchers: 2 };
  const live = () => simulateDay({ seed, hours, weather });
  const day = await live();
  for (const problem of day.problems) problems.push(`rough day, seed ${seed}: ${problem}`);
  if (JSON.stringify(await live()) !== JSON.stringify(day))
    problems.push(`rough day, seed ${seed}: it was another one when it was lived again`);
  if (day.kills === 0 || day.faults === 0) problems.push(`rough day, seed ${seed}: nothing was rough`);
  const { expected, faults, kills, lost, doubled, repeatedSameId } = day;
  return { seed, hours, expected, faults, kills, lost, repeatedSameId, doubled };
}
