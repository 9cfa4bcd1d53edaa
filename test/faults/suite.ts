/**
 * What `docs/guarantees.md` says of events: `npm run test:faults`, for minutes with `-- --long`. Every fault for every
 * way of learning of changes, then processes that are killed. Prints a table, and at last one JSON object.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openMembrane } from '../../src/membrane.js';
import { Api, lists } from './api.js';
import { movableClock } from './clock.js';
import { watchDay } from './day.js';
import { faults } from './faults.js';
import { add, judge, type Verdict } from './judge.js';
import { killSuite } from './kills.js';
import { cursorFirst, lastItem, newestTimestamp } from './naive.js';
import { exactDay, roughDay, runSeeds } from './simulation/seeds.js';
import { changesOf, envFor, makeProject, methods, type Method } from './project.js';

const long = process.argv.includes('--long');
const update = process.argv.includes('--update');
const page = path.resolve(process.argv[1] ?? '', '../../../..', '../docs/guarantees.md');
const problems: string[] = [];
const nothing = (): Verdict => ({ expected: 0, lost: 0, repeatedSameId: 0, doubled: 0 });
const table: { fault: string; cells: Record<Method, Verdict>; naive: Record<string, number> }[] = [];

/** One fault against all methods at once, and against what others do. */
async function runFault(name: string): Promise<void> {
  const api = await new Api().start();
  const clock = movableClock();
  api.now = clock.now();
  for (let count = 0; count < 12; count += 1) api.create({ at: api.now - 86_400_000 - count * 3_600_000 });
  const root = makeProject(api.url);
  const membrane = await openMembrane({ cwd: root, env: envFor(api.url), ports: { clock } });
  const naive = [newestTimestamp(api), lastItem(api), cursorFirst(api)];
  const tick = async (ms = 60_000): Promise<void> => {
    clock.move(ms);
    api.now = clock.now();
    await membrane.watch({ once: true });
    for (const one of naive) await one.tick().catch(() => undefined); // what it cannot read it does not read
  };
  try {
    await tick(0);
    const learned = api.changes.length;
    await faults[name]?.({ api, tick });
    api.fault = undefined;
    const sound = lists.filter((path) => !api.misbehaved.has(path));
    if (api.misbehaved.size > 0 && sound.length > 0)
      problems.push(`${name}: nothing was wrong with ${sound.join(' and ')}`);
    for (let count = 0; count < 3; count += 1) await tick(3_600_000);
    const changes = api.changes.slice(learned);
    const cells = {} as Record<Method, Verdict>;
    for (const method of methods) {
      const cell = (cells[method] = nothing());
      for (const change of changesOf(method)) {
        const told = api.delivered.filter(({ key }) => key === `${method}-${change}`);
        // What is new is no update, also where it changed before the first look at it; it is with the other feeds.
        const fresh = new Set(changes.filter(({ type }) => type === 'created').map(({ item }) => item.id));
        const seen = new Set(
          api.delivered.filter(({ key }) => key === `${method}-created`).map(({ record }) => record),
        );
        const verdict = judge(
          changes,
          told,
          change,
          (type, id) => type !== 'created' && fresh.has(id) && !(type === 'deleted' && seen.has(id)),
        );
        add(cell, verdict);
        if (verdict.lost + verdict.doubled > 0)
          problems.push(`${name}, ${method}, ${change}: ${JSON.stringify(verdict)}`);
      }
    }
    const lost: Record<string, number> = {};
    const wanted = [...api.items.values()].filter(({ id }) => changes.some(({ item }) => item.id === id));
    for (const one of naive)
      lost[one.name] = wanted.filter(
        ({ id, n }) => !one.seen.some((seen) => seen.id === id && seen.n === n),
      ).length;
    table.push({ fault: name, cells, naive: lost });
  } finally {
    await membrane.close();
    await api.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function rendered(): string {
  const names = Object.keys(table[0]?.naive ?? {});
  const heads = ['fault', ...methods, ...names.map((name) => `naive: ${name}`)];
  const rows = table.map(({ fault, cells, naive }) => [
    fault,
    ...methods.map((method) => `${cells[method].lost} of ${cells[method].expected}`),
    ...names.map((name) => String(naive[name])),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What each of the naive algorithms lost of the same. */
function naiveSum(): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { naive } of table)
    for (const [name, lost] of Object.entries(naive)) sum[name] = (sum[name] ?? 0) + lost;
  return sum;
}

const started = Date.now();
const seed = Number(process.env['FAULTS_SEED'] ?? 1);
const only = process.argv.find((one) => one.startsWith('--only='))?.slice('--only='.length);
// Beside the faults: it mostly waits for processes to start.
const killing =
  only === undefined || only === 'kills'
    ? killSuite({ rounds: long ? 150 : 10, problems })
    : Promise.resolve({ killsLanded: 0, ...nothing() });
for (const name of Object.keys(faults)) if (only === undefined || name.includes(only)) await runFault(name);
const kills = await killing;
const sum = nothing();
for (const { cells } of table) for (const method of methods) add(sum, cells[method]);
console.log(rendered());
console.log(`naive algorithms lost: ${JSON.stringify(naiveSum())}`);
add(sum, kills);
if (only === undefined || only === 'day')
  console.log(`watched: ${JSON.stringify(await watchDay(long ? 24 : 4, seed, problems))}`);
if (only === undefined || only === 'simulated') {
  const days = Array.from({ length: 20 }, (_, index) => seed + index);
  // One day has to be rough; the others are as their seeds say.
  console.log(`rough: ${JSON.stringify(await roughDay(long ? 6 : 0.5, seed, problems))}`);
  if (long) console.log(`simulated: ${JSON.stringify(await runSeeds(days, { hours: 6 }, problems))}`);
  console.log(`exact: ${JSON.stringify(await exactDay(long ? 24 : 1, seed, problems))}`);
}
for (const problem of problems) console.log(`PROBLEM ${problem}`);
if (update) {
  const [begin, end] = ['<!-- faults: begin -->', '<!-- faults: end -->'];
  const text = readFileSync(page, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  writeFileSync(page, `${before}${begin}\n\n${rendered()}\n\n${end}${rest.split(end)[1] ?? ''}`);
}
const ok = problems.length === 0 && sum.lost === 0 && sum.doubled === 0;
console.log(
  JSON.stringify({
    ok,
    faults: table.length,
    killsLanded: kills.killsLanded,
    eventsExpected: sum.expected,
    lost: sum.lost,
    repeatedSameId: sum.repeatedSameId,
    doubled: sum.doubled,
    seconds: Math.round((Date.now() - started) / 1000),
  }),
);
process.exitCode = ok ? 0 : 1;
