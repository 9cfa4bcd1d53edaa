import { expect, it, onTestFinished } from 'vitest';
import { eventRow, historyDrawer, pendingDrawer, type StoredEvent } from '../../../src/engine/event-rows.js';
import { openMembrane, type Membrane } from '../../../src/membrane.js';
import { testProject } from '../../support/project.js';
import { fakeClock, memoryConnections, memoryStore } from '../../support/memory-ports.js';

const flow = (more: string): string => `${more}
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: signed-up}}, links: [{key: out}]}
  out: {type: transform-data, config: {output: 1}}
`;

async function world(files: Readonly<Record<string, string>> = {}) {
  const project = await testProject({
    'membrane.yaml': 'retention: {days: 30, runs: 2}\n',
    'internal-events/signed-up.yaml': 'name: Signed up\n',
    'flows/welcome.yaml': flow('enabled: true'),
    ...files,
  });
  const clock = fakeClock();
  const store = memoryStore(clock);
  const ports = { clock, store: async () => store, connections: memoryConnections() };
  const open = async (): Promise<Membrane> => {
    const membrane = await openMembrane({ cwd: project.root, ports });
    onTestFinished(() => membrane.close());
    return membrane;
  };
  const membrane = await open();
  const why = async (id: string | undefined): Promise<readonly string[]> =>
    (await membrane.events.why(id ?? '')).reasons;
  return { project, clock, store, membrane, open, why };
}

const stored = (event: Partial<StoredEvent> & Pick<StoredEvent, 'id' | 'state'>): StoredEvent => ({
  time: 0,
  subscription: 'sub',
  name: 'flow/x/start#crm',
  type: 'created',
  payload: {},
  attempts: 0,
  ...event,
});

it('says what became of an event of the own app, and what stands in its way', async () => {
  const { membrane, why, project, open } = await world();
  const [emitted] = await membrane.events.emit('signed-up', [{}]);
  const [event] = await membrane.events.list();
  const short = event?.id.slice(0, 12) ?? '';
  const given = `it was given to flow/welcome/start, as ${short}`;
  expect(await why(emitted?.id)).toEqual([`${given} (pending):`, 'it waits: "membrane watch" delivers it']);
  const name = 'flow/welcome/start';
  await membrane.subscriptions.pause(name);
  expect(await why(short)).toEqual([
    'it waits',
    `"${name}" is paused; let it go on: membrane event subscriptions resume ${name}`,
  ]);
  await membrane.subscriptions.resume(name);
  await project.write('flows/welcome.yaml', flow('enabled: false'));
  const later = await open();
  expect((await later.events.why(short)).reasons).toEqual([
    'it waits',
    `"${name}" is switched off; switch it on: membrane flow enable welcome`,
  ]);
  await project.write('flows/welcome.yaml', 'nodes: {}\n');
  await expect(later.events.show(emitted?.id ?? '')).rejects.toMatchObject({
    code: 'event/unknown',
    hint: `see that: membrane event why ${emitted?.id}`,
  });
});

it('names those that could have heard what nobody heard', async () => {
  const { membrane, why } = await world({ 'flows/welcome.yaml': flow('enabled: false') });
  const [emitted] = await membrane.events.emit('signed-up', [{}]);
  expect(emitted?.starts).toEqual([]);
  expect(await why(emitted?.id)).toEqual([
    'nobody waited for "signed-up" then',
    'switch on the one that has a trigger for it: membrane flow enable welcome',
  ]);
});

it('keeps events of the own app for a flow that is paused', async () => {
  const { membrane } = await world();
  await membrane.events.emit('signed-up', [{}]);
  await membrane.subscriptions.pause('flow/welcome/start');
  await membrane.events.emit('signed-up', [{}]);
  expect((await membrane.events.list({ state: 'pending' })).length).toBe(2);
  await membrane.subscriptions.resume('flow/welcome/start');
  expect(await membrane.watch({ once: true })).toMatchObject({ failed: 0 });
  expect((await membrane.events.list()).map(({ state }) => state)).toEqual(['done', 'done']);
});

it('finds an event by the beginning of its id, if that is enough', async () => {
  const { membrane, store } = await world();
  const ids = ['abcdefgh1111', 'abcdefgh2222', 'abcdefgh2333'];
  await store.drawer(pendingDrawer).put(eventRow('local', stored({ id: ids[0] ?? '', state: 'dead' })));
  for (const id of ids.slice(1))
    await store.drawer(historyDrawer).put(eventRow('local', stored({ id, state: 'done' })));
  expect((await membrane.events.show('abcdefgh1')).id).toBe('abcdefgh1111');
  await expect(membrane.events.show('abcdefgh')).rejects.toMatchObject({
    code: 'usage/ambiguous',
    message: '3 events begin with "abcdefgh"',
    hint: 'give more of the id: abcdefgh1111, abcdefgh2333, abcdefgh2222',
  });
  await expect(membrane.events.show('abc')).rejects.toMatchObject({
    code: 'event/unknown',
    hint: 'give at least 8 characters of the id, as "membrane event list" shows it',
  });
  await expect(membrane.events.show('abcdefghi')).rejects.toMatchObject({
    code: 'event/unknown',
    hint: 'see them with "membrane event list"',
  });
});

it('gives up dead events that are old, or too many, with a note; what waits stays', async () => {
  const { membrane, store, clock } = await world();
  const error = { message: 'your app said no' };
  const day = 86_400_000;
  const put = async (id: string, state: 'dead' | 'pending', days: number): Promise<void> =>
    store
      .drawer(pendingDrawer)
      .put(eventRow('local', stored({ id, state, error, time: clock.now() - days * day })));
  await put('pending-for-long', 'pending', 90);
  await put('dead-for-long', 'dead', 31);
  await put('dead-third', 'dead', 3);
  await put('dead-second', 'dead', 2);
  await put('dead-first', 'dead', 1);
  await membrane.watch({ once: true });
  const left = (await store.drawer(pendingDrawer).list({})).map(({ id }) => id);
  expect(left).toEqual(['dead-first', 'dead-second', 'pending-for-long']);
  expect((await membrane.events.why('dead-for-long')).reasons).toEqual([
    'it was found at 2029-12-01T00:00:00.000Z, could not be delivered (your app said no), and nobody retried it',
  ]);
  expect((await membrane.events.show('dead-third')).state).toBe('dropped');
});
