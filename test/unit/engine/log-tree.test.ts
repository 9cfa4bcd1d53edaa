import { expect, it } from 'vitest';
import type { Membrane } from '../../../src/membrane.js';
import { json, status } from '../../support/server.js';
import { failure, world } from './world.js';

type Tree = Awaited<ReturnType<Membrane['logs']['show']>>;

const shape = ({ type, state = '', about, caused }: Tree): unknown =>
  caused.length === 0 ? `${type} ${state} ${about}` : [`${type} ${state} ${about}`, ...caused.map(shape)];

const flow = `autoCreateInstances: true
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: ordered}}, links: [{key: get}]}
  get:
    type: api-request-to-external-app
    config: {request: {path: /get}}
    links: [{key: bad}]
  bad:
    type: api-request-to-external-app
    config: {request: {path: /bad}}
`;

async function ordered() {
  const made = await world(
    {
      'flows/f.yaml': flow,
      'internal-events/ordered.yaml': 'schema: {type: object}\n',
      'actions/get.yaml': 'type: api-request-to-external-app\nconfig: {request: {path: /get}}\n',
    },
    { '/get': json({ ok: true }), '/bad': status(404, { message: 'gone' }) },
  );
  await made.connect();
  const [emitted] = await made.membrane.events.emit('ordered', [{ number: 1 }]);
  await made.membrane.watch({ once: true });
  return { ...made, event: emitted?.id ?? '' };
}

it('an entry of the log shows all that it caused', async () => {
  const { membrane, event, server } = await ordered();
  const run = [
    'flow-run failed flow/f with crm',
    ['node-run completed start:0/get:0.0 (0 ms)', `request ok GET ${server.url}/get 200`],
    [
      'node-run failed start:0/get:0.0/bad:0.0 (0 ms): the API answered 404 to "GET /bad": gone',
      `request failed GET ${server.url}/bad 404`,
    ],
  ];
  const tree = await membrane.logs.show(event);
  expect(shape(tree)).toEqual([
    'internal-event stored ordered → flow/f/start#crm',
    ['event done flow/f/start#crm app-event', run],
  ]);
  const [flowRun] = await membrane.flows.runs.list();
  expect(shape(await membrane.logs.show(flowRun?.id ?? ''))).toEqual(run);
  expect(shape(await membrane.logs.show(`${flowRun?.id}/start:0/get:0.0`))).toEqual(run[1]);
  const [stored] = await membrane.events.list();
  const begun = await membrane.logs.show((stored?.id ?? '').slice(0, 12));
  expect(begun.id).toBe(stored?.id);
  expect(await failure(membrane.logs.show('0000'))).toEqual({
    code: 'element/not-found',
    message: 'no log entry "0000"',
    hint: 'see them with "membrane logs"',
  });
});

it('is chosen by type, state, and what caused it', async () => {
  const { membrane, event } = await ordered();
  const list = async (query: Parameters<typeof membrane.logs.list>[0]) =>
    (await membrane.logs.list(query)).map(({ type, state }) => `${type} ${state}`).sort();
  expect(await list({})).toEqual([
    'connection-attempt completed',
    'event done',
    'flow-run failed',
    'internal-event stored',
    'request failed',
    'request ok',
  ]);
  expect(await list({ state: 'failed' })).toEqual(['flow-run failed', 'request failed']);
  const [stored] = await membrane.events.list();
  expect(await list({ parent: stored?.id })).toEqual(['flow-run failed']);
  const [run] = await membrane.flows.runs.list();
  expect(await list({ parent: run?.id })).toEqual(['request failed', 'request ok']);
  expect(event).not.toBe('');
  expect(await failure(membrane.logs.list({ type: 'evnt' }))).toEqual({
    code: 'usage/argument',
    message: 'the log has no type "evnt"',
    hint: 'did you mean "event"?',
  });
  expect(await failure(membrane.logs.list({ type: 'request', state: 'dead' }))).toEqual({
    code: 'usage/argument',
    message: 'no "request" can be in the state "dead"',
    hint: 'states are ok, failed',
  });
});

it('is of one tenant', async () => {
  const { membrane, open, event } = await ordered();
  await membrane.tenants.create('acme');
  const acme = await open({ tenant: 'acme' });
  const [run] = await membrane.flows.runs.list();
  expect(await acme.logs.list()).toEqual([]);
  expect(await acme.logs.list({ parent: run?.id })).toEqual([]);
  for (const id of [event, run?.id ?? '', `${run?.id}/start:0/get:0.0`, event.slice(0, 10)])
    expect((await failure(acme.logs.show(id)))['code']).toBe('element/not-found');
});

it('is followed: each entry once, and again in another state', async () => {
  const { membrane, clock } = await ordered();
  const end = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { type, state } of membrane.logs.follow({}, { signal: end.signal }))
      seen.push(`${type} ${state}`);
  })();
  await membrane.actions.run('get', { connection: 'crm' });
  await clock.move(600);
  await clock.move(600);
  end.abort(new Error('enough'));
  await expect(following).rejects.toThrow('enough');
  expect(seen.slice(-2).sort()).toEqual(['action-run completed', 'request ok']);
  expect(seen.filter((line) => line === 'action-run completed')).toHaveLength(1);
});
