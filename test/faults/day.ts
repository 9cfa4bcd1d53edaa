/** A day of a watcher, in some seconds: a clock that runs fast, an API that fails at random, and a schedule. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { rmSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import type { Clock } from '../../src/core/ports.js';
import { openMembrane } from '../../src/membrane.js';
import { Api, send } from './api.js';
import { envFor, makeProject } from './project.js';
import { randomFrom } from './simulation/random.js';

export interface Day {
  readonly seed: number;
  readonly hours: number;
  readonly faults: number;
  /** Times of the schedule that came, and those that should have. */
  readonly scheduled: number;
  readonly due: number;
  readonly created: number;
  readonly lost: number;
  readonly locksLeft: number;
  readonly handlesLeft: number;
  readonly grownMegabytes: number;
}

/** Simulated milliseconds in one. */
const speed = 5000;

export async function watchDay(hours: number, seed: number, problems: string[]): Promise<Day> {
  const random = randomFrom(seed);
  const api = await new Api().start();
  const began = Date.now();
  const clock: Clock = {
    now: () => began + (Date.now() - began) * speed,
    sleep: (ms, signal) => sleep(Math.ceil(ms / speed), undefined, signal === undefined ? {} : { signal }),
  };
  api.now = clock.now();
  for (let count = 0; count < 20; count += 1) api.create({ at: api.now - 1000 * count });
  const root = makeProject(api.url);
  mkdirSync(path.join(root, 'flows'), { recursive: true });
  writeFileSync(
    path.join(root, 'flows/half-hourly.yaml'),
    `enabled: true
nodes:
  start: {type: schedule-trigger, config: {everyMinutes: 30, missed: catchUp}, links: [{key: out}]}
  out: {type: transform-data, config: {output: {$var: input.start.time}}}
`,
  );
  // Limits are about real time, which does not run fast: 15 minutes, in which a list has to end, are 180 ms here. A
  // look that takes longer on a busy computer would fail, and what is new would wait for the next one.
  writeFileSync(
    path.join(root, 'membrane.yaml'),
    `app: {baseUri: '${api.url}/app'}\nlimits: {flowRunMinutes: 100000, listMinutes: 100000}\nretention: {runs: 100000}\n`,
  );
  const membrane = await openMembrane({ cwd: root, env: envFor(api.url), ports: { clock } });
  const handles = process.getActiveResourcesInfo().length;
  const stop = new AbortController();
  let faults = 0;
  const watching = membrane.watch({ signal: stop.signal, reload: false });
  const ends = clock.now() + hours * 3_600_000;
  await sleep(1000);
  const learned = api.changes.length;
  const heap = heapInUse();
  while (clock.now() < ends) {
    api.now = clock.now();
    api.create();
    api.fault = random.chance(0.3)
      ? (_, response) => {
          faults += 1;
          send(response, [500, 429, 503][faults % 3] ?? 500, {}, { 'retry-after': '1' });
          return true;
        }
      : undefined;
    await sleep(50);
  }
  api.fault = undefined;
  stop.abort(new Error('the day is over'));
  await watching;
  // One look at each, as anybody takes who comes back after a day: nothing is in its way any more.
  await membrane.watch({
    once: true,
    tell: (event) => {
      if (event.type === 'look-failed')
        problems.push(`after the day: ${event.name}: ${JSON.stringify(event.error)}`);
    },
  });
  const times = (await membrane.events.list({ subscription: 'flow/half-hourly/start', limit: 1000 })).map(
    ({ payload }) => String(payload['time']),
  );
  await membrane.close();
  await api.stop();
  globalThis.gc?.();
  const fresh = api.changes.slice(learned).map(({ item }) => item.id);
  const told = (key: string) =>
    new Set(api.delivered.filter((one) => one.key === key).map(({ record }) => record));
  const feeds = ['full-scan-created', 'pull-latest-records-created', 'custom-pull-created'].map(told);
  const lost = feeds.reduce((sum, feed) => sum + fresh.filter((id) => !feed.has(id)).length, 0);
  const database = new Database(path.join(root, '.membrane/state.db'));
  const count = (what: string): number =>
    Number((database.prepare(`SELECT count(*) AS n FROM ${what}`).get() as { n: number }).n);
  const locksLeft = count('locks');
  database.close();
  await sleep(100);
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  const day: Day = {
    seed,
    hours,
    faults,
    scheduled: new Set(times).size,
    due: hours * 2,
    created: fresh.length,
    lost,
    locksLeft,
    handlesLeft: Math.max(0, process.getActiveResourcesInfo().length - handles),
    grownMegabytes: Math.round((heapInUse() - heap) / 1e6),
  };
  const isExact = Math.abs(day.scheduled - day.due) <= 1 && times.length === day.scheduled;
  if (!isExact || lost > 0 || locksLeft > 0 || day.handlesLeft > 2 || day.grownMegabytes > 60)
    problems.push(`the day: ${JSON.stringify(day)}`);
  return day;
}

/** Bytes that are still in use: what nobody has collected yet is no leak. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
