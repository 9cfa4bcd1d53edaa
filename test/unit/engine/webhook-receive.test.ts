import { createHmac } from 'node:crypto';
import { expect, it, onTestFinished, vi } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import type { Row } from '../../../src/core/ports.js';
import type { IncomingRequest, WebhookAnswer } from '../../../src/core/webhook.js';
import type { OpenWebhook } from '../../../src/engine/webhook-open.js';
import { receiveWebhooks, type ReceiveOptions } from '../../../src/engine/webhook-receive.js';
import type { Refusal } from '../../../src/engine/webhook-receive-log.js';
import {
  incomingDrawer,
  incomingOf,
  refusedDrawer,
  webhookDrawer,
  type IncomingWebhook,
} from '../../../src/engine/webhook-rows.js';
import { openWiring } from '../../../src/wiring.js';
import { testProject } from '../../support/project.js';
import {
  fakeClock,
  type FakeClock,
  memoryConnections,
  memoryReceiver,
  memorySecrets,
  memoryStore,
  memoryTenants,
  sequentialIds,
} from '../../support/memory-ports.js';

const url = 'http://127.0.0.1:8080';

/** A receiver over memory ports. `hook` stands behind `/webhooks/hooks/token`, and behind nothing else. */
async function world(
  hook: Partial<OpenWebhook> = {},
  more: Partial<ReceiveOptions> & {
    config?: string;
    env?: Record<string, string>;
    files?: Record<string, string>;
    clock?: FakeClock;
  } = {},
) {
  const { config = '', env = {}, files = {}, clock = fakeClock(), ...options } = more;
  const { root } = await testProject({ 'membrane.yaml': config, ...files });
  const store = memoryStore(clock);
  const receiver = memoryReceiver();
  const secrets = memorySecrets();
  const wiring = await openWiring({
    cwd: root,
    env: { MEMBRANE_SECRETS: 'file', ...env },
    ports: {
      clock,
      ids: sequentialIds(),
      connections: memoryConnections(),
      tenants: memoryTenants(),
      store: async () => store,
      secrets: async () => secrets,
      receiver: async () => receiver,
    },
  });
  onTestFinished(() => wiring.close());
  const { engine } = wiring;
  const said = { refused: [] as Refusal[], failed: [] as unknown[], stored: 0, opened: 0 };
  const opened: OpenWebhook = {
    to: 'subscription:s1',
    tenant: 'local',
    engine,
    answers: false,
    handleNow: async () => undefined,
    ...hook,
  };
  const receiving = await receiveWebhooks({
    engine: () => engine,
    host: '127.0.0.1',
    port: 8080,
    open: async (_engine, to) => {
      said.opened += 1;
      return to.kind === 'hook' && to.token === 'token' ? opened : undefined;
    },
    stored: () => (said.stored += 1),
    refused: (one) => said.refused.push(one),
    failed: (error) => said.failed.push(error),
    signal: new AbortController().signal,
    ...options,
  });
  const send = (
    path: string,
    request: Omit<Partial<IncomingRequest>, 'body'> & { body?: string | Uint8Array } = {},
  ) => {
    const { body = '{}', ...rest } = request;
    return receiver.send({ ...rest, path, body: typeof body === 'string' ? Buffer.from(body) : body });
  };
  const rows = (drawer: string): Promise<Row[]> =>
    store.drawer(drawer).list({ order: 'oldest', limit: 1000 });
  const pending = async () => (await rows(incomingDrawer)).map(incomingOf);
  return { clock, store, receiver, receiving, said, send, rows, pending, wiring };
}

const hooks = '/webhooks/hooks/token';
const withoutId = (row: IncomingWebhook) => ({ ...row, id: undefined });

it('stores what comes, as it came, before it answers', async () => {
  const { send, pending, said, clock } = await world();
  const headers = {
    'x-event': 'e',
    authorization: 'Bearer s',
    cookie: 'c=1',
    'x-hub-signature-256': 'sha256=1',
  };
  expect(await send(hooks, { headers, query: { a: '1' }, search: '?a=1', body: 'naïve {' })).toEqual({
    status: 200,
  });
  expect(await send(hooks, { body: new Uint8Array([0xff, 0, 1]) })).toEqual({ status: 200 });
  const common = {
    tenant: 'local',
    state: 'pending',
    time: clock.now(),
    to: 'subscription:s1',
    attempts: 0,
    id: undefined,
  };
  const stored = await pending();
  expect(stored.map(withoutId)).toEqual([
    {
      ...common,
      query: { a: '1' },
      headers: { 'x-event': 'e', 'x-hub-signature-256': 'sha256=1' },
      body: 'naïve {',
    },
    { ...common, time: clock.now() + 0.001, query: {}, headers: {}, body: '/wAB', encoding: 'base64' },
  ]);
  expect(stored.map(({ id }) => id.length)).toEqual([40, 40]);
  expect(said).toEqual({ refused: [], failed: [], stored: 2, opened: 1 });
});

