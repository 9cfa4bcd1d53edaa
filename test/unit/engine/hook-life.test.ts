import { expect, it } from 'vitest';
import { endHooks } from '../../../src/engine/hook-life.js';
import { openWebhook } from '../../../src/engine/webhook-open.js';
import { hookWorld, isProven, onForm, only, publicUrl, submitted, tend } from './hook-world.js';

const { signal } = new AbortController();
const files = { 'connectors/crm/events/submitted.yaml': submitted, 'flows/on-form.yaml': onForm() };

it('subscribes once, keeps what is secret in the secret store, and knows its own address', async () => {
  const { engine, vendor, secrets, connectTo } = await hookWorld(files);
  const { id: connection } = await connectTo();
  expect((await tend(engine)).map((event) => event.type === 'hook' && event.did)).toEqual(['registered']);
  expect(await tend(engine)).toEqual([]);
  const { id, hook, method } = await only(engine);
  const token = hook?.token ?? '';
  const [given] = vendor.hooks.values();
  expect(token).toMatch(/^[\w-]{22}$/);
  expect(given).toEqual({
    url: `${publicUrl}/webhooks/hooks/${token}`,
    secret: expect.stringMatching(/^[\w-]{43}$/),
    form: 'a',
  });
  expect([method, hook?.uri, hook?.state]).toEqual(['webhook', given?.['url'], { id: 'h1' }]);
  expect(await secrets.read({ tenant: 'local', connection, part: `hook-${id}` })).toEqual({
    [token]: { secret: given?.['secret'], state: { apiToken: 'secret-of-h1' } },
  });
  expect(JSON.stringify(await only(engine))).not.toMatch(new RegExp(`${given?.['secret']}|secret-of-h1`));
  const to = { kind: 'hook', token } as const;
  expect(await isProven(engine, to, '{}', given?.['secret'] ?? '')).toBe(true);
  expect(await isProven(engine, to, '{}', 'another')).toBe(false);
  expect(await openWebhook(engine, { kind: 'hook', token: 'guessed' }, signal)).toBeUndefined();
});

it('renews at four fifths of its time, with the state that it was given', async () => {
  const { engine, vendor, clock, connectTo } = await hookWorld(files);
  await connectTo();
  await tend(engine);
  await clock.move(2_800_000);
  expect(await tend(engine)).toEqual([]);
  await clock.move(100_000);
  expect((await tend(engine)).map((event) => event.type === 'hook' && event.did)).toEqual(['renewed']);
  expect(vendor.asked).toEqual(['POST /hooks', 'PUT /hooks/h1/renew']);
  expect((await only(engine)).hook?.expiresAt).toBe(clock.now() + 3_600_000);
});

it('subscribes anew before it ends the old one, where parameters or the address changed', async () => {
  const { root, engine, openEngine, vendor, connectTo } = await hookWorld(files);
  await connectTo();
  await tend(engine);
  const before = (await only(engine)).hook?.token ?? '';
  const { writeFile } = await import('node:fs/promises');
  await writeFile(`${root}/flows/on-form.yaml`, onForm('b'));
  const edited = await openEngine();
  await tend(edited);
  expect(vendor.asked).toEqual(['POST /hooks', 'POST /hooks', 'DELETE /hooks/h1']);
  const after = (await only(edited)).hook?.token ?? '';
  expect(after).not.toBe(before);
  expect(await openWebhook(edited, { kind: 'hook', token: before }, signal)).toBeUndefined();
  await tend(edited, 'https://other.test');
  expect(vendor.asked.slice(3)).toEqual(['POST /hooks', 'DELETE /hooks/h2']);
  expect([...vendor.hooks.values()].map(({ url = '', form }) => [new URL(url).origin, form])).toEqual([
    ['https://other.test', 'b'],
  ]);
});

it('uses the address again of which it is not known whether the API has it', async () => {
  const { engine, vendor, connectTo } = await hookWorld(files);
  await connectTo();
  vendor.fails = 500;
  const [failed] = await tend(engine);
  expect(failed).toMatchObject({ type: 'hook', did: 'failed', error: { code: 'http/status' } });
  const { hook, error } = await only(engine);
  expect(error).toEqual(hook?.error);
  expect(JSON.stringify(error)).toContain('cannot reach [redacted]');
  expect(await tend(engine)).toEqual([]); // not before its time
  vendor.fails = undefined;
  const { clock } = engine.ports;
  await (clock as unknown as { move(ms: number): Promise<void> }).move(10_000);
  await tend(engine);
  const now = await only(engine);
  expect([now.hook?.token, now.hook?.next, now.error]).toEqual([hook?.next, undefined, undefined]);
});

