/**
 * What `docs/guarantees.md` says of events: `npm run test:faults`, for minutes with `-- --long`. Every fault for every
 * way of learning of changes, then processes that are killed. Prints a table, and at last one JSON object.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openMembrane } from '../../src/membrane.js';
import { Api } from './api.js';
import { movableClock } from './clock.js';
import { watchDay } from './day.js';
import { faults } from './faults.js';
import { add, judge, type Verdict } from './judge.js';
import { killSuite } from './kills.js';
import { cursorFirst, lastItem, newestTimestamp } from './naive.js';
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

const started = Date.now();
const only = process.argv.find((one) => one.startsWith('--only='))?.slice('--only='.length);
for (const name of Object.keys(faults)) if (only === undefined || name.includes(only)) await runFault(name);
const sum = nothing();
for (const { cells } of table) for (const method of methods) add(sum, cells[method]);
console.log(rendered());
const kills =
  only === undefined
    ? await killSuite({ rounds: long ? 150 : 10, problems })
    : { killsLanded: 0, ...nothing() };
add(sum, kills);
if (only === undefined || only === 'day')
  console.log(`watched: ${JSON.stringify(await watchDay(long ? 24 : 6, problems))}`);
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
