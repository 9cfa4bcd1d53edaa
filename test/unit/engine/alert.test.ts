import { describe, expect, it } from 'vitest';
import { judgeAlerts } from '../../../src/engine/alert-judge.js';
import { status } from '../../support/server.js';
import { notifying, verified } from './notification-world.js';
import { failure } from './world.js';

const minute = 60_000;

describe('a connection that is disconnected', () => {
  it('is an alert until it is connected again', async () => {
    const { connect, engine, membrane, clock, send, arrived } = await notifying({ more: 'name: shop\n' });
    const { id } = await connect('one');
    await send();
    await engine.ports.connections.update('local', id, {
      disconnected: true,
      state: 'CLIENT_ACTION_REQUIRED',
      error: { code: 'auth/invalid-grant', message: 'the grant has ended' },
    });
    const [alert] = await membrane.alerts.list();
    expect(alert).toEqual({
      id: alert?.id,
      tenant: 'local',
      type: 'connection_disconnected',
      severity: 'error',
      subject: id,
      connectionId: id,
      description: 'the connection "one" is disconnected: the grant has ended',
      help: 'connect it again: membrane connection reconnect one',
      status: 'ongoing',
      createdAt: clock.now(),
    });
    expect((await membrane.alerts.list()).map((one) => one.id)).toEqual([alert?.id]);
    await clock.move(minute);
    await connect('one', true);
    expect(await membrane.alerts.list()).toEqual([]);
    expect(await membrane.alerts.show(alert?.id ?? '')).toEqual({
      ...alert,
      status: 'resolved',
      resolvedAt: clock.now(),
    });
    expect((await membrane.alerts.list({ all: true })).map(({ status: state }) => state)).toEqual([
      'resolved',
    ]);
    await send();
    const told = arrived()
      .slice(1)
      .map((request) => verified(request));
    expect(told.map(({ eventType }) => eventType)).toEqual([
      'alert.created',
      'connection.reconnected',
      'alert.resolved',
    ]);
    expect(told[0]?.data).toEqual({
      alert: {
        id: alert?.id,
        type: 'connection_disconnected',
        severity: 'error',
        description: alert?.description,
        status: 'ongoing',
        workspaceId: 'shop',
        workspaceUrl: null,
        createdAt: '2030-01-01T00:00:00.000Z',
        customerId: 'local',
      },
    });
  });

  it('that somebody has dealt with comes again only after it was well', async () => {
    const { connect, engine, membrane, clock } = await notifying();
    const { id } = await connect('one');
    const { connections } = engine.ports;
    await connections.update('local', id, { disconnected: true });
    const [alert] = await membrane.alerts.list();
    expect((await membrane.alerts.resolve(alert?.id ?? '')).status).toBe('resolved');
    await clock.move(minute);
    expect(await membrane.alerts.list()).toEqual([]);
    expect((await membrane.alerts.resolve(alert?.id ?? '')).status).toBe('resolved');
    await connections.update('local', id, { disconnected: false });
    expect(await membrane.alerts.list()).toEqual([]);
    await connections.update('local', id, { disconnected: true });
    const again = await membrane.alerts.list();
    expect(again.map((one) => one.id === alert?.id)).toEqual([false]);
    const alerts = await membrane.notifications.list();
    expect(alerts.map(({ eventType }) => eventType).filter((type) => type.startsWith('alert'))).toEqual([
      'alert.created',
      'alert.resolved',
      'alert.created',
    ]);
  });
});

it('a flow whose last three runs failed is an alert until one succeeds', async () => {
  const { engine, membrane, clock } = await notifying();
  const { putRun } = await import('../../../src/engine/flow-run-rows.js');
  const { judgeFailedRun } = await import('../../../src/engine/alert-flows.js');
  const run = (id: string, state: 'failed' | 'completed') => ({
    id,
    kind: 'flow',
    state,
    flow: 'f',
    connection: undefined,
    connectionId: undefined,
    instance: undefined,
    few: undefined,
    start: 'start',
    inputs: 1,
    revision: 'r',
    launchedBy: {},
    queuedAt: clock.now(),
    startedAt: clock.now(),
    endedAt: clock.now(),
    error: state === 'failed' ? { code: 'run/timeout', message: 'too long' } : undefined,
  });
  const end = async (id: string, state: 'failed' | 'completed') => {
    await clock.move(1_000);
    await putRun(engine, run(id, state));
    if (state === 'failed') await judgeFailedRun(engine, run(id, state));
  };
  const open = async () => (await membrane.alerts.list()).map(({ description }) => description);
  await end('1', 'failed');
  await end('2', 'completed');
  await end('3', 'failed');
  await end('4', 'failed');
  expect(await open()).toEqual([]);
  await end('5', 'failed');
  expect(await open()).toEqual(['the last 3 runs of the flow "f" failed: too long']);
  await end('6', 'failed');
  expect(await open()).toEqual(['the last 3 runs of the flow "f" failed: too long']);
  await end('7', 'completed');
  expect(await open()).toEqual([]);
});

