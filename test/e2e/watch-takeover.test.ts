import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mkdtemp } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Api } from '../faults/api.js';
import { envFor, makeProject } from '../faults/project.js';
import { runCli, startCli, type RunningCli } from '../support/cli.js';
import { testProject } from '../support/project.js';

const only = ['full-scan-created', 'full-scan-flow'];
const never = new Promise<void>(() => undefined);

/** A project of two ways to hear of new items: an external event, and a flow; both call the app. */
async function world() {
  const api = await new Api().start();
  onTestFinished(() => api.stop());
  api.now = Date.now();
  for (let count = 0; count < 10; count += 1) api.create({ at: api.now - 1000 * count });
  const root = makeProject(api.url);
  const home = await mkdtemp(path.join(tmpdir(), 'membrane-home-'));
  onTestFinished(() => [root, home].forEach((made) => rmSync(made, { recursive: true, maxRetries: 3 })));
  writeFileSync(
    path.join(root, 'membrane.yaml'),
    `app: {baseUri: '${api.url}/app'}\nwatch: {firstRun: all}\n`,
  );
  const options = { cwd: root, home, env: envFor(api.url), timeoutMs: 50_000 };
  const watch = async (): Promise<RunningCli> => {
    const watcher = startCli(['watch', '--json', ...only.flatMap((name) => ['--only', name])], options);
    onTestFinished(() => watcher.kill('SIGKILL'));
    await watcher.printed('"started"');
    return watcher;
  };
  const told = (key: string) => api.delivered.filter((one) => one.key === key);
  return { api, watch, told, run: (...args: string[]) => runCli(args, options) };
}

it('a watcher that is killed while it delivers: another one goes on within seconds', async () => {
  const { api, watch, told, run } = await world();
  // The app has taken the fourth of each, and its answer never comes.
  api.appWaits = (key) => (told(key).length >= 4 ? never : undefined);
  const first = await watch();
  await expect.poll(() => only.map((key) => told(key).length), { timeout: 20_000 }).toEqual([4, 4]);
  const second = await watch();
  expect(only.map((key) => told(key).length)).toEqual([4, 4]); // it leaves alone what the first is at
  const held = only.map((key) => told(key).at(-1));

  api.appWaits = undefined;
  first.kill('SIGKILL');
  expect((await first.ended).code).toBe('SIGKILL');
  const killed = performance.now();
  await expect.poll(() => told('full-scan-created').length, { timeout: 20_000 }).toBe(11);
  expect(performance.now() - killed).toBeLessThan(8_000);
  await second.printed('"completed"');
  expect(performance.now() - killed).toBeLessThan(22_000); // runs that nobody drives are looked for each 15 s
  second.kill('SIGINT');
  expect((await second.ended).code).toBe(130);

  const items = [...api.items.keys()].sort();
  for (const [index, key] of only.entries()) {
    const ids = told(key).map(({ event }) => event);
    // Each item under one id, and only what was under way came once more, with the same.
    expect([ids.length, new Set(ids).size, key]).toEqual([11, 10, key]);
    expect([...new Set(told(key).map(({ record }) => record))].sort()).toEqual(items);
    expect(told(key)[4]).toEqual(held[index]);
  }
  const { data } = JSON.parse((await run('event', 'list', '--json')).stdout) as {
    data: { state: string }[];
  };
  expect([data.length, new Set(data.map(({ state }) => state))]).toEqual([20, new Set(['done'])]);
}, 60_000);

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
const minute = 60_000;

it('two watchers run each minute of a schedule once, also those that are made good for', async () => {
  const flow = `enabled: true
nodes:
  start: {type: schedule-trigger, config: {everyMinutes: 1, missed: catchUp}, links: [{key: out}]}
  out: {type: transform-data, config: {output: {$var: input.start.time}}}
`;
  const { root, home, run, write } = await testProject({
    'membrane.yaml': '',
    ...Object.fromEntries(keys.map((key) => [`flows/${key}.yaml`, flow])),
  });
  // As if they were watched until some minutes ago; the next minute is over when both watch, for all about at once.
  const next = Date.now() + 8_000;
  const subscriptions = keys.map((key, index) => ({
    name: `flow/${key}/start`,
    state: 'active',
    cursor: { at: next + index * 100 - 5 * minute },
    parts: {},
  }));
  await write('subscriptions.json', JSON.stringify({ format: 1, subscriptions }));
  expect((await run(['event', 'subscriptions', 'import', 'subscriptions.json'])).code).toBe(0);
  const start = () => startCli(['watch', '--json'], { cwd: root, home, timeoutMs: 50_000 });
  const watchers = [start(), start()];
  await Promise.all(watchers.map((one) => one.printed('"started"')));
  const expected = keys.flatMap((key, index) =>
    [4, 3, 2, 1, 0].map((ago) => `${key} ${new Date(next + index * 100 - ago * minute).toISOString()}`),
  );
  const list = async (command: string) =>
    (JSON.parse((await run([command, 'list', '--limit', '200', '--json'])).stdout) as { data: Listed[] })
      .data;
  const said = () =>
    watchers
      .flatMap(({ output }) => output.stdout.split('\n').slice(0, -1))
      .map((line) => JSON.parse(line) as Said);
  const isThrough = (): boolean => {
    const delivered = said().filter(({ type }) => type === 'delivered');
    const completed = said().filter(({ state }) => state === 'completed');
    const runs = delivered.flatMap((one) => one.runs);
    const events = delivered.reduce((sum, { done }) => sum + done, 0);
    return events >= expected.length && runs.every((id) => completed.some(({ run: other }) => other === id));
  };
  await expect.poll(isThrough, { timeout: 40_000 }).toBe(true);
  for (const one of watchers) one.kill('SIGINT');
  expect((await Promise.all(watchers.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([130, 130]);
  const came = (await list('event')).map(({ name, payload }) => `${name?.split('/')[1]} ${payload?.time}`);
  expect(came.sort()).toEqual(expected);
  const states = (await list('flow-run')).map(({ state }) => state);
  expect([states.length >= keys.length, new Set(states)]).toEqual([true, new Set(['completed'])]);
}, 60_000);

interface Listed {
  readonly state: string;
  readonly name?: string;
  readonly payload?: { readonly time: string };
}

interface Said {
  readonly type: string;
  readonly state?: string;
  readonly run?: string;
  readonly runs: readonly string[];
  readonly done: number;
}
