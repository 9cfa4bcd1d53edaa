import { createHmac } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import type { Http, HttpRequest } from '../../../src/core/ports.js';
import type { Engine } from '../../../src/engine/engine.js';
import { listEvents } from '../../../src/engine/event-look.js';
import { openWebhook, type WebhookTarget } from '../../../src/engine/webhook-open.js';
import { newElement, openMembrane } from '../../../src/membrane.js';
import { openWiring } from '../../../src/wiring.js';
import {
  fakeClock,
  memoryConnections,
  memorySecrets,
  memoryStore,
  memoryTenants,
  sequentialIds,
} from '../../support/memory-ports.js';
import { testProject } from '../../support/project.js';
import { arrive, drain, only, tend } from '../engine/hook-world.js';

interface Vendor {
  readonly connect: { readonly auth?: string; readonly input: Record<string, string> };
  readonly eventKey: string;
  readonly parameters?: object;
  readonly config?: string;
  /** What the API answers to `METHOD /path`. */
  readonly answers: Readonly<Record<string, unknown>>;
}

/** A connector as it is written into a project, subscribed to one of its events. */
async function subscribed(name: string, vendor: Vendor) {
  const { connect, eventKey, parameters, config = '', answers } = vendor;
  const trigger = { type: 'connector-event-trigger', config: { eventKey, eventParameters: parameters ?? {} } };
  const { root } = await testProject({
    'membrane.yaml': config,
    'flows/on-event.yaml': JSON.stringify({ autoCreateInstances: true, nodes: { start: trigger } }),
  });
  await newElement({ cwd: root, kind: 'connector', key: name, from: name });
  const sent: { to: string; body: string }[] = [];
  const http: Http = {
    async send({ method, url, body = '' }: HttpRequest) {
      const to = `${method} ${new URL(url).pathname}`;
      sent.push({ to, body: String(body) });
      const text = JSON.stringify(answers[to] ?? {});
      const headers = { 'content-type': 'application/json' };
      return { status: answers[to] === undefined ? 404 : 200, headers, body: Buffer.from(text), ms: 1 };
    },
  };
  const clock = fakeClock();
  const [store, secrets] = [memoryStore(clock), memorySecrets()];
  const ports = {
    clock,
    http,
    ids: sequentialIds(),
    connections: memoryConnections(),
    tenants: memoryTenants(),
    store: async () => store,
    secrets: async () => secrets,
  };
  const env = { MEMBRANE_SECRETS: 'file' };
  const membrane = await openMembrane({ cwd: root, env, ports });
  await membrane.connections.connect({ integration: name, skipTest: true, ...connect });
  const wiring = await openWiring({ cwd: root, env, ports });
  onTestFinished(() => Promise.all([membrane.close(), wiring.close()]).then(() => undefined));
  const { engine } = wiring;
  sent.length = 0;
  await tend(engine);
  const subscription = await only(engine);
  expect(subscription.error).toBeUndefined();
  const own: WebhookTarget = { kind: 'hook', token: subscription.hook?.token ?? '' };
  return { engine, clock, membrane, subscription, sent, own };
}

/** Whether the receiver would let a request in. */
async function lets(engine: Engine, to: WebhookTarget, body: string, headers: Record<string, string>) {
  const opened = await openWebhook(engine, to, new AbortController().signal);
  if (opened?.signature === undefined) throw new Error('nothing is declared');
  const signatures = await engine.ports.signatures();
  const request = { method: 'POST', path: '/', search: '', remote: '', query: {}, headers, body: Buffer.from(body) };
  return signatures.verify(opened.signature, request, engine.ports.clock.now(), '').ok;
}

const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');
const payloads = async (engine: Engine) => (await listEvents(engine)).map(({ payload }) => payload);