it('events that are not delivered are an alert, while somebody watches', async () => {
  const { engine, membrane, clock } = await notifying({ config: '  - {url: RECEIVER/other}\n' });
  const store = await engine.ports.store();
  const since = clock.now();
  const event = (id: number) => ({
    id: String(id),
    tenant: 'local',
    time: since,
    state: 'pending',
    parent: 's',
    data: {},
  });
  const pending = store.drawer('event-pending');
  await pending.put(Array.from({ length: 1_000 }, (_, index) => event(index)));
  await judgeAlerts(engine, { watchedSince: since });
  expect(await membrane.alerts.list()).toEqual([]);
  await pending.put(event(1_000));
  await judgeAlerts(engine, { watchedSince: since });
  expect((await membrane.alerts.list()).map(({ description }) => description)).toEqual([
    '1001 events are not delivered',
  ]);
  await pending.prune({ keep: 0 });
  await judgeAlerts(engine, { watchedSince: since });
  expect(await membrane.alerts.list()).toEqual([]);

  const subscription = {
    id: 's',
    tenant: 'local',
    time: since,
    state: 'active',
    data: { key: 'f', waits: {} },
  };
  await store.drawer('subscription').put(subscription);
  await pending.put(event(1));
  await clock.move(14 * minute);
  await judgeAlerts(engine, { watchedSince: since });
  await clock.move(minute);
  await judgeAlerts(engine, { watchedSince: clock.now() });
  expect(await membrane.alerts.list()).toEqual([]);
  await judgeAlerts(engine, { watchedSince: since });
  expect((await membrane.alerts.list()).map(({ type, description }) => [type, description])).toEqual([
    ['event_queue_growing', '1 events are not delivered, the oldest of them for 15 minutes'],
  ]);
});

it('looks that fail, and lists that come near their limit, are alerts', async () => {
  const { engine, membrane, clock } = await notifying({ more: 'limits: {listPages: 10}\n' });
  const drawer = (await engine.ports.store()).drawer('subscription');
  const put = (data: object, state = 'active') =>
    drawer.put({
      id: 's',
      tenant: 'local',
      time: clock.now(),
      state,
      data: { kind: 'flow', key: 'f', trigger: 't', waits: { for: 'records' }, failures: 0, ...data },
    });
  const open = async () =>
    (await membrane.alerts.list()).map(({ type, description }) => `${type}: ${description}`);
  await put({ failures: 4, pages: 7 });
  expect(await open()).toEqual([]);
  await put({ failures: 5, pages: 7, error: { message: 'no' } });
  expect(await open()).toEqual(['subscription_failing: "flow/f/t" failed to look 5 times in a row: no']);
  await put({ pages: 8 });
  expect(await open()).toEqual([
    'limit_near: "flow/f/t" reads 8 pages of at most 10: above that its looks fail',
  ]);
  await put({ pages: 8 }, 'paused');
  expect(await open()).toEqual([]);
});

it('a receiver that takes nothing is an alert until it does', async () => {
  const { connect, membrane, send, answers, clock, receiver } = await notifying({
    config: '  - {url: RECEIVER/hook, events: [connection.created]}\n',
  });
  answers(status(500));
  await connect('one');
  for (let count = 0; count < 5; count += 1) {
    expect(await membrane.alerts.list()).toEqual([]);
    await send();
    await clock.move(10 * minute);
  }
  expect((await membrane.alerts.list()).map(({ description }) => description)).toEqual([
    `notifications to ${receiver.host} failed 5 times in a row: the receiver answered 500`,
  ]);
  answers(status(200));
  await send();
  expect(await membrane.alerts.list()).toEqual([]);
});

it('is of one tenant, and unknown to others', async () => {
  const { connect, engine, membrane, open, env } = await notifying();
  await membrane.tenants.create('acme');
  const { id } = await connect('one');
  await engine.ports.connections.update('local', id, { disconnected: true });
  const [alert] = await membrane.alerts.list();
  const acme = await open({ env, tenant: 'acme' });
  expect(await acme.alerts.list({ all: true })).toEqual([]);
  for (const work of [() => acme.alerts.show(alert?.id ?? ''), () => acme.alerts.resolve(alert?.id ?? '')])
    expect(await failure(work())).toEqual({
      code: 'alert/unknown',
      message: `no alert "${alert?.id}"`,
      hint: 'see them with "membrane alert list --all"',
    });
});

it('is raised once by many at once', async () => {
  const { connect, engine, membrane, clock } = await notifying();
  const { id } = await connect('one');
  await engine.ports.connections.update('local', id, { disconnected: true });
  let judged = 0;
  for (let count = 0; count < 3; count += 1) void judgeAlerts(engine).then(() => (judged += 1));
  while (judged < 3) await clock.move(50); // they wait for each other
  expect((await membrane.alerts.list({ all: true })).length).toBe(1);
  const told = (await membrane.notifications.list()).filter(({ eventType }) => eventType === 'alert.created');
  expect(told.length).toBe(1);
});
