import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hang, huge, json, redirect, status } from '../../support/server.js';
import { notifying, secret, verified } from './notification-world.js';
import { failure, world } from './world.js';

const minute = 60_000;
const hour = 60 * minute;

it('arrive signed, in order, when the receiver was down for an hour', async () => {
  const { connect, membrane, send, arrived, answers, clock } = await notifying();
  answers(status(503));
  const { id } = await connect('one');
  await connect('two');
  for (let minutes = 0; minutes < 60; minutes += 1) {
    if (minutes === 20) await connect('one', true);
    if (minutes === 40) await membrane.connections.remove('one');
    await send();
    await clock.move(minute);
  }
  const tries = arrived().length;
  // 5 s, 10 s, …, an hour: two connections, and an alert that it fails.
  expect(tries).toBeLessThan(40);
  answers(status(204));
  await clock.move(hour);
  await send();
  await send();
  const got = arrived()
    .slice(tries)
    .map((request) => verified(request));
  const ofOne = got.filter(({ data }) => (data as { connection?: { id: string } }).connection?.id === id);
  expect(ofOne.map(({ eventType }) => eventType)).toEqual([
    'connection.created',
    'connection.reconnected',
    'connection.deleted',
  ]);
  expect(ofOne[0]).toEqual({
    eventType: 'connection.created',
    data: {
      connection: {
        id,
        integrationId: 'crm',
        integrationKey: 'crm',
        name: 'CRM',
        disconnected: false,
        customerId: 'local',
      },
    },
  });
  expect(got.map(({ eventType }) => eventType).filter((type) => type.startsWith('alert'))).toEqual([
    'alert.created',
    'alert.resolved',
  ]);
  expect(await membrane.notifications.list({ state: 'pending' })).toEqual([]);
});

it('carry the same id at each try, and a digest of the body', async () => {
  const { connect, send, arrived, answers, clock, membrane } = await notifying();
  answers(status(500, { message: 'no' }));
  await connect('one');
  await send();
  answers(status(200));
  await clock.move(10_000);
  await send();
  const [first, second] = arrived();
  const [notification] = await membrane.notifications.list();
  expect(first?.headers['webhook-id']).toBe(notification?.notice);
  expect(second?.headers['webhook-id']).toBe(notification?.notice);
  expect(second?.headers['x-signature']).toBe(
    createHmac('sha256', secret)
      .update(second?.body ?? '')
      .digest('hex'),
  );
  expect(notification).toMatchObject({ state: 'done', attempts: 2 });
});

