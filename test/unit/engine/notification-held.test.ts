import { expect, it } from 'vitest';
import { tellingOf } from '../../../src/engine/notices.js';
import type { Engine } from '../../../src/engine/engine.js';
import { notifying, verified } from './notification-world.js';

/** What happens to a connection, cut off before or after it is stored; nobody finishes what was begun. */
async function cutOff(
  engine: Engine,
  event: Parameters<typeof tellingOf>[1],
  change?: () => Promise<unknown>,
) {
  const connection = await engine.ports.connections.get('local', 'one');
  if (connection === undefined) throw new Error('there is no such connection');
  const begun = new Promise<void>((resolve) => {
    const work = async (): Promise<undefined> => {
      await change?.();
      resolve();
      await new Promise(() => undefined); // killed here
      return undefined;
    };
    void tellingOf(engine, event, { ...connection, disconnected: event === 'disconnected' }, work);
  });
  await begun;
  return connection;
}

it('what happened is told when the process was killed right after', async () => {
  const { connect, engine, send, arrived } = await notifying();
  await connect('one');
  await send();
  const { connections } = engine.ports;
  const { id } = await cutOff(engine, 'disconnected', () =>
    connections.update('local', 'one', { disconnected: true, state: 'CLIENT_ACTION_REQUIRED' }),
  );
  await cutOff(engine, 'deleted', () => connections.remove('local', id)).catch(() => undefined);
  await send();
  const told = arrived().map((request) => verified(request).eventType);
  expect(told.filter((type) => type.startsWith('connection'))).toEqual([
    'connection.created',
    'connection.deleted',
  ]);
});

it('what did not happen is not told when the process was killed right before', async () => {
  const { connect, engine, send, arrived, membrane } = await notifying();
  await connect('one');
  await send();
  await cutOff(engine, 'disconnected');
  await cutOff(engine, 'deleted');
  await cutOff(engine, 'reconnected', () => engine.ports.clock.sleep(0));
  await send();
  expect(await membrane.notifications.list({ state: 'held' })).toEqual([]);
  expect(arrived().map((request) => verified(request).eventType)).toContain('connection.created');
  expect(arrived().map((request) => verified(request).eventType)).not.toContain('connection.deleted');
});

it('what is held waits for who works on the connection, and those behind it, too', async () => {
  const { connect, engine, send, arrived, clock, membrane } = await notifying();
  await connect('one');
  await send();
  const { id } = await cutOff(engine, 'disconnected');
  const lock = await (await engine.ports.store()).lock(`connection/${id}`);
  await send();
  expect((await membrane.notifications.list({ state: 'held' })).length).toBe(1);
  await engine.ports.connections.update('local', id, { disconnected: true });
  await lock.release();
  await clock.move(5_000);
  await send();
  expect(arrived().map((request) => verified(request).eventType)).toEqual([
    'connection.created',
    'connection.disconnected',
    'alert.created',
  ]);
});

it('what failed is not told', async () => {
  const { connect, engine, membrane } = await notifying();
  await connect('one');
  const connection = (await engine.ports.connections.get('local', 'one'))!;
  const work = tellingOf(engine, 'deleted', connection, () => Promise.reject(new Error('no')));
  await expect(work).rejects.toThrow('no');
  expect((await membrane.notifications.list()).map(({ eventType }) => eventType)).toEqual([
    'connection.created',
  ]);
});

it('that a connection was made, or connected again, is told also where time went by before it was stored', async () => {
  const { connect, engine, send, arrived } = await notifying();
  await connect('one');
  await send();
  const { clock } = engine.ports;
  let ms = 0;
  const ports = { ...engine.ports, clock: { ...clock, now: () => clock.now() + (ms += 1) } };
  const own = { ...engine, ports };
  const one = (await ports.connections.get('local', 'one'))!;
  const now = ports.clock.now();
  const killed = (connection: typeof one, event: 'created' | 'reconnected', change: () => Promise<unknown>) =>
    new Promise<void>((resolve) => {
      const work = async (): Promise<typeof one> => {
        await change();
        resolve();
        return new Promise(() => undefined); // killed here
      };
      void tellingOf(own, event, connection, work);
    });
  const again = { ...one, updatedAt: now };
  await killed(again, 'reconnected', () => ports.connections.update('local', one.id, { updatedAt: now }));
  const two = { ...one, id: 'two', key: 'two', createdAt: now, updatedAt: now };
  await killed(two, 'created', () => ports.connections.create(two));
  await send();
  expect(
    arrived()
      .map((request) => verified(request).eventType)
      .sort(),
  ).toEqual(['connection.created', 'connection.created', 'connection.reconnected']);
});
