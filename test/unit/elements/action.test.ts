import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/core/json.js';
import { actionTypes } from '../../../src/elements/action/types/index.js';
import { answering, runContext } from './context.js';
import { kindNamed } from './fit.js';

const action = kindNamed('action');
const element = (yaml: string) => parse(yaml) as JsonObject;

describe('running an action', () => {
  it('sends a request to the external app and gives the data of its response', async () => {
    const value = element(`
type: api-request-to-external-app
config:
  request:
    path: /contacts/{id}
    method: put
    pathParameters: {id: {$var: $.input.id}}
    query: {notify: true}
    headers: {X-Reason: test}
    data: {email: {$var: $.input.email}, name: {$var: $.input.name}}
`);
    const { client, requests } = answering({ id: '7' });
    const context = runContext(value, { id: '7', email: 'jo@example.com' }, { externalApp: client });
    expect(await action.run?.(context, value)).toEqual({ id: '7' });
    expect(requests).toEqual([
      {
        path: '/contacts/{id}',
        method: 'PUT',
        pathParameters: { id: '7' },
        query: { notify: true },
        headers: { 'X-Reason': 'test' },
        data: { email: 'jo@example.com' },
        at: ['config', 'request'],
      },
    ]);
  });

  it('takes GET without a body and POST with one, where no method is given', async () => {
    const { client, requests } = answering(null);
    for (const body of ['', '    body: [1]']) {
      const value = element(`type: http-request\nconfig:\n  request:\n    uri: https://a.example/x\n${body}`);
      await action.run?.(runContext(value, {}, { web: client }), value);
    }
    expect(requests).toEqual([
      { path: 'https://a.example/x', method: 'GET', at: ['config', 'request'] },
      { path: 'https://a.example/x', method: 'POST', data: [1], at: ['config', 'request'] },
    ]);
  });

  it('sends the whole input to your app unless told otherwise', async () => {
    const { client, requests } = answering('ok');
    const configs = ['{}', '{request: {uri: hooks, method: GET}}', '{request: {uri: hooks, body: {a: 1}}}'];
    for (const config of configs) {
      const value = element(`type: api-request-to-your-app\nconfig: ${config}`);
      await action.run?.(runContext(value, { id: '7' }, { yourApp: client }), value);
    }
    const at = ['config', 'request'];
    expect(requests).toEqual([
      { path: '', method: 'POST', data: { id: '7' }, at },
      { path: 'hooks', method: 'GET', at },
      { path: 'hooks', method: 'POST', data: { a: 1 }, at },
    ]);
  });

  it('maps the output, which sees input and output', async () => {
    const value = element(`
type: api-request-to-external-app
config: {request: {path: /me}}
outputMapping: {asked: {$var: $.input.for}, got: {$var: $.output.name}, tenant: {$var: $.tenant.key}}
`);
    const { client } = answering({ name: 'Jo' });
    const context = runContext(value, { for: 'me' }, { externalApp: client });
    expect(await action.run?.(context, value)).toEqual({ asked: 'me', got: 'Jo', tenant: 'local' });
  });

  it('says what is missing from the request', async () => {
    const failures: unknown[] = [];
    for (const config of ['{}', '{request: {path: {$var: $.input.nothing}}}']) {
      const value = element(`type: api-request-to-external-app\nconfig: ${config}`);
      const run = action.run?.(runContext(value, {}, {}), value);
      failures.push(await run?.catch((error: Error & { code: string }) => [error.code, error.message]));
    }
    expect(failures).toEqual([
      ['http/request', 'the config gives no "request" once its formulas are resolved'],
      ['http/request', 'the config gives no address once its formulas are resolved'],
    ]);
  });
});

it('knows which types need a connection', () => {
  const without = actionTypes.filter(({ name }) => action.needsConnection?.({ type: name }) !== true);
  expect(without.map(({ name }) => name)).toEqual([
    'http-request',
    'api-request-to-your-app',
    'run-javascript',
  ]);
});

it('knows what stands where', () => {
  const value = element(`
type: update-data-record
inputSchema: {type: object}
config:
  dataSource: {key: users, collectionParameters: {a: 1}}
  id: {$var: $.input.id}
  fieldMapping:
    key: {$var: $.input.mapping}
    defaultValue: {email: x}
    appSchema: {$ref: contacts}
outputMapping: {$var: $.output}
customOutputSchema: true
`);
  expect(
    action.places(value).map(({ at, holds, ...rest }) => [at.join('.'), holds, ...Object.values(rest)]),
  ).toEqual([
    ['outputMapping', 'formula'],
    ['inputSchema', 'schema'],
    ['customOutputSchema', 'schema'],
    ['config.id', 'formula'],
    ['config.dataSource.key', 'ref', 'data-source'],
    ['config.dataSource.collectionParameters', 'formula'],
    ['config.fieldMapping.appSchema', 'schema'],
    ['config.fieldMapping.key', 'formula'],
    ['config.fieldMapping.defaultValue', 'formula'],
  ]);
});