describe('a receiver that does not take one', () => {
  const failing = async (answer: Parameters<Awaited<ReturnType<typeof notifying>>['answers']>[0]) => {
    const made = await notifying();
    made.answers(answer);
    await made.connect('one');
    await made.send();
    const [one] = await made.membrane.notifications.list();
    return { ...made, one, waitMs: (one?.tryAt ?? 0) - made.clock.now() };
  };

  it('by an error: what it says is shown, without secrets', async () => {
    const { one, receiver, waitMs } = await failing(status(500, { message: `not with "${secret}"` }));
    expect(one).toMatchObject({
      state: 'pending',
      attempts: 1,
      error: {
        code: 'http/status',
        message: 'the receiver answered 500: {"message":"not with \\"[redacted]\\""}',
      },
    });
    expect(waitMs).toBeGreaterThanOrEqual(3_750);
    expect(waitMs).toBeLessThanOrEqual(6_250);
    expect(receiver.requests.length).toBe(1);
  });

  it('by a redirect: it is not followed', async () => {
    const { one, receiver } = await failing(redirect(302, 'https://other.example.com/x?token=1'));
    expect(one?.error).toEqual({
      code: 'http/redirect',
      message: 'the receiver answered 302, a redirect to https://other.example.com',
      hint: 'notifications follow no redirects: write the address that it leads to in membrane.yaml',
    });
    expect(receiver.requests.length).toBe(1);
  });

  it('by asking to wait: so long it waits', async () => {
    const { waitMs } = await failing(status(429, {}, { 'retry-after': '7200' }));
    expect(waitMs).toBe(2 * hour);
  });

  it('by saying that it is gone: nothing is tried again', async () => {
    const { states, one } = await failing(status(410));
    expect(await states()).toEqual(['connection.created dead 1']);
    expect(one?.error?.['message']).toBe('the receiver answered 410: it takes nothing any more');
  });

  it('by silence', async () => {
    const { connect, send, answers, clock, membrane } = await notifying();
    answers(hang);
    await connect('one');
    const sending = send();
    while ((await membrane.notifications.list())[0]?.attempts === 0) await clock.move(1_000);
    await sending;
    expect((await membrane.notifications.list())[0]?.error).toEqual({
      code: 'http/timeout',
      message: 'the receiver did not answer within 15 seconds',
      hint: 'it should store what it gets, answer at once, and work later',
    });
  });

  it('with more to say than anybody reads has taken it all the same', async () => {
    const { states } = await failing(huge(1_000_000, { length: true }));
    expect(await states()).toEqual(['connection.created done 1']);
  });

  it('for three days: it is given up, and goes on when it is sent again', async () => {
    const { connect, send, states, answers, clock, membrane, arrived } = await notifying();
    answers(status(500));
    await connect('one');
    await connect('one', true);
    for (let count = 0; count < 80; count += 1) {
      await send();
      await clock.move(hour);
    }
    const dead = (await states()).filter((state) => state.startsWith('connection'));
    expect(dead).toEqual([
      expect.stringMatching(/^connection.created dead \d+$/),
      'connection.reconnected dead 0',
    ]);
    answers(status(200));
    const before = arrived().length;
    expect(await membrane.notifications.retry()).toEqual({ count: 3, done: 3, waiting: 0 });
    expect(
      arrived()
        .slice(before)
        .map((request) => verified(request).eventType)
        .filter((type) => type.startsWith('connection')),
    ).toEqual(['connection.created', 'connection.reconnected']);
  });
});

it('that fail hold up only those behind them: of the same receiver, about the same connection', async () => {
  const { connect, send, states, answers, arrived } = await notifying({
    config: "  - {url: RECEIVER/hook}\n  - {url: RECEIVER/other, events: ['connection.*']}\n",
  });
  const { id } = await connect('one');
  answers((response, { body }) => status(body.includes(id) ? 500 : 200)(response, { body } as never));
  await connect('one', true);
  await connect('two');
  await send();
  expect(await states()).toEqual([
    expect.stringMatching('connection.created (pending|done) 1'),
    expect.stringMatching('connection.created (pending|done) 1'),
    expect.stringMatching('connection.reconnected (pending 0|done 1)'),
    expect.stringMatching('connection.reconnected (pending 0|done 1)'),
    'connection.created done 1',
    'connection.created done 1',
  ]);
  expect(arrived().length).toBe(2);
  expect(arrived('/other').length).toBe(3);
  expect(arrived()[0]?.headers['webhook-signature']).toBeUndefined();
});

it('are sent once by two watchers', async () => {
  const { connect, send, open, env, arrived } = await notifying();
  for (const key of ['a', 'b', 'c', 'd']) {
    await connect(key);
    await connect(key, true);
  }
  const other = await open({ env });
  await Promise.all([send(), other.watch({ once: true }), send()]);
  await send();
  expect(arrived().length).toBe(8);
});

it('wait while the variable of their receiver is not set, and say so', async () => {
  const { connect, open, membrane, env, clock, arrived } = await notifying();
  await connect('one');
  const without = await open({ env: { ...env, HOOK_SECRET: '' } });
  await without.watch({ once: true });
  expect((await membrane.notifications.list())[0]?.error).toEqual({
    code: 'config/variable',
    message:
      'the environment variable "HOOK_SECRET" is not set, which "notifications[0].secret" in membrane.yaml names',
    hint: 'set it where membrane runs: HOOK_SECRET=…; a text that is meant as it stands is written "$${HOOK_SECRET}"',
    class: 'configuration',
  });
  await clock.move(10_000);
  await membrane.watch({ once: true });
  expect(arrived().length).toBe(1);
});

