/** Schedules of a simulated day, and whether each of their times came once. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Membrane } from '../../../src/membrane.js';

const minute = 60_000;

const flow = (schedule: string): string => `enabled: true
nodes:
  start: {type: schedule-trigger, config: {${schedule}}, links: [{key: out}]}
  out: {type: transform-data, config: {output: {$var: input.start.time}}}
`;

/** One that makes good for what was missed; and one of each minute that does not. */
export function addSchedules(root: string, eachMinute: boolean): void {
  mkdirSync(path.join(root, 'flows'), { recursive: true });
  writeFileSync(path.join(root, 'flows/every-ten.yaml'), flow(`cron: '*/10 * * * *', missed: catchUp`));
  if (eachMinute) writeFileSync(path.join(root, 'flows/each-minute.yaml'), flow(`cron: '* * * * *'`));
  writeFileSync(
    path.join(root, 'membrane.yaml'),
    `app: {baseUri: 'http://shop.example/app'}
watch: {attempts: 50}
limits: {flowRunMinutes: 100000}
retention: {runs: 1000000}
`,
  );
}

/** Adds what is missing, or came twice, to the problems. Gives how many times there were. */
export async function judgeSchedules(
  membrane: Membrane,
  day: { readonly from: number; readonly until: number; readonly eachMinute: boolean },
  problems: string[],
): Promise<number> {
  let sum = 0;
  for (const [key, everyMs] of [
    ['every-ten', 10 * minute],
    ...(day.eachMinute ? [['each-minute', minute] as const] : []),
  ] as const) {
    const events = await membrane.events.list({ subscription: `flow/${key}/start`, limit: 100_000 });
    const came = events.map(({ payload }) => Date.parse(String(payload['time'])));
    const due: number[] = [];
    for (let time = Math.ceil(day.from / everyMs) * everyMs; time < day.until - 2 * minute; time += everyMs)
      due.push(time);
    const missing = due.filter((time) => !came.includes(time)).map((time) => new Date(time).toISOString());
    const twice = came.length - new Set(came).size;
    if (missing.length > 0 || twice > 0)
      problems.push(
        `${key}: ${twice} twice, and of ${due.length} missing: ${missing.slice(0, 5).join(', ')}`,
      );
    sum += due.length;
  }
  return sum;
}
