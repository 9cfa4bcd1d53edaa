import { everybody } from '../../../src/core/connection.js';
import { expect, it } from 'vitest';
import { listEvents } from '../../../src/engine/event-look.js';
import { syncSubscriptions } from '../../../src/engine/subscription-sync.js';
import { keysWithEvents } from '../../../src/engine/watch-due.js';
import { findWebhook, listWebhooks, retryWebhooks } from '../../../src/engine/webhook-look.js';
import { webhookDrain } from '../../../src/engine/webhook-handle.js';
import { openWebhook } from '../../../src/engine/webhook-open.js';
import { incomingDrawer, incomingOf } from '../../../src/engine/webhook-rows.js';
import { json } from '../../support/server.js';
import { arrive, drain, hookWorld, onForm, only, submitted, tend } from './hook-world.js';

const { signal } = new AbortController();
const files = { 'connectors/crm/events/submitted.yaml': submitted, 'flows/on-form.yaml': onForm() };
const form = (id: number, email = 'jo@example.com') => ({ id, form: { email } });

async function told(more: Readonly<Record<string, string>> = {}) {
  const made = await hookWorld({ ...files, ...more });
  await made.connectTo();
  await tend(made.engine);
  const { id } = await only(made.engine);
  return { ...made, to: `subscription:${id}` };
}

it('makes events of what came, in its order, once each', async () => {
  const { engine, to } = await told();
  await arrive(engine, to, form(1));
  await arrive(engine, to, form(2));
  await arrive(engine, to, form(1)); // the API sends what was not acknowledged in time once more
  expect(await drain(engine)).toEqual({
    done: 3,
    events: 2,
    failed: 0,
    dead: 0,
    of: [{ to, events: 2, failed: 0 }],
  });
  const events = await listEvents(engine);
  expect(events.map(({ type, payload, state }) => [type, payload, state])).toEqual([
    ['connector-event', { email: 'jo@example.com' }, 'pending'],
    ['connector-event', { email: 'jo@example.com' }, 'pending'],
  ]);
  expect((await only(engine)).events).toBe(2);
  expect(
    (await listWebhooks(engine)).map(({ state, events: ids, name }) => [state, ids?.length, name]),
  ).toEqual([
    ['done', 0, 'flow/on-form/start#crm'],
    ['done', 1, 'flow/on-form/start#crm'],
    ['done', 1, 'flow/on-form/start#crm'],
  ]);
});

it('starts the flow, with the event as the output of its trigger', async () => {
  const { engine, membrane, to } = await told();
  await arrive(engine, to, form(1));
  await drain(engine);
  await membrane.watch({ once: true });
  const [run] = await membrane.flows.runs.list();
  expect([run?.state, run?.start, run?.inputs]).toEqual(['completed', 'start', 1]);
});

it('says where an event does not fit its schema, and delivers it all the same', async () => {
  const { engine, to } = await told();
  await arrive(engine, to, { id: 1, form: { email: 17 } });
  await drain(engine);
  const [webhook] = await listWebhooks(engine);
  expect([webhook?.events?.length, webhook?.warnings]).toEqual([
    1,
    ['an event of "submitted" does not fit its schema: "email" must be a string, not a number'],
  ]);
});

it('buries what nobody will ever understand, and goes on behind it', async () => {
  const { engine, to } = await told();
  await arrive(engine, to, '{"id": 1, ');
  await arrive(engine, to, form(2));
  expect(await drain(engine)).toMatchObject({ done: 1, events: 1, dead: 1, failed: 0 });
  const [, dead] = await listWebhooks(engine);
  expect([dead?.state, dead?.error?.['code'], dead?.error?.['message']]).toEqual([
    'dead',
    'webhook/malformed',
    'the body says that it is JSON, and is none',
  ]);
});

const fetching = submitted.replace(
  'type: mapping\n    mapping:\n      events: [{id: {$var: data.id}, payload: {$var: data.form}}]\n      response: {status: 202, body: {challenge: {$var: data.challenge}}}',
  'type: rest-api-mapping\n    mapping:\n      path: /forms\n      responseMapping: {events: [{id: {$var: data.id}, payload: {$var: response.data}}]}',
);

