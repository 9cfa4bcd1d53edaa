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
});
