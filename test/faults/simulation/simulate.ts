/**
 * A day of watchers that is over in a second: no network, no files, a clock that stands still while somebody works.
 * All that happens follows from the seed, so that a day on which something is lost can be lived again.
 */
import { rmSync } from 'node:fs';
import { Api } from '../api.js';
import { add, judge, type Verdict } from '../judge.js';
import { changesOf, makeProject, methods } from '../project.js';
import { machine } from './machine.js';
import { randomFrom } from './random.js';
import { addSchedules, judgeSchedules } from './schedules.js';
import { virtualClock } from './virtual-clock.js';
import { watchersOf, type World } from './watchers.js';
import { simulatedHttp, weatherOf, type Weather } from './weather.js';

export interface SimulatedDay extends Verdict {
  readonly seed: number;
  readonly weather: Weather;
  readonly faults: number;
  readonly kills: number;
  readonly scheduled: number;
  readonly locksLeft: number;
  /** Rows of what is remembered while it lasts, before the day and after it. */
  readonly rows: readonly [before: number, after: number];
  readonly problems: readonly string[];
}

export interface DayOptions {
  readonly seed: number;
  readonly hours: number;
  /** Replaces what the seed says. */
  readonly weather?: Partial<Weather> | undefined;
  /** Another schedule, which leaves out what nobody was there for: each minute. */
  readonly eachMinute?: boolean | undefined;
  /** Told of what happens. */
  readonly trace?: ((line: string) => void) | undefined;
}

const [minute, hour] = [60_000, 3_600_000];
/** A Friday at half past eight. */
const start = Date.UTC(2030, 2, 1, 8, 30, 20);

/** What is loaded when it is used first takes real time, which the clock knows nothing of. */
const loaded = Promise.all([
  import('croner'),
  import('../../../src/adapters/secrets-env.js'),
  import('../../../src/adapters/durability-store.js'),
  import('../../../src/adapters/durability-outputs.js'),
]);

export async function simulateDay({
  seed,
  hours,
  weather: given,
  eachMinute = false,
  trace = () => undefined,
}: DayOptions): Promise<SimulatedDay> {
  await loaded;
  const chance = Math.random;
  const random = randomFrom(seed);
  Math.random = random.next; // the engine spreads its waits with it
  const root = makeProject('http://shop.example');
  try {
    const clock = virtualClock(start);
    const weather = { ...weatherOf(random), ...given };
    return await live({ api: new Api(), clock, random, weather, trace }, { seed, hours, eachMinute }, root);
  } finally {
    Math.random = chance;
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function live(
  world: World,
  { seed, hours, eachMinute = false }: DayOptions,
  root: string,
): Promise<SimulatedDay> {
  const { api, clock, random, weather } = world;
  api.url = 'http://shop.example';
  addSchedules(root, eachMinute);
  for (let count = 0; count < 25; count += 1) api.create({ at: start - 86_400_000 - count * 1_000_000 });
  const http = simulatedHttp(api, { clock, random, weather });
  let deadly = 0;
  const computer = machine({ clock, http, random, deadly: () => deadly });
  const watchers = watchersOf(world, computer, root);
  await watchers.start();
  await clock.runUntil(start + 20 * minute);
  const learned = api.changes.length;
  const before = await computer.rowsKept();
  const problems: string[] = [];
  const ends = clock.now() + hours * hour;
  http.storm();
  deadly = weather.deadly;
  while (clock.now() < ends) {
    happen(world);
    await watchers.disturb();
    await clock.runUntil(clock.now() + random.whole(1000, weather.pauseMs));
  }
  [deadly, api.now] = [0, clock.now()];
  http.calm();
  await watchers.start();
  // No more looks than those that are due anyhow: the next scan, and what waits longest after a failure.
  await clock.runUntil(clock.now() + 5 * hour);
  const until = clock.now();
  const membrane = await watchers.stop();
  const sum: Verdict = { expected: 0, lost: 0, repeatedSameId: 0, doubled: 0 };
  judgeFeeds(api, learned, sum, problems);
  const scheduled = await judgeSchedules(membrane, { from: start, until, eachMinute }, problems);
  const dead = await membrane.events.list({ state: 'dead' });
  if (dead.length > 0) problems.push(`${dead.length} events are dead`);
  const waiting = await membrane.events.list({ state: 'pending' });
  if (waiting.length > 0) problems.push(`${waiting.length} events wait`);
  await membrane.close();
  const { locks: locksLeft, sleepers } = computer.left();
  const rows = [before, await computer.rowsKept()] as const;
  if (rows[0] !== rows[1]) problems.push(`${rows[0]} rows were kept before, and ${rows[1]} after`);
  if (locksLeft > 0 || sleepers > 0) problems.push(`${locksLeft} locks and ${sleepers} sleepers are left`);
  return {
    seed,
    weather,
    faults: http.faults(),
    kills: watchers.kills(),
    scheduled,
    locksLeft,
    rows,
    problems,
    ...sum,
  };
}

/** Something happens to the items. */
function happen({ api, clock, random, weather }: World): void {
  api.now = clock.now();
  const at = (): number =>
    api.now + (weather.skewMs === 0 ? 0 : random.whole(-weather.skewMs, weather.skewMs));
  const shownAt = (): number => (random.chance(0.2) ? api.now + random.whole(0, weather.lateMs) : 0);
  const count = random.chance(0.05) ? random.whole(11, 35) : random.whole(1, 3);
  const same = at();
  for (let made = 0; made < count; made += 1) {
    const what = random.next();
    const ids = [...api.items.keys()];
    if (what < 0.6 || ids.length < 5)
      api.create({ at: random.chance(0.3) ? same : at(), shownAt: shownAt() });
    else if (what < 0.9) api.update(random.pick(ids.slice(0, 40)), { at: random.chance(0.3) ? same : at() });
    else api.delete(random.pick(ids));
  }
}

/** Compares what happened with what the app and the flows were told. */
function judgeFeeds(api: Api, learned: number, sum: Verdict, problems: string[]): void {
  const changes = api.changes.slice(learned);
  const fresh = new Set(changes.filter(({ type }) => type === 'created').map(({ item }) => item.id));
  for (const method of methods) {
    for (const kind of [...changesOf(method), 'flow'] as const) {
      const told = api.delivered.filter(({ key }) => key === `${method}-${kind}`);
      // A look learns of a new record as it is then; what came before, only a feed of all changes knows.
      const mayMiss = (type: string, id: string): boolean =>
        method !== 'custom-pull' && type !== 'created' && fresh.has(id);
      const verdict = judge(changes, told, kind === 'flow' ? 'created' : kind, mayMiss);
      add(sum, verdict);
      if (verdict.lost + verdict.doubled > 0) problems.push(`${method}, ${kind}: ${JSON.stringify(verdict)}`);
    }
  }
}
