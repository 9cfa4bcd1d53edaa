import { expect, it } from 'vitest';
import type { Membrane } from '../../../src/membrane.js';
import { failure, world } from './world.js';

const hello = `nodes:
  start: {type: api-trigger, links: [{key: greet}]}
  greet: {type: transform-data, config: {output: {$var: input.who}}}
`;

const people = { inputs: [{ who: 'Ada' }, { who: 'Bob' }, { who: 'Cy' }] };

async function outputsOf(membrane: Membrane, id: string, node: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const one of membrane.flows.runs.nodes(id, { node })) found.push([one.id, one.output]);
  return found;
}

it('a run is found by the beginning of its id, wherever an id is taken', async () => {
  const { membrane, ports } = await world({ 'flows/hello.yaml': hello });
  const { runs } = membrane.flows;
  const { id } = await membrane.flows.queue('hello', { ...people, id: 'abcdefgh-1' });
  expect((await runs.show('abcdef')).id).toBe(id);
  expect((await runs.stop('abcdef')).state).toBe('stopped');
  expect((await runs.resume('abcdefg')).state).toBe('completed');
  expect(await failure(runs.retry('abcdefg'))).toEqual({
    code: 'flow/ended',
    message: 'nothing failed in the run "abcdefgh-1"',
    hint: 'to run it anew: membrane flow-run replay abcdefgh-1',
  });
  expect((await runs.replay('abcdefg', { from: 'greet' })).launchedBy).toEqual({
    type: 'replay',
    flowRunId: id,
  });
  expect(await outputsOf(membrane, 'abcdef', 'greet')).toHaveLength(3);
  expect((await runs.node('abcdef', 'start:1/greet:0.0')).output).toBe('Bob');
  expect(await runs.input('abcdef', 'start:2/greet:0.0')).toEqual({ who: 'Cy', start: { who: 'Cy' } });
  expect((await membrane.logs.show('abcdef')).id).toBe(id);
  expect((await membrane.logs.show('abcdef/start:1/greet:0.0')).id).toBe('abcdefgh-1/start:1/greet:0.0');
  expect(await failure(runs.show('abcde'))).toEqual({
    code: 'element/not-found',
    message: 'no run "abcde"',
    hint: 'see them with "membrane flow-run list"',
  });
  const drawer = (await ports.store()).drawer('flow-run');
  const row = await drawer.get(membrane.tenant, id);
  if (row === undefined) throw new Error('the run is gone');
  const others = [2, 3, 4, 5, 6].map((number) => ({
    ...row,
    id: `abcdefgh-${number}`,
    time: row.time + number,
  }));
  await drawer.put(others);
  const hint = 'give more of the id: abcdefgh-6, abcdefgh-5, abcdefgh-4, abcdefgh-3, abcdefgh-2, …';
  const message = (what: string) => `6 ${what} begin with "abcdefgh"`;
  expect(await failure(runs.resume('abcdefgh'))).toEqual({
    code: 'usage/ambiguous',
    message: message('runs'),
    hint,
  });
  expect(await failure(membrane.logs.show('abcdefgh'))).toEqual({
    code: 'usage/ambiguous',
    message: message('log entries'),
    hint,
  });
});

it('a run that was cut off counts what ran, and does not say how many inputs are through', async () => {
  const { membrane, ports } = await world({ 'flows/hello.yaml': hello });
  const { id } = await membrane.flows.run('hello', people);
  const store = await ports.store();
  const row = await store.drawer('flow-run').get(membrane.tenant, id);
  if (row === undefined) throw new Error('the run is gone');
  await store.drawer('flow-run').put({ ...row, state: 'running' }); // killed before that was stored
  await store.drawer('node-run').remove(membrane.tenant, [`${id}/start:2/greet:0.0`]);
  const cut = await membrane.flows.runs.show(id);
  expect([cut.state, cut.driven, cut.begun, cut.finished]).toEqual(['running', false, 2, undefined]);
  const counts = { erroredRuns: 0, skipped: 0, interrupted: 0 };
  expect(cut.nodes).toEqual({ start: { runs: 2, ...counts }, greet: { runs: 2, ...counts } });
  const done = await membrane.flows.runs.resume(id);
  expect([done.state, done.begun, done.finished]).toEqual(['completed', 3, 3]);
});

it('a trigger that stores nothing gives the inputs that began', async () => {
  const { membrane } = await world({ 'flows/hello.yaml': hello });
  const { id } = await membrane.flows.run('hello', people);
  expect(await outputsOf(membrane, id, 'start')).toEqual([
    ['start:0', { who: 'Ada' }],
    ['start:1', { who: 'Bob' }],
    ['start:2', { who: 'Cy' }],
  ]);
  const { id: waiting } = await membrane.flows.queue('hello', people);
  expect(await outputsOf(membrane, waiting, 'start')).toEqual([]);
});

it('a flow says why nothing starts it by itself', async () => {
  const tick = (more: string) => `${more}
nodes:
  start: {type: schedule-trigger, config: {everyMinutes: 5}, links: [{key: end}]}
  end: {type: transform-data, config: {output: 1}}
`;
  const { membrane, connect } = await world({
    'flows/hello.yaml': hello,
    'flows/off.yaml': tick('isDeactivated: true'),
    'flows/quiet.yaml': tick('enabled: false'),
    'flows/tick.yaml': tick(''),
  });
  const idle = async () => (await membrane.flows.list()).map(({ key, idle: why }) => [key, why]);
  const always = [
    ['hello', 'by hand'],
    ['off', 'deactivated'],
  ];
  expect(await idle()).toEqual([...always, ['quiet', 'disabled'], ['tick', undefined]]);
  await connect();
  await membrane.flows.setEnabled('quiet', true);
  await membrane.flows.setEnabled('off', true);
  expect(await idle()).toEqual([...always, ['quiet', undefined], ['tick', undefined]]);
});