it('can be asked while it subscribes: APIs send a challenge before they say yes', async () => {
  const { engine, vendor, connectTo } = await hookWorld(files);
  await connectTo();
  let answer: unknown;
  vendor.onSubscribe = async ({ url = '' }) => {
    const opened = await openWebhook(engine, { kind: 'hook', token: url.split('/').at(-1) ?? '' }, signal);
    const { tenant, to = '', answers } = opened ?? {};
    answer = [answers, await opened?.handleNow(request(tenant, to, { challenge: 'c1' }))];
  };
  await tend(engine);
  expect(answer).toEqual([true, { status: 202, body: { challenge: 'c1' } }]);
});

it('ends at once where a flow is switched off, and where its connection is deleted', async () => {
  const { engine, membrane, vendor, secrets, connectTo } = await hookWorld(files);
  const { id: connection } = await connectTo();
  await tend(engine);
  const { id, hook } = await only(engine);
  await membrane.flows.setEnabled('on-form', false, { connection: 'crm' });
  expect(vendor.asked).toEqual(['POST /hooks', 'DELETE /hooks/h1']);
  expect((await only(engine)).hook).toBeUndefined();
  expect(await secrets.read({ tenant: 'local', connection, part: `hook-${id}` })).toBeUndefined();
  expect(await openWebhook(engine, { kind: 'hook', token: hook?.token ?? '' }, signal)).toBeUndefined();
  await membrane.flows.setEnabled('on-form', true, { connection: 'crm' });
  await tend(engine);
  await membrane.connections.remove('crm');
  expect(vendor.asked.slice(2)).toEqual(['POST /hooks', 'DELETE /hooks/h2']);
});

it('lets nobody fail because the API cannot be told to stop, and tells it later', async () => {
  const { engine, membrane, vendor, clock, connectTo } = await hookWorld(files);
  await connectTo();
  await tend(engine);
  vendor.fails = 422;
  await membrane.flows.setEnabled('on-form', false, { connection: 'crm' });
  expect((await only(engine)).hook?.error).toMatchObject({ code: 'http/status' });
  vendor.fails = undefined;
  await clock.move(10_000);
  expect((await tend(engine)).map((event) => event.type === 'hook' && event.did)).toEqual(['removed']);
  expect([...vendor.hooks]).toEqual([]);
  await endHooks(engine, { signal }); // nothing is left to be ended
  expect(vendor.asked.filter((one) => one.startsWith('DELETE')).length).toBe(2);
});

it('ends what is paused for a week', async () => {
  const { engine, membrane, vendor, clock, connectTo } = await hookWorld(files);
  await connectTo();
  await tend(engine);
  await membrane.subscriptions.pause('flow/on-form/start#crm');
  await tend(engine);
  await clock.move(6 * 86_400_000);
  await tend(engine);
  expect([...vendor.hooks.keys()]).toEqual(['h1']);
  await clock.move(2 * 86_400_000);
  await tend(engine);
  expect([...vendor.hooks.keys()]).toEqual([]);
});

it('makes an address for who registers it by hand', async () => {
  const byHand =
    'implementationType: webhook\nmethods: {handle: {type: mapping, mapping: {events: [{$var: data}]}}}\n';
  const { engine, membrane, connectTo } = await hookWorld({
    ...files,
    'membrane.yaml': `watch: {listen: 8080, publicUrl: '${publicUrl}'}\n`,
    'connectors/crm/events/submitted.yaml': byHand,
  });
  await connectTo();
  const { hook } = await membrane.subscriptions.show('flow/on-form/start#crm');
  expect(hook).toEqual({
    token: expect.any(String),
    uri: `${publicUrl}/webhooks/hooks/${hook?.token}`,
    byHand: true,
  });
  await tend(engine);
  expect((await only(engine)).hook).toMatchObject({ token: hook?.token, uri: hook?.uri, byHand: true });
});

function request(tenant = '', to = '', body: unknown = {}) {
  const headers = { 'content-type': 'application/json' };
  return {
    id: '',
    tenant,
    state: 'pending',
    time: 0,
    to,
    query: {},
    headers,
    body: JSON.stringify(body),
    attempts: 0,
  } as const;
}