const signature = { type: 'github', secret: 'secret' } as const;
const signed = (body: string, more: Record<string, string> = {}) => ({
  body,
  headers: {
    'x-hub-signature-256': `sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`,
    ...more,
  },
});

it('takes only what is signed, where a signature is declared', async () => {
  const { send, pending, rows, said, clock } = await world({ signature });
  const { headers } = signed('{}');
  expect(await send(hooks, { headers, body: '{"a":1}' })).toEqual({ status: 401 });
  expect(await send(hooks, { body: '{"a":1}' })).toEqual({ status: 401 });
  expect(await pending()).toEqual([]);
  expect(await send(hooks, signed('{}', { accept: '*/*' }))).toEqual({ status: 200 });
  expect((await pending()).map((row) => row.headers)).toEqual([{ accept: '*/*' }]);
  const log = (await rows(refusedDrawer)).map(incomingOf).map(withoutId);
  const refused = {
    tenant: 'local',
    state: 'refused',
    time: clock.now(),
    to: 'subscription:s1',
    query: {},
    headers: {},
    body: '',
    attempts: 0,
  };
  const error = { status: 401, remote: '203.0.113.7', bytes: 7 };
  expect(log).toEqual([
    { ...refused, error: { ...error, message: 'the signature is not right' } },
    { ...refused, error: { ...error, message: 'the header "x-hub-signature-256" is missing' } },
  ]);
  expect(said.refused.map(({ why }) => why)).toEqual(log.map((row) => row.error?.['message']));
});

it('takes a delivery once, by its name or by its body', async () => {
  const named = await world({ signature });
  for (const id of ['1', '1', '2']) await named.send(hooks, signed('{}', { 'x-github-delivery': id }));
  expect((await named.pending()).map(({ deliveryId }) => deliveryId).sort()).toEqual(['1', '2']);

  const { send, pending, clock, store } = await world();
  await Promise.all([send(hooks, { body: 'same' }), send(hooks, { body: 'same' })]);
  await clock.move(599_000);
  await send(hooks, { body: 'same' });
  expect((await pending()).length).toBe(1);
  // handled meanwhile: still the same delivery
  const [row] = await store.drawer(incomingDrawer).list({});
  await store.write([
    { drawer: incomingDrawer, remove: [row!] },
    { drawer: webhookDrawer, put: [{ ...row!, state: 'done' }] },
  ]);
  await send(hooks, { body: 'same' });
  expect(await pending()).toEqual([]);
  await clock.move(1_000);
  await send(hooks, { body: 'same' });
  await send(hooks, { body: 'same', search: '?other' });
  expect((await pending()).length).toBe(2);
});

it('takes what could not be handled once more, and every empty body', async () => {
  const { send, pending, store } = await world();
  await send(hooks, { body: 'same' });
  const [row] = await store.drawer(incomingDrawer).list({});
  await store.write([
    { drawer: incomingDrawer, remove: [row!] },
    { drawer: webhookDrawer, put: [{ ...row!, state: 'dead' }] },
  ]);
  await send(hooks, { body: 'same' });
  expect((await pending()).map(({ id }) => id)).toEqual([row?.id]);
  await send(hooks, { body: '' });
  await send(hooks, { body: '' });
  expect((await pending()).length).toBe(3);
});

