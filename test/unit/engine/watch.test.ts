import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { MembraneError, openMembrane, type Membrane, type WatchEvent } from '../../../src/membrane.js';
import { Api } from '../../faults/api.js';
import { movableClock, type MovableClock } from '../../faults/clock.js';
import { envFor } from '../../faults/project.js';
import { testProject, type TestProject } from '../../support/project.js';

const connector = `auth:
  type: client-credentials
  inputSchema:
    type: object
    properties: {baseUri: {type: string}, token: {type: string, isSensitive: true}}
  makeApiClient:
    type: mapping
    mapping: {baseUri: {$var: connectionParameters.baseUri}}
`;

const items = `methods:
  list:
    type: rest-api-mapping
    mapping:
      path: /list
      requestMapping: {query: {cursor: {$var: cursor}}}
      responseMapping: {records: {$var: response.data.records}, cursor: {$var: response.data.cursor}}
`;

const trigger = `  start:
    type: data-record-created-trigger
    config:
      dataSource: {collectionKey: items}
      filter: {$eval: {$var: record.fields.n}, gt: 0}
    links: [{key: out}]
`;

const out = `  out:
    type: transform-data
    config: {output: {$var: input.start}}
`;

interface World {
  readonly api: Api;
  readonly clock: MovableClock;
  readonly project: TestProject;
  open(): Promise<Membrane>;
}

async function world(files: Readonly<Record<string, string>>): Promise<World> {
  const api = await new Api().start();
  onTestFinished(() => api.stop());
  const clock = movableClock();
  const project = await testProject({
    'membrane.yaml': `app: {baseUri: '${api.url}/app'}\nwatch: {eventsPerRun: 2, attempts: 2}\n`,
    'connectors/shop/spec.yaml': connector,
    'connectors/shop/data/items/spec.yaml': items,
    ...files,
  });
  const open = async (): Promise<Membrane> => {
    const membrane = await openMembrane({ cwd: project.root, env: envFor(api.url), ports: { clock } });
    onTestFinished(() => membrane.close());
    return membrane;
  };
  return { api, clock, project, open };
}

it('starts runs of an enabled flow, some events each, and says why of each event', async () => {
  const { api, open } = await world({ 'flows/on-item.yaml': `nodes:\n${trigger}${out}` });
  const membrane = await open();
  expect(await membrane.watch({ once: true })).toEqual({ subscriptions: 0, looks: 0, events: 0, failed: 0 });
  await membrane.flows.setEnabled('on-item', true, { connection: 'shop' });
  expect(await membrane.watch({ once: true })).toEqual({ subscriptions: 1, looks: 1, events: 0, failed: 0 });
  for (let count = 0; count < 3; count += 1) api.create();
  api.create().n = -1;
  expect(await membrane.watch({ once: true })).toEqual({ subscriptions: 1, looks: 1, events: 4, failed: 0 });
  const runs = await membrane.flows.runs.list();
  expect(runs.map(({ state, inputs }) => [state, inputs])).toEqual([
    ['completed', 1],
    ['completed', 2],
  ]);
  const events = await membrane.events.list();
  expect(events.map(({ state, record }) => [record, state])).toEqual([
    ['1004', 'skipped'],
    ['1003', 'done'],
    ['1002', 'done'],
    ['1001', 'done'],
  ]);
  const whys = await Promise.all(events.map(async ({ id }) => (await membrane.events.why(id)).reasons));
  expect(whys).toEqual([
    ['the filter of the trigger "flow/on-item/start#shop" did not want it'],
    [`it started the flow run ${runs[0]?.id}`],
    [`it started the flow run ${runs[1]?.id}`],
    [`it started the flow run ${runs[1]?.id}`],
  ]);
  await membrane.flows.setEnabled('on-item', false, { connection: 'shop' });
  expect((await membrane.watch({ once: true })).subscriptions).toBe(0);
});

it('tries again what the app does not take, until it is dead, and then on request', async () => {
  const files = {
    'external-events/item.yaml': 'config: {type: data-record-created, dataSource: {collectionKey: items}}\n',
  };
  const { api, clock, open } = await world(files);
  const membrane = await open();
  await membrane.watch({ once: true });
  api.appStatus = 422;
  api.create();
  await membrane.watch({ once: true });
  expect((await membrane.events.list()).map(({ state, attempts }) => [state, attempts])).toEqual([
    ['pending', 1],
  ]);
  await membrane.watch({ once: true });
  expect((await membrane.events.list()).map(({ attempts }) => attempts)).toEqual([1]); // not before its time
  clock.move(3_600_000);
  await membrane.watch({ once: true });
  expect((await membrane.events.list()).map(({ state }) => state)).toEqual(['dead']);
  api.appStatus = 200;
  expect(await membrane.events.retry()).toBe(1);
  await membrane.watch({ once: true });
  const [event] = await membrane.events.list();
  expect(api.delivered).toEqual([{ key: 'item', event: event?.id, record: '1001', n: 1 }]);
  expect(await membrane.events.replay([event?.id ?? ''])).toBe(1);
  await membrane.watch({ once: true });
  expect(api.delivered.map((one) => one.event)).toEqual([event?.id, event?.id]);
});