it('tries again later what could not be handled, in order, until it is dead', async () => {
  const made = await hookWorld(
    {
      ...files,
      'connectors/crm/events/submitted.yaml': fetching,
      'membrane.yaml': 'watch: {attempts: 2}\n',
    },
    { 'GET /forms': [failing(), failing(), json({ email: 'jo@example.com' })] },
  );
  const { engine, clock } = made;
  await made.connectTo();
  await tend(engine);
  const to = `subscription:${(await only(engine)).id}`;
  const first = await arrive(engine, to, form(1));
  await arrive(engine, to, form(2));
  const drained = await drain(engine);
  expect(drained).toMatchObject({ done: 0, failed: 1, nextAt: expect.any(Number) });
  expect(await drain(engine)).toMatchObject({ done: 0, failed: 0 }); // not before its time
  await clock.move(10_000);
  expect(await drain(engine)).toMatchObject({ done: 1, failed: 0, dead: 1 });
  expect((await findWebhook(engine, first.id)).attempts).toBe(2);
  expect(await retryWebhooks(engine, [])).toBe(1);
  expect(await drain(engine)).toMatchObject({ done: 1, events: 1 });
});

it('answers at once, and stores what it was told of', async () => {
  const { engine, to } = await told();
  const { hook } = await only(engine);
  const opened = await openWebhook(engine, { kind: 'hook', token: hook?.token ?? '' }, signal);
  expect([opened?.to, opened?.tenant, opened?.answers]).toEqual([to, 'local', true]);
  const row = await arrive(engine, to, form(1));
  expect(await opened?.handleNow(row)).toEqual({ status: 202 });
  expect((await findWebhook(engine, row.id)).state).toBe('done');
  expect(await drain(engine)).toMatchObject({ done: 0 });
  expect((await listEvents(engine)).length).toBe(1);
});

it('keeps what comes for a paused one, and buries what comes for one that is off', async () => {
  const { engine, membrane, to } = await told();
  await membrane.subscriptions.pause('flow/on-form/start#crm');
  await arrive(engine, to, form(1));
  expect(await drain(engine)).toMatchObject({ events: 1 });
  await membrane.flows.setEnabled('on-form', false, { connection: 'crm' });
  await arrive(engine, to, form(2));
  expect(await drain(engine)).toMatchObject({ dead: 1 });
  expect((await listWebhooks(engine, { state: 'dead' }))[0]?.error).toMatchObject({ code: 'webhook/over' });
  await expect(findWebhook(engine, 'nothing')).rejects.toMatchObject({ code: 'webhook/unknown' });
});

const appEvent = `implementationType: global-webhook
methods:
  getEventSelector:
    type: mapping
    mapping: {globalWebhookKey: app, globalWebhookEventSelector: {$var: credentials.apiKey}}
`;
const app = `methods:
  handle:
    type: mapping
    mapping:
      events:
        $iterate:
          source: {$var: data.events}
          item: {selector: {$var: item.account}, id: {$var: item.id}, payload: {$var: item.form}}
      response: {body: {$var: data.challenge}}
signature: {type: slack, secret: {$var: connectorParameters.signingSecret}}
`;
const globalFiles = {
  ...files,
  'connectors/crm/events/submitted.yaml': appEvent,
  'connectors/crm/global-webhooks/app.yaml': app,
};