it('gives the answer of the element, if it comes soon', async () => {
  const answers: (WebhookAnswer | undefined)[] = [{ status: 201, body: 'challenge' }, undefined];
  const handled: string[] = [];
  let late = false;
  const { send, pending, clock, said } = await world({
    answers: true,
    handleNow: ({ id, body }) => {
      handled.push(`${id.length} ${body}`);
      return late ? new Promise(() => undefined) : Promise.resolve(answers.shift());
    },
  });
  expect(await send(hooks, { body: 'a' })).toEqual({ status: 201, body: 'challenge' });
  expect(await send(hooks, { body: 'b' })).toEqual({ status: 200 });
  late = true;
  const answered = send(hooks, { body: 'c' });
  await vi.waitFor(() => expect(clock.sleepers()).toBe(1), { interval: 1 });
  await clock.move(2_499);
  expect((await pending()).map(({ body }) => body).sort()).toEqual(['a', 'b', 'c']); // stored, whatever comes of it
  await clock.move(1);
  expect(await answered).toEqual({ status: 200 });
  expect(handled).toEqual(['40 a', '40 b', '40 c']);
  expect(said.failed).toEqual([]);
});

it('answers a GET of those who ask for a challenge, and stores nothing of it', async () => {
  const { send, pending } = await world({
    signature,
    answers: true,
    handleNow: async ({ query }) => ({ status: 200, body: query['hub.challenge'] }),
  });
  const query = { 'hub.challenge': '1158201444' };
  expect(await send(hooks, { method: 'GET', query, body: '' })).toEqual({ status: 200, body: '1158201444' });
  expect(await pending()).toEqual([]);
  const silent = await world();
  expect(await silent.send(hooks, { method: 'GET' })).toEqual({ status: 405, headers: { allow: 'POST' } });
});

it('accepts what an element fails to answer: it is handled later', async () => {
  const failure = new MembraneError('javascript/error', 'code threw an error');
  const { send, pending, said } = await world({ answers: true, handleNow: () => Promise.reject(failure) });
  expect(await send(hooks)).toEqual({ status: 200 });
  expect([(await pending()).length, said.failed]).toEqual([1, [failure]]);
});

it('knows only what is there, and looks again for what was not', async () => {
  const { send, said, rows, receiving, clock } = await world();
  const paths = [
    '/',
    '/webhooks',
    '/webhooks/hooks/',
    '/webhooks/hooks/no',
    `${hooks}/more`,
    '/webhooks/hooks/%ff',
    '/webhooks/global/crm',
    '/webhooks/app-events/no',
    'http://a/webhooks/hooks/token',
  ];
  for (const path of paths) expect(await send(path)).toEqual({ status: 404 });
  expect(said.refused.map(({ path, why }) => [path, why])).toEqual(
    paths.map((path) => [path, 'nothing is at this path']),
  );
  await send('/webhooks/hooks/no');
  expect(said.opened).toBe(2); // nothing is not remembered
  await send(hooks);
  await send(hooks, { body: '2' });
  expect(said.opened).toBe(3);
  receiving.reload();
  await send(hooks, { body: '3' });
  expect(said.opened).toBe(4);
  await clock.move(5_000);
  await send(hooks, { body: '4' });
  expect(said.opened).toBe(5);
  expect(await send('/health', { method: 'GET' })).toEqual({ status: 200, body: { ok: true } });
  await receiving.close();
  expect((await rows(refusedDrawer)).length).toBe(paths.length + 1);
});

it('writes a flood down in some lines', async () => {
  const { send, rows, receiving, said, clock } = await world({ signature });
  for (let count = 0; count < 500; count += 1) await send(hooks);
  for (let count = 0; count < 100; count += 1) await send('/other');
  await clock.move(60_000);
  await send(hooks);
  await receiving.close();
  const errors = (await rows(refusedDrawer)).map((row) => incomingOf(row).error);
  expect([errors.length, said.refused.length]).toEqual([121, 121]);
  expect(errors.at(-1)?.['unlogged']).toBe(440);
});

it('serves one tenant where it watches one', async () => {
  const one = await world({ tenant: 'acme' });
  expect(await one.send(hooks)).toEqual({ status: 404 });
  const all = await world({ tenant: 'acme' }, { allTenants: true });
  expect(await all.send(hooks)).toEqual({ status: 200 });
  expect((await all.pending()).map(({ tenant }) => tenant)).toEqual(['acme']);
});

it('has an address of its own, or the one that was said', async () => {
  const own = await world();
  const { address, publicUrl, refusesAppEvents } = own.receiving;
  expect({ address, publicUrl, refusesAppEvents }).toEqual({
    address: url,
    publicUrl: url,
    refusesAppEvents: false,
  });
  const { receiving, send } = await world({}, { publicUrl: 'https://tunnel.example.com/me/' });
  expect([receiving.publicUrl, receiving.refusesAppEvents]).toEqual(['https://tunnel.example.com/me', true]);
  expect(await send(hooks)).toEqual({ status: 200 });
  expect(await send(`/me${hooks}`, { body: '2' })).toEqual({ status: 200 });
});

