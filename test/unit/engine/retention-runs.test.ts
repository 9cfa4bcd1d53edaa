import { expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import type { RunEvent } from '../../../src/core/event.js';
import type { Row, Store } from '../../../src/core/ports.js';
import { applyRetention } from '../../../src/engine/retention.js';
import { openWiring } from '../../../src/wiring.js';
import { json } from '../../support/server.js';
import { get, world } from './world.js';

const day = 86_400_000;

it('forgets runs that are over, with all that belongs to them, and keeps those that events wait for', async () => {
  const { root, ports, clock } = await world({ 'membrane.yaml': 'retention: {days: 30, runs: 2}\n' });
  const { engine, close } = await openWiring({ cwd: root, ports });
  const store = await ports.store();
  const now = clock.now();
  const row = (id: string, state: string, days: number, launchedBy: string): Row => ({
    id,
    tenant: 'local',
    time: now - days * day,
    state,
    parent: 'f',
    data: { kind: 'flow', inputs: 0, revision: `revision-of-${id}`, launchedBy: { type: launchedBy } },
  });
  const runs = [
    row('old-over', 'completed', 40, 'user'),
    row('old-queued-by-event', 'queued', 40, 'event'),
    row('old-running-by-event', 'running', 40, 'event'),
    row('old-left-lying', 'running', 40, 'user'),
    row('third', 'failed', 3, 'event'),
    row('queued', 'queued', 3, 'user'),
    row('second', 'stopped', 2, 'user'),
    row('first', 'completed', 1, 'user'),
  ];
  await store.drawer('flow-run').put(runs);
  for (const { id, time } of runs) {
    await store.drawer('flow-revision').put({ id: `revision-of-${id}`, tenant: 'local', time, data: {} });
    await store.drawer('flow-stop').put({ id, tenant: 'local', time, data: {} });
  }
  await applyRetention(engine);
  const left = async (name: string) => (await store.drawer(name).list({})).map(({ id }) => id).sort();
  const kept = ['first', 'old-queued-by-event', 'old-running-by-event', 'queued', 'second'];
  expect(await left('flow-run')).toEqual(kept);
  expect(await left('flow-stop')).toEqual(kept);
  expect(await left('flow-revision')).toEqual([...kept, 'third'].map((id) => `revision-of-${id}`).sort());
  await close();
});

it('what cannot be forgotten now is said at the end, and all is closed nevertheless', async () => {
  const { root, ports, connect, membrane } = await world(
    { 'actions/good.yaml': get('/good') },
    { '/good': json({}) },
  );
  await connect();
  await membrane.close();
  const store = await ports.store();
  const busy = new MembraneError('store/busy', 'another process is writing', { hint: 'try again' });
  const failing: Store = {
    ...store,
    drawer: (name) =>
      name === 'maintenance'
        ? { ...store.drawer(name), get: () => Promise.reject(busy) }
        : store.drawer(name),
  };
  const said: RunEvent[] = [];
  const { engine, close } = await openWiring({
    cwd: root,
    ports: { ...ports, store: async () => failing },
    emit: (event) => void said.push(event),
  });
  await engine.runLog.begin({ id: 'run', tenant: 'local', time: 0, data: {} });
  await close();
  await close();
  expect(said).toEqual([
    { type: 'warning', message: 'what is old could not be forgotten: another process is writing' },
  ]);
});