it('GitHub: a webhook for each subscription, signed with the secret that it was given', async () => {
  const parameters = { owner: 'octocat', repository: 'hello-world' };
  const { engine, subscription, sent, own, membrane } = await subscribed('github', {
    connect: { auth: 'token', input: { token: 'SECRET-token' } },
    eventKey: 'repository',
    parameters,
    answers: { 'POST /repos/octocat/hello-world/hooks': { id: 12345678 }, 'DELETE /repos/octocat/hello-world/hooks/12345678': {} },
  });
  const [{ to = '', body = '{}' } = {}] = sent;
  const { config, ...rest } = JSON.parse(body) as { config: { secret: string; url: string } };
  expect([to, rest, config.url]).toEqual([
    'POST /repos/octocat/hello-world/hooks',
    { name: 'web', active: true, events: ['issues'] },
    subscription.hook?.uri,
  ]);
  const text = JSON.stringify({ action: 'opened', issue: { number: 17 } });
  const signed = { 'x-hub-signature-256': `sha256=${hmac(config.secret, text)}` };
  expect(await lets(engine, own, text, signed)).toBe(true);
  expect(await lets(engine, own, `${text} `, signed)).toBe(false);
  const address = `subscription:${subscription.id}`;
  const of = (event: string, id: string) => ({
    headers: { 'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': id },
  });
  await arrive(engine, address, '{"zen": "Keep it logically awesome."}', of('ping', 'd1'));
  await arrive(engine, address, text, of('issues', 'd2'));
  expect(await drain(engine)).toMatchObject({ done: 2, events: 1 });
  expect(await payloads(engine)).toEqual([{ event: 'issues', action: 'opened', issue: { number: 17 } }]);
  await membrane.connections.remove(subscription.connection ?? '');
  expect(sent.at(-1)?.to).toBe('DELETE /repos/octocat/hello-world/hooks/12345678');
});

it('Stripe: the API makes the secret, which nobody sees again', async () => {
  const { engine, clock, subscription, sent, own } = await subscribed('stripe', {
    connect: { input: { secretKey: 'SECRET-key' } },
    eventKey: 'account',
    parameters: { events: ['customer.created', 'invoice.paid'] },
    answers: { 'POST /v1/webhook_endpoints': { id: 'we_1', secret: 'whsec_SECRET' } },
  });
  expect([...new URLSearchParams(sent[0]?.body)]).toEqual([
    ['url', subscription.hook?.uri],
    ['enabled_events[]', 'customer.created'],
    ['enabled_events[]', 'invoice.paid'],
  ]);
  expect(subscription.hook?.state).toEqual({ id: 'we_1' });
  const text = JSON.stringify({ id: 'evt_1', type: 'customer.created', data: { object: { id: 'cus_1' } } });
  const time = Math.floor(clock.now() / 1000);
  const v1 = hmac('whsec_SECRET', `${time}.${text}`);
  expect(await lets(engine, own, text, { 'stripe-signature': `t=${time},v1=${v1}` })).toBe(true);
  expect(await lets(engine, own, text, { 'stripe-signature': `t=${time - 301},v1=${v1}` })).toBe(false);
  await arrive(engine, `subscription:${subscription.id}`, text);
  await arrive(engine, `subscription:${subscription.id}`, text);
  expect(await drain(engine)).toMatchObject({ done: 2, events: 1 });
  expect(await payloads(engine)).toEqual([JSON.parse(text)]);
});

it('Slack: one address for all workspaces, which answers its challenge', async () => {
  const { engine, clock, subscription } = await subscribed('slack', {
    connect: { auth: 'bot-token', input: { token: 'SECRET-token' } },
    eventKey: 'workspace',
    config: 'parameters: {slack: {signingSecret: s3cret}}\n',
    answers: { 'POST /api/auth.test': { ok: true, team_id: 'T1' } },
  });
  const global: WebhookTarget = { kind: 'global', integration: 'slack', key: 'events' };
  expect(subscription.hook?.uri).toBe('https://hooks.test/webhooks/global/slack/events');
  const text = JSON.stringify({ type: 'url_verification', challenge: 'c1' });
  const time = Math.floor(clock.now() / 1000);
  const signed = { 'x-slack-request-timestamp': String(time), 'x-slack-signature': `v0=${hmac('s3cret', `v0:${time}:${text}`)}` };
  expect(await lets(engine, global, text, signed)).toBe(true);
  const opened = await openWebhook(engine, global, new AbortController().signal);
  const asked = await arrive(engine, 'global:slack/events', text);
  expect(await opened?.handleNow(asked)).toEqual({ status: 200, body: { challenge: 'c1' } });
  const event = { type: 'message', channel: 'C1', text: 'Hello' };
  for (const team_id of ['T1', 'T2'])
    await arrive(engine, 'global:slack/events', { type: 'event_callback', team_id, event_id: `Ev${team_id}`, event });
  await drain(engine);
  expect(await payloads(engine)).toEqual([event]);
});