it('gives the events of a global webhook to whoever has their selector, whatever the tenant', async () => {
  const { engine, openEngine, ports, connectTo } = await hookWorld(globalFiles);
  await ports.tenants.create({ key: 'acme', name: 'acme', fields: {}, createdAt: 0 });
  const acme = await openEngine('acme');
  await connectTo();
  await connectTo('acme');
  for (const one of [engine, acme]) {
    await tend(one);
    expect((await only(one)).hook).toMatchObject({ uri: 'https://hooks.test/webhooks/global/crm/app' });
  }
  const events = [
    { account: 'acme', id: 1, form: { of: 'acme' } },
    { account: 'secret-key', id: 1, form: { of: 'local' } },
    { account: 'nobody', id: 2, form: {} },
  ];
  const body = JSON.stringify({ events });
  await arrive(engine, 'global:crm/app', body, { tenant: everybody });
  await arrive(engine, 'global:crm/app', body, { tenant: everybody });
  expect(await drain(engine)).toMatchObject({ done: 6, events: 2 });
  const [mine, theirs] = [await listEvents(engine), await listEvents(acme)];
  expect([mine, theirs].map((own) => own.map(({ payload }) => payload))).toEqual([
    [{ of: 'local' }],
    [{ of: 'acme' }],
  ]);
  expect(mine[0]?.id).not.toBe(theirs[0]?.id);
  const [whole] = await listWebhooks(engine, { global: true });
  expect(whole?.warnings).toEqual(['nobody waits for the selector "nobody"']);
  // What it said of others is nobody's business.
  await expect(listWebhooks(acme, { global: true })).rejects.toMatchObject({ code: 'usage/argument' });
  for (const one of [engine, acme]) {
    const to = (await listWebhooks(one)).map((row) => row.to.split(':')[0]);
    expect(to).toEqual(['subscription', 'subscription']);
    await expect(findWebhook(one, whole?.id ?? '')).rejects.toMatchObject({ code: 'webhook/unknown' });
  }
});

it('opens a global webhook, and refuses to where its secret is not known', async () => {
  const parameters = (secret: string) => `parameters: {crm: {signingSecret: ${secret}}}\n`;
  const known = await hookWorld({ ...globalFiles, 'membrane.yaml': parameters('s3cret') });
  const global = { kind: 'global', integration: 'crm', key: 'app' } as const;
  const opened = await openWebhook(known.engine, global, signal);
  expect([opened?.to, opened?.answers, opened?.signature]).toEqual([
    'global:crm/app',
    true,
    { type: 'slack', secret: ['s3cret'] },
  ]);
  const row = { ...(await arrive(known.engine, 'global:crm/app', { challenge: 'c', events: [] })), id: '' };
  expect(await opened?.handleNow(row)).toEqual({ status: 200, body: 'c' });
  expect(await openWebhook(known.engine, { ...global, key: 'other' }, signal)).toBeUndefined();
  expect(await openWebhook(known.engine, { ...global, integration: 'other' }, signal)).toBeUndefined();
  const unknown = await hookWorld(globalFiles);
  await expect(openWebhook(unknown.engine, global, signal)).rejects.toMatchObject({
    code: 'webhook/signature',
    message: 'the signature of "app" has no secret',
  });
});

it('one whose connection is broken stops nobody else', async () => {
  const { engine, openEngine, ports, connectTo } = await hookWorld(globalFiles);
  await ports.tenants.create({ key: 'acme', name: 'acme', fields: {}, createdAt: 0 });
  const acme = await openEngine('acme');
  const { id } = await connectTo('acme');
  await connectTo();
  for (const one of [engine, acme]) await tend(one);
  await ports.connections.update('acme', id, { disconnected: true });
  await arrive(engine, 'global:crm/app', {
    events: [
      { account: 'acme', id: 1, form: {} },
      { account: 'secret-key', id: 1, form: {} },
    ],
  });
  expect(await drain(engine)).toMatchObject({ done: 2, events: 1, failed: 1 });
  const rows = await (await engine.ports.store()).drawer(incomingDrawer).list({ tenant: 'acme' });
  expect(rows.map(incomingOf).map(({ error }) => error?.['code'])).toEqual(['connection/disconnected']);
});

it('buries what has more levels than anybody writes, instead of falling over it', async () => {
  const { engine, to } = await told();
  await arrive(engine, to, `{"id": 1, "form": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`);
  await arrive(engine, to, form(2));
  expect(await drain(engine)).toMatchObject({ done: 1, events: 1, dead: 1 });
  const [, dead] = await listWebhooks(engine);
  expect(dead?.error).toMatchObject({
    code: 'webhook/malformed',
    message: 'the body has more than 200 levels of objects and lists',
  });
});

it('reads a form in which one name stands very often in no time', async () => {
  const { engine, to } = await told();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await arrive(engine, to, `id=1&${'a&'.repeat(100_000)}`, { headers });
  const started = performance.now();
  await drain(engine);
  expect(performance.now() - started).toBeLessThan(2_000);
});

