import { expect, it } from 'vitest';
import { json, status } from '../../support/server.js';
import { failure, world } from './world.js';

const flow = `nodes:
  start:
    type: api-trigger
    links: [{key: greet}]
  wanted:
    type: data-record-created-trigger
    config: {dataSource: {collectionKey: contacts}, filter: {$eval: {$var: record.fields.vip}, is: true}}
    links: [{key: greet}]
  greet:
    type: transform-data
    inputSchema: {type: object, properties: {start: {type: object}}, required: [start]}
    testInput: {start: {who: Ada}}
    config: {output: {$concat: {values: [Hello, {$var: input.start.who}], delimiter: ' '}}}
    links: [{key: each}]
  each:
    type: for-each
    testInput: {list: [a, b]}
    config: {items: {$var: input.list}, rootNodeKey: double}
    links: [{key: send}]
  double:
    type: transform-data
    config: {output: {$concat: [{$var: input.each.item}, {$var: input.each.item}]}}
  send:
    type: api-request-to-external-app
    config: {request: {path: /orders, method: POST, data: {$var: input}}}
`;

const collection =
  'name: Contacts\nlist:\n  type: rest-api-mapping\n  mapping: {path: /contacts, method: get}\n';

it('one node runs alone, with its own input', async () => {
  const { membrane, connect, server } = await world(
    { 'flows/f.yaml': flow, 'connectors/crm/data/contacts/spec.yaml': collection },
    { '/orders': json({ number: 1 }) },
  );
  await connect();
  const test = async (node: string, how?: Parameters<typeof membrane.flows.testNode>[2]) => {
    const { state, output, writes } = await membrane.flows.testNode('f', node, how);
    return { state, output, ...(writes.length === 0 ? {} : { writes }) };
  };
  expect(await test('greet')).toEqual({ state: 'completed', output: 'Hello Ada' });
  expect(await test('greet', { input: { start: { who: 'Bob' } } })).toEqual({
    state: 'completed',
    output: 'Hello Bob',
  });
  expect(await test('each')).toEqual({ state: 'completed', output: { double: ['aa', 'bb'] } });
  expect(await test('send', { input: { a: 1 } })).toEqual({ state: 'completed', output: { number: 1 } });
  expect(await test('send', { input: { a: 1 }, dry: true })).toEqual({
    state: 'completed',
    output: { id: 'dry-run' },
    writes: [
      {
        node: 'send',
        nodeRun: 'send:0',
        does: 'request',
        method: 'POST',
        url: `${server.url}/orders`,
        body: { a: 1 },
      },
    ],
  });
  expect(server.requests.map(({ body }) => body)).toEqual(['{"a":1}']);
  const event = (vip: boolean) => ({ input: { type: 'created', record: { id: '1', fields: { vip } } } });
  expect(await test('wanted', event(true))).toEqual({ state: 'completed', output: event(true).input });
  expect(await test('wanted', event(false))).toEqual({ state: 'skipped', output: null });
  expect(await test('start')).toEqual({ state: 'nothing', output: null });
  expect(await membrane.flows.runs.list()).toEqual([]);
});

it('what is wrong with it is said', async () => {
  const { membrane, connect, root } = await world(
    { 'flows/f.yaml': flow, 'connectors/crm/data/contacts/spec.yaml': collection },
    { '/orders': status(500) },
  );
  const test = (node: string, how?: Parameters<typeof membrane.flows.testNode>[2]) =>
    failure(membrane.flows.testNode('f', node, how), root);
  expect((await membrane.flows.testNode('f', 'greet')).output).toBe('Hello Ada');
  expect(await test('send')).toEqual({
    code: 'connection/missing',
    message: 'flow/f needs a connection',
    hint: 'make one with "membrane connect", or name one with --connection',
    at: 'flows/f.yaml:25:14',
  });
  await connect();
  expect(await test('gret')).toEqual({
    code: 'usage/argument',
    message: 'the flow "f" has no node "gret"',
    hint: 'did you mean "greet"?',
  });
  expect(await test('greet', { input: {} })).toEqual({
    code: 'input/invalid',
    message: 'the input does not fit its schema: "start" is missing',
    hint: 'see what "greet" takes: membrane flow show f',
  });
  expect(await test('send')).toEqual({
    code: 'http/status',
    message: 'the API answered 500 to "POST /orders"',
    hint: 'the API may have done it all the same, so it was not sent again: look before you run it again',
    at: 'flows/f.yaml:25:14',
  });
});

it('a node that fails is told, also where the flow would take care of it', async () => {
  const careful = `nodes:
  start: {type: api-trigger, links: [{key: ask}]}
  ask:
    type: api-request-to-external-app
    onError: continue
    config: {request: {path: '/orders/{id}', pathParameters: {id: {$var: input.id}}}}
`;
  const { membrane, connect, root } = await world(
    { 'flows/f.yaml': careful },
    { '/orders/404': status(404, { message: 'none' }) },
  );
  await connect();
  expect(await failure(membrane.flows.testNode('f', 'ask', { input: { id: '404' } }), root)).toEqual({
    code: 'http/status',
    message: 'the API answered 404 to "GET /orders/404": none',
    hint: 'check the path and its parameters, and the base address of the connector',
    at: 'flows/f.yaml:6:14',
  });
});

it('a filter that lets its input pass gives it', async () => {
  const { membrane } = await world({
    'flows/f.yaml': `nodes:
  start: {type: api-trigger, links: [{key: wanted}]}
  wanted: {type: filter, config: {filter: {$var: input.ok}}}
`,
  });
  const { state, output } = await membrane.flows.testNode('f', 'wanted', { input: { ok: true, n: 1 } });
  expect({ state, output }).toEqual({ state: 'completed', output: { ok: true, n: 1 } });
});
