import { expect, it } from 'vitest';
import { testProject } from '../support/project.js';

const flow = `enabled: true
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: signed-up}}, links: [{key: out}]}
  out: {type: transform-data, config: {output: {$var: input.start.n}}}
`;

/** Two flows wait for the same event, of which three were emitted while nobody watched. */
async function waiting() {
  const project = await testProject({
    'membrane.yaml': 'watch: {eventsPerRun: 2}\n',
    'flows/greet.yaml': flow,
    'flows/count.yaml': flow,
    'internal-events/signed-up.yaml': 'name: Signed up\n',
  });
  const emitted = await project.run(['event', 'emit', 'signed-up', '--data', '[{"n":1},{"n":2},{"n":3}]']);
  expect([emitted.code, emitted.stderr]).toEqual([0, '6 flow runs wait to be started by "membrane watch"\n']);
  const watch = async (...args: string[]) => {
    const { code, stdout, stderr } = await project.run(['watch', ...args]);
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    return { code, lines: lines.map((line) => line.slice(10).replace(/[0-9a-z]{26}/, 'ID')).sort() };
  };
  const list = async (...args: string[]) =>
    (JSON.parse((await project.run([...args, '--json'])).stdout) as { data: Listed[] }).data;
  /** How many events of each flow wait, and are done. */
  const stand = async () => {
    const events = await list('event', 'list', '--limit', '100');
    const count = (name: string, state: string) =>
      events.filter((one) => one.name === `flow/${name}/start` && one.state === state).length;
    return Object.fromEntries(
      ['count', 'greet'].map((name) => [name, [count(name, 'pending'), count(name, 'done')]]),
    );
  };
  return { watch, list, stand };
}

interface Listed {
  readonly name: string;
  readonly state: string;
}

it('--dry-run leaves what waits where it is', async () => {
  const { watch, list, stand } = await waiting();
  const before = [await stand(), await list('event', 'subscriptions', 'list')];
  expect(before[0]).toEqual({ count: [3, 0], greet: [3, 0] });
  expect(await watch('--once', '--dry-run')).toEqual({ code: 0, lines: ['watching 2 subscriptions'] });
  expect(await watch('--once', '--dry-run', '--only', 'greet')).toEqual({
    code: 0,
    lines: ['watching 1 subscription'],
  });
  expect([await stand(), await list('event', 'subscriptions', 'list')]).toEqual(before);
  expect(await list('flow-run', 'list')).toEqual([]);
});

it('--only delivers what waits for those that are named, and --once all of it, once', async () => {
  const { watch, list, stand } = await waiting();
  expect(await watch('--once', '--only', 'flow/greet')).toEqual({
    code: 0,
    lines: [
      'flow/greet/start: 3 delivered',
      'flow/greet: run ID completed',
      'flow/greet: run ID completed',
      'watching 1 subscription',
    ],
  });
  expect(await stand()).toEqual({ count: [3, 0], greet: [0, 3] });
  expect(await watch('--once')).toEqual({
    code: 0,
    lines: [
      'flow/count/start: 3 delivered',
      'flow/count: run ID completed',
      'flow/count: run ID completed',
      'watching 2 subscriptions',
    ],
  });
  expect(await stand()).toEqual({ count: [0, 3], greet: [0, 3] });
  expect(await watch('--once')).toEqual({ code: 0, lines: ['watching 2 subscriptions'] });
  expect((await list('flow-run', 'list')).map(({ state }) => state)).toEqual(
    Array.from({ length: 4 }, () => 'completed'),
  );
});