it('minds no selectors that nobody could have, and shows some of those that nobody has', async () => {
  const { engine, connectTo } = await hookWorld(globalFiles);
  await connectTo();
  await tend(engine);
  const odd = ['\0', '\ud800', 'x'.repeat(5_000), ...Array.from({ length: 20 }, (_, n) => `s${n}`)];
  const events = [...odd, ...odd, 'secret-key'].map((account, id) => ({ account, id, form: {} }));
  await arrive(engine, 'global:crm/app', { events }, { tenant: everybody });
  expect(await drain(engine)).toMatchObject({ done: 2, events: 1, failed: 0, dead: 0 });
  const [whole] = await listWebhooks(engine, { global: true });
  expect(whole?.warnings?.length).toBe(11);
  expect(whole?.warnings?.[2]).toBe(`nobody waits for the selector "${'x'.repeat(100)}…"`);
  expect(whole?.warnings?.[10]).toBe('nobody waits for 13 further selectors');
});

it('reaches whoever has something behind a thousand requests that have to wait', async () => {
  const { engine, to } = await told();
  const tryAt = engine.ports.clock.now() + 3_600_000;
  const stuck = Array.from({ length: 1_100 }, (_, n) => `stuck-${n}`);
  for (const id of stuck) await arrive(engine, 'global:crm/other', form(1), { id, tryAt });
  await arrive(engine, to, form(1), { time: engine.ports.clock.now() + 1 });
  expect(await drain(engine)).toMatchObject({ done: 1, events: 1 });
});

it('goes on with other addresses while one is slow', async () => {
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const made = await hookWorld(
    {
      ...files,
      'connectors/crm/events/submitted.yaml': fetching,
      'connectors/crm/events/quick.yaml': submitted,
      'flows/on-quick.yaml': onForm().replace('submitted', 'quick'),
    },
    {
      'GET /forms': async (response, request) => {
        await answered;
        return json({ email: 'jo@example.com' })(response, request);
      },
    },
  );
  const { engine } = made;
  await made.connectTo();
  await tend(engine);
  const subscriptions = await made.membrane.subscriptions.list();
  const toOf = (key: string) => `subscription:${subscriptions.find((one) => one.key === key)?.id}`;
  const done: string[] = [];
  const draining = webhookDrain({
    engine: () => engine,
    signal,
    allTenants: true,
    ended: async (drained) => void done.push(...(await drained).of.map(({ to }) => to)),
  });
  await arrive(engine, toOf('on-form'), form(1));
  await draining.round();
  await arrive(engine, toOf('on-quick'), form(2)); // comes while the other one is being handled
  await draining.round();
  await expect.poll(() => done, { interval: 2 }).toEqual([toOf('on-quick')]);
  answer();
  await draining.idle();
  expect(done).toEqual([toOf('on-quick'), toOf('on-form')]);
});

function failing() {
  return (response: { writeHead(status: number): { end(): void } }) => response.writeHead(422).end();
}

it('of a subscription that somebody wants again just now nothing is forgotten', async () => {
  const { engine, membrane, clock } = await told();
  await membrane.flows.setEnabled('on-form', false, { connection: 'crm' });
  await syncSubscriptions(engine);
  await clock.move(8 * 86_400_000);
  const { id } = await only(engine);
  const lock = await (await engine.ports.store()).lock(`subscription/local/${id}`);
  await syncSubscriptions(engine);
  expect((await only(engine)).id).toBe(id);
  await lock.release();
  await syncSubscriptions(engine);
  await expect(only(engine)).rejects.toThrow('there is no subscription');
});

it('delivers what a process had begun to deliver that was killed', async () => {
  const { engine, membrane, to } = await told();
  await arrive(engine, to, form(1));
  await drain(engine);
  const drawer = (await engine.ports.store()).drawer('event-pending');
  const [row] = await drawer.list({});
  await drawer.put({ ...row!, state: 'starting', data: { ...row!.data, run: 'never-made' } });
  const { tenant, id } = await only(engine);
  expect([...(await keysWithEvents(engine, [await only(engine)]))]).toEqual([`${tenant} ${id}`]);
  expect([...(await keysWithEvents(engine, []))]).toEqual([]);
  await membrane.watch({ once: true });
  expect((await membrane.flows.runs.list()).length).toBe(1);
});