it('can be dropped, and tried by hand', async () => {
  const { connect, membrane, send, states, receiver, answers, arrived } = await notifying();
  await connect('one');
  const [one] = await membrane.notifications.list();
  expect(await membrane.notifications.drop([one?.notice ?? ''])).toBe(1);
  await send();
  expect(await states()).toEqual(['connection.dropped 0'.replace('.dropped', '.created dropped')]);
  expect(arrived()).toEqual([]);
  expect(await membrane.notifications.test()).toEqual([
    { to: '${HOOK_URL}', ok: true, status: 204, ms: 0, signed: true },
  ]);
  expect(verified(arrived()[0]!)).toEqual({
    eventType: 'test',
    data: { test: { time: '2030-01-01T00:00:00.000Z', customerId: 'local' } },
  });
  answers(status(404));
  expect(await membrane.notifications.test(`${receiver.url}/hook`)).toEqual([
    {
      to: receiver.host,
      ok: false,
      status: 404,
      ms: 0,
      signed: true,
      error: { code: 'http/status', message: 'the receiver answered 404' },
    },
  ]);
  expect(await membrane.notifications.test(`${receiver.url}/other`)).toEqual([
    { to: receiver.host, ok: true, status: 200, ms: 0, signed: false },
  ]);
  expect(await failure(membrane.notifications.test('ftp://x'))).toEqual({
    code: 'usage/argument',
    message: '"ftp://x" is no address to post to',
    hint: 'it looks like https://example.com/notifications',
  });
  expect(await failure(membrane.notifications.show('nothing-there'))).toEqual({
    code: 'notification/unknown',
    message: 'no notification "nothing-there"',
    hint: 'see them with "membrane notification list"',
  });
  const quiet = await world({});
  expect(await failure(quiet.membrane.notifications.test())).toMatchObject({ code: 'usage/argument' });
});

it('are of one tenant: no other one sees, sends or drops them', async () => {
  const { connect, membrane, open, env, arrived } = await notifying();
  await membrane.tenants.create('acme');
  await connect('one');
  const [one] = await membrane.notifications.list();
  const acme = await open({ env, tenant: 'acme' });
  expect(await acme.notifications.list()).toEqual([]);
  for (const work of [
    () => acme.notifications.show(one?.id ?? ''),
    () => acme.notifications.retry([one?.id ?? '']),
    () => acme.notifications.drop([one?.id ?? '']),
  ])
    expect(await failure(work())).toMatchObject({ code: 'notification/unknown' });
  await acme.watch({ once: true });
  expect(arrived()).toEqual([]);
  await acme.watch({ once: true, allTenants: true });
  expect(arrived().length).toBe(1);
});

it('keep their secrets: none is in the state', async () => {
  const { connect, send, answers, ports, receiver } = await notifying();
  answers(status(500, { echo: secret, url: `${receiver.url}/hook` }));
  await connect('one');
  await send();
  const store = await ports.store();
  const rows = await Promise.all(
    ['notification-pending', 'notification', 'alert-open', 'request'].map((name) =>
      store.drawer(name).list({}),
    ),
  );
  const text = JSON.stringify(rows);
  expect([text.includes(secret), text.includes(`${receiver.url}/hook`)]).toEqual([false, false]);
});

it('tell the app nothing that is not asked for', async () => {
  const { connect, send, arrived } = await notifying({
    config: "  - {url: RECEIVER/hook, events: ['flowRun.*', connection.deleted]}\n",
  });
  await connect('one');
  await send();
  expect(arrived()).toEqual([]);
});

it('of unknown names are an error in membrane.yaml', async () => {
  const { membrane } = await world({
    'membrane.yaml': 'notifications: [{url: https://example.com, events: [connection.crated, flowRun.*]}]\n',
  });
  const { diagnostics } = await membrane.validate();
  expect(diagnostics.map(({ code, message, help }) => ({ code, message, help }))[0]).toMatchObject({
    code: 'schema/value',
    help: 'did you mean "connection.created"?',
  });
});

it('answers that are no JSON change nothing', async () => {
  const { connect, send, answers, states } = await notifying();
  answers(json([]));
  await connect('one');
  await send();
  expect(await states()).toEqual(['connection.created done 1']);
});