const app = {
  'internal-events/changed.yaml':
    'schema: {type: object, properties: {email: {type: string}}, required: [email]}\n',
  'flows/on-change.yaml':
    'enabled: true\nnodes:\n  start: {type: app-event-trigger, config: {appEvent: {key: changed}}}\n',
};
const changed = '/webhooks/app-events/changed';

it('takes events of the app, many at once, while only this machine can send them', async () => {
  const { send, rows, said } = await world({}, { files: app });
  const answer = await send(changed, { body: '[{"email":"a@b.c"},{"email":"d@e.f"}]' });
  const { events } = answer.body as { events: { id: string; tenant: string; starts: string[] }[] };
  expect(answer.status).toBe(202);
  expect(events.map(({ tenant, starts }) => [tenant, starts])).toEqual(
    Array(2).fill(['local', ['flow/on-change/start']]),
  );
  expect((await rows('internal-event')).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  expect((await rows('event-pending')).length).toBe(2);
  expect(await send(changed, { body: '[]' })).toEqual({ status: 202, body: { events: [] } });
  expect(said.stored).toBe(2);
  expect(await send(changed, { body: '{"emial":1}' })).toEqual({
    status: 400,
    body: { error: { message: 'the event does not fit its schema: "email" is missing' } },
  });
  expect(await send(changed, { body: '{"email"' })).toEqual({
    status: 400,
    body: { error: { message: 'the body is no JSON' } },
  });
  expect(await send(changed, { method: 'GET' })).toEqual({ status: 405, headers: { allow: 'POST' } });
  expect((await rows('event-pending')).length).toBe(2);
});

const event = '{"email":"a@b.c"}';

it('takes no events from pages in a browser, which reach this machine too', async () => {
  const { send, rows } = await world({}, { files: app });
  const refused = { status: 403, body: { error: { message: 'a page in a browser may not send events' } } };
  for (const headers of [
    { origin: 'https://evil.example.com' },
    { 'sec-fetch-site': 'cross-site' },
    { host: 'rebound.example.com:8080' },
  ])
    expect(await send(changed, { body: event, headers })).toEqual(refused);
  expect(await rows('event-pending')).toEqual([]);
  expect((await send(changed, { body: event, headers: { host: 'localhost:8080' } })).status).toBe(202);
});

it('takes no events of the app without a secret when others can reach it', async () => {
  const why =
    'events of your app are taken with a secret only, because others can reach this receiver; set it in membrane.yaml: watch: {appEventSecret: ${APP_EVENT_SECRET}}';
  const refused = { status: 403, body: { error: { message: why } } };
  const tunnel = await world({}, { files: app, publicUrl: 'https://tunnel.example.com' });
  expect(await tunnel.send(changed, { body: event })).toEqual(refused);
  const open = await world({}, { files: app, host: '0.0.0.0' });
  expect(await open.send(changed, { body: event })).toEqual(refused);
});

it('takes events of the app with its secret, or signed with it, each delivery once', async () => {
  const { send, rows, clock, wiring } = await world(
    {},
    {
      files: app,
      publicUrl: 'https://tunnel.example.com',
      config: 'watch: {appEventSecret: "${APP_SECRET}"}\n',
      env: { APP_SECRET: 'whsec_c2VjcmV0' },
    },
  );
  const as = (headers: Record<string, string>) => send(changed, { body: event, headers });
  expect(await as({})).toEqual({
    status: 401,
    body: { error: { message: 'neither "Authorization: Bearer SECRET" nor "webhook-signature" is there' } },
  });
  expect(await as({ authorization: 'Bearer whsec' })).toEqual({
    status: 401,
    body: { error: { message: 'the secret is not right' } },
  });
  expect((await as({ authorization: 'Bearer whsec_c2VjcmV0' })).status).toBe(202);
  const signatures = await wiring.engine.ports.signatures();
  const proof = signatures.sign('whsec_c2VjcmV0', { id: 'msg_1', time: clock.now(), body: event });
  const first = await as(proof);
  expect(first.status).toBe(202);
  expect(await as(proof)).toEqual(first);
  expect((await rows('internal-event')).length).toBe(2);
  await clock.move(301_000);
  expect((await as(proof)).status).toBe(401);
});

it('does not listen when the secret of the app is not set', async () => {
  const opening = world({}, { config: 'watch: {appEventSecret: "${APP_SECRET}"}\n' });
  await expect(opening).rejects.toMatchObject({
    code: 'config/variable',
    message:
      'the environment variable "APP_SECRET" is not set, which "watch.appEventSecret" in membrane.yaml names',
  });
});

it('tells the sender to come again when nothing can be stored, and goes on', async () => {
  const { send, store, pending } = await world();
  const { put } = store.drawer(incomingDrawer);
  store.drawer(incomingDrawer).put = () =>
    Promise.reject(new MembraneError('store/unavailable', 'the disk is full'));
  // nobody else hears of it: vitest fails where a rejection is nobody's
  await expect(send(hooks, { body: 'a' })).rejects.toMatchObject({ code: 'store/unavailable' });
  await new Promise((resolve) => void setImmediate(resolve));
  store.drawer(incomingDrawer).put = put;
  expect(await send(hooks, { body: 'a' })).toEqual({ status: 200 });
  expect((await pending()).length).toBe(1);
});

it('believes nothing of before the clock was set back', async () => {
  let now = Date.UTC(2030, 0, 1);
  const clock = { ...fakeClock(), now: () => now };
  const { said, send } = await world({}, { clock });
  await send(hooks);
  now -= 3_600_000;
  await send(hooks, { body: '2' });
  expect(said.opened).toBe(2);
});

const named = { config: 'watch: {appEventSecret: s3cret}\n', files: app };

it('takes a named delivery of the app once, also when it comes twice at the same time', async () => {
  const { send, rows, clock, wiring } = await world({}, named);
  const signatures = await wiring.engine.ports.signatures();
  const headers = signatures.sign('s3cret', { id: 'msg_1', time: clock.now(), body: event });
  const [first, second] = await Promise.all([
    send(changed, { body: event, headers }),
    (async () => {
      const answer = send(changed, { body: event, headers });
      await vi.waitFor(() => expect(clock.sleepers()).toBe(1), { interval: 1 });
      await clock.move(50);
      return answer;
    })(),
  ]);
  expect(second).toEqual(first);
  expect([(await rows('event-pending')).length, (await rows('internal-event')).length]).toEqual([1, 1]);
});

it('stores events of the app together with the name of their delivery, or not at all', async () => {
  const { send, rows, store, clock, wiring } = await world({}, named);
  const signatures = await wiring.engine.ports.signatures();
  const headers = signatures.sign('s3cret', { id: 'msg_1', time: clock.now(), body: event });
  const { write } = store;
  const drawers: string[][] = [];
  store.write = async (changes, options) => {
    drawers.push(changes.map(({ drawer }) => drawer));
    await write(changes, options);
  };
  await send(changed, { body: event, headers });
  expect(drawers).toEqual([['event-pending', 'internal-event', webhookDrawer]]);
  expect((await rows(webhookDrawer)).length).toBe(1);
});

it('refuses events of the app with more levels than anybody writes', async () => {
  const { send, rows } = await world({}, { files: app });
  const deep = `{"email":"a@b.c","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  expect(await send(changed, { body: deep })).toEqual({
    status: 400,
    body: { error: { message: 'the body has more than 200 levels of objects and lists' } },
  });
  expect(await rows('event-pending')).toEqual([]);
});

it('lets slow code of one address leave room for the answers of others', async () => {
  const waiting: (() => void)[] = [];
  const { send, pending } = await world({
    to: 'subscription:slow',
    answers: true,
    handleNow: () => new Promise((resolve) => void waiting.push(() => resolve({ status: 201 }))),
  });
  const first = ['1', '2', '3', '4'].map((body) => send(hooks, { body }));
  await vi.waitFor(() => expect(waiting.length).toBe(4), { interval: 1 });
  expect(await send(hooks, { body: '5' })).toEqual({ status: 200 }); // it is handled later
  expect([waiting.length, (await pending()).length]).toEqual([4, 5]);
  for (const end of waiting) end();
  expect(await Promise.all(first)).toEqual(Array(4).fill({ status: 201 }));
});
