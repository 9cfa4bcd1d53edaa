import { describe, expect, it } from 'vitest';
import { run } from './world.js';

const flow = `nodes:
  start:
    type: api-trigger
    links: [{key: people}]
  people:
    type: api-request-to-external-app
    config: {request: {path: /people, method: GET}}
    links: [{key: each}]
  each:
    type: for-each
    version: 2
    config: {items: {$var: input.people}, rootNodeKey: add}
  add:
    type: run-action
    config: {actionKey: create, inputMapping: {name: {$var: input.each.item.name}}}
`;

const none = 'tests: [{name: none, skip: flows only}]\n';
const skipped = { name: 'none', state: 'skipped', reason: 'flows only' };

describe('a test of a flow', () => {
  it('runs all of it, and gives the outputs of its nodes', async () => {
    const tests = `connection: {integration: crm}
responses:
  - {request: GET /people, body: [{name: Ada}, {name: Bob}]}
  - {request: POST /contacts, body: {id: "1", name: Ada}}
tests:
  - name: all
    requests: [GET /people, POST /contacts, POST /contacts]
    outputContains: {people: [[{name: Ada}, {name: Bob}]], add: [{id: "1"}, {id: "1"}]}
`;
    expect(await run(none, { 'flows/people.yaml': flow, 'flows/people.test.yaml': tests })).toEqual([
      skipped,
      { name: 'all', state: 'passed' },
    ]);
  });

  it('can give what nodes would have given, or fail', async () => {
    const tests = `connection: {integration: crm}
tests:
  - name: told
    nodes: {people: {output: [{name: Ada}]}, add: {output: {id: "9"}}}
    requests: []
    outputContains: {add: [{id: "9"}]}
  - name: fails
    nodes: {people: {error: {message: nobody is there}}}
    error: {code: run/failed, message: nobody is there}
    requests: []
`;
    expect(await run(none, { 'flows/people.yaml': flow, 'flows/people.test.yaml': tests })).toEqual([
      skipped,
      { name: 'told', state: 'passed' },
      { name: 'fails', state: 'passed' },
    ]);
  });

  it('has the outputs of what is behind the trigger, whether it decides anything or not', async () => {
    const links = '[{key: a, filter: {$eval: {$var: input.n}, gt: 1}}, {key: b}]';
    const decides = `nodes:
  start: {type: api-trigger, links: ${links}}
  a: {type: filter, config: {filter: true}}
  b: {type: transform-data, config: {output: {$var: input.n}}}
`;
    const tests = `tests:
  - {name: decides, input: {n: 2}, output: {a: [{n: 2, start: {n: 2}}], b: [2]}}
`;
    expect(await run(none, { 'flows/two.yaml': decides, 'flows/two.test.yaml': tests })).toEqual([
      skipped,
      { name: 'decides', state: 'passed' },
    ]);
  });

  it('makes up what the connector itself wants to know', async () => {
    const shop = `name: Shop
parametersSchema: {type: object, properties: {baseUri: {type: string}}, required: [baseUri]}
auth:
  type: client-credentials
  inputSchema: {type: object, properties: {apiKey: {type: string}}, required: [apiKey]}
  makeApiClient:
    type: mapping
    mapping: {baseUri: {$var: connectorParameters.baseUri}, headers: {x-api-key: {$var: credentials.apiKey}}}
`;
    const one = `nodes:
  start: {type: api-trigger, links: [{key: get}]}
  get: {type: api-request-to-external-app, config: {request: {path: /items}}}
`;
    const tests = `connection: {integration: shop}
tests:
  - name: made up
    responses: [{request: 'GET https://shop.example/items', body: [1]}]
    output: {get: [[1]]}
  - name: given
    connection: {integration: shop, connectorParameters: {baseUri: https://eu.shop.example}}
    responses: [{request: 'GET https://eu.shop.example/items', body: [2]}]
    output: {get: [[2]]}
`;
    const files = {
      'connectors/shop/spec.yaml': shop,
      'flows/items.yaml': one,
      'flows/items.test.yaml': tests,
    };
    expect(await run(none, files)).toEqual([
      skipped,
      { name: 'made up', state: 'passed' },
      { name: 'given', state: 'passed' },
    ]);
  });
});