const appFlow = `enabled: true
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: changed}}, links: [{key: out}]}
${out}`;

it('gives events of the own app to those who wait for them', async () => {
  const { open } = await world({
    'internal-events/changed.yaml':
      'schema: {type: object, properties: {email: {type: string}}, required: [email]}\n',
    'internal-events/unheard.yaml': 'name: Unheard\n',
    'flows/on-change.yaml': appFlow,
  });
  const membrane = await open();
  const wrong: unknown = await membrane.events
    .emit('changed', [{ email: 'a@b.c' }, {}])
    .catch((error: unknown) => error);
  expect(wrong).toBeInstanceOf(MembraneError);
  expect((wrong as MembraneError).code).toBe('input/invalid');
  expect(await membrane.events.list()).toEqual([]);
  const [emitted] = await membrane.events.emit('changed', [{ email: 'a@b.c' }]);
  expect(emitted?.starts).toEqual(['flow/on-change/start']);
  await membrane.watch({ once: true });
  expect((await membrane.flows.runs.list()).map(({ state, start }) => [state, start])).toEqual([
    ['completed', 'start'],
  ]);
  const [unheard] = await membrane.events.emit('unheard', [{}]);
  expect((await membrane.events.why(unheard?.id ?? '')).reasons).toEqual([
    'nobody waited for "unheard" then',
    'no flow has a trigger for "unheard"',
  ]);
  await expect(membrane.events.emit('chnged', [{}])).rejects.toMatchObject({
    code: 'event/unknown',
    hint: 'did you mean "changed"?',
  });
});

it('keeps the cursor through edits and pauses, and begins anew when it is told to', async () => {
  const event = (name: string) =>
    `name: ${name}\nconfig: {type: data-record-created, dataSource: {collectionKey: items}}\n`;
  const { api, project, open } = await world({ 'external-events/item.yaml': event('One') });
  const first = await open();
  await first.watch({ once: true });
  const [{ name = '' } = {}] = await first.subscriptions.list();
  await first.subscriptions.pause(name);
  api.create();
  await first.watch({ once: true });
  expect(api.delivered).toEqual([]);
  await project.write('external-events/item.yaml', event('Two'));
  const second = await open();
  await second.subscriptions.resume(name);
  await second.watch({ once: true });
  expect(api.delivered.map(({ record }) => record)).toEqual(['1001']);
  await second.subscriptions.reset(name, { firstRun: 'all' });
  expect((await second.watch({ once: true, dryRun: true })).events).toBe(1);
  expect(api.delivered.length).toBe(1);
  await second.watch({ once: true });
  expect(api.delivered.length).toBe(2);
});

it('watches until it is told to stop, reads changed files, and shares the work', async () => {
  const event = 'config: {type: data-record-created, dataSource: {collectionKey: items}}\n';
  const { api, clock, project, open } = await world({ 'external-events/item.yaml': event });
  const happened: WatchEvent['type'][] = [];
  const stop = new AbortController();
  const [one, two] = [await open(), await open()];
  const tell = ({ type }: WatchEvent) => void happened.push(type);
  const watches = [one.watch({ signal: stop.signal, tell }), two.watch({ signal: stop.signal, tell })];
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await sleep(10);
  };
  await until(() => happened.filter((type) => type === 'look').length >= 1);
  api.create();
  clock.move(12_000_000);
  await until(() => api.delivered.length === 1);
  await project.write('external-events/other.yaml', event);
  await until(() => happened.includes('reloaded'));
  await until(() => happened.filter((type) => type === 'look').length >= 3);
  stop.abort(new Error('enough'));
  await Promise.all(watches);
  expect(api.delivered.map(({ key }) => key)).toEqual(['item']);
  expect((await one.subscriptions.list()).map(({ name, failures }) => [name, failures])).toEqual([
    ['external-event/item#shop', 0],
    ['external-event/other#shop', 0],
  ]);
}, 20_000);
