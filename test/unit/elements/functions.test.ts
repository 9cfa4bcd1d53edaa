import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { FunctionContext } from '../../../src/core/function.js';
import type { JsonObject } from '../../../src/core/json.js';
import type { ApiClient } from '../../../src/core/kind.js';
import { functionTypes } from '../../../src/elements/index.js';
import { answering, evaluateIn } from './context.js';
import { kindNamed } from './fit.js';

function run(yaml: string, variables: Record<string, unknown>, client?: ApiClient): Promise<unknown> {
  const value = parse(yaml) as JsonObject;
  const type = functionTypes.find((candidate) => candidate.name === value['type']);
  const context: FunctionContext = {
    runCode: () => Promise.reject(new Error('no code was expected here')),
    variables,
    evaluate: evaluateIn(value, variables),
    ...(client === undefined ? {} : { client }),
    signal: new AbortController().signal,
  };
  return type?.run?.(context, value) ?? Promise.reject(new Error('cannot be run'));
}

it('a mapping is a value over the arguments', async () => {
  const yaml = 'type: mapping\nmapping: {headers: {X-Api-Key: {$var: $.credentials.apiKey}}}';
  expect(await run(yaml, { credentials: { apiKey: 'k' } })).toEqual({ headers: { 'X-Api-Key': 'k' } });
});

describe('a rest-api-mapping', () => {
  it('sends one request and maps its response', async () => {
    const { client, requests } = answering({ items: [{ id: 1 }] }, 201);
    const yaml = `
type: rest-api-mapping
mapping:
  path: /contacts
  method: post
  requestMapping: {query: {page: {$var: $.cursor}}, data: {$var: $.fields}}
  responseMapping:
    records: {$var: $.response.data.items}
    status: {$var: $.response.statusCode}
    type: {$var: $.response.headers.content-type}
    asked: {$var: $.cursor}
`;
    expect(await run(yaml, { cursor: '2', fields: { a: 1 } }, client)).toEqual({
      records: [{ id: 1 }],
      status: 201,
      type: 'application/json',
      asked: '2',
    });
    expect(requests).toEqual([
      { path: '/contacts', method: 'POST', query: { page: '2' }, data: { a: 1 }, at: ['mapping'] },
    ]);
  });

  it('gives the data of the response where nothing maps it', async () => {
    const { client, requests } = answering({ name: 'Jo' });
    expect(await run('type: rest-api-mapping\nmapping: {path: /me}', {}, client)).toEqual({ name: 'Jo' });
    expect(requests).toEqual([{ path: '/me', method: 'GET', at: ['mapping'] }]);
  });

  it('needs a client and a path', async () => {
    const yaml = 'type: rest-api-mapping\nmapping: {path: {$var: $.nothing}}';
    await expect(run(yaml, {})).rejects.toMatchObject({
      code: 'run/unsupported',
      message: 'a "rest-api-mapping" function cannot send a request here',
    });
    await expect(run(yaml, {}, answering(null).client)).rejects.toMatchObject({
      code: 'http/request',
      message: 'the "path" of a "rest-api-mapping" function is no text once its formulas are resolved',
    });
  });
});

it('not-supported says so', async () => {
  await expect(run('type: not-supported', {})).rejects.toMatchObject({
    code: 'run/unsupported',
    message: 'the connector says that its API does not support this',
  });
});

it('functions of a collection stand under methods, directly, or in files', () => {
  const value = parse(`
list: {type: not-supported}
methods: {create: {requiredFields: [email]}}
events:
  created: {implementationType: webhook}
  updated: {implementationType: pull-latest-records, pullLatestRecords: {implementationType: javascript}}
  deleted: {}
`) as JsonObject;
  const places = kindNamed('data-collection').places(value);
  expect(
    places.map((place) => [place.at.join('.'), place.holds === 'function' ? place.file : place.holds]),
  ).toEqual([
    ['list', 'list'],
    ['methods.findById', 'find-by-id'],
    ['methods.match', 'match'],
    ['methods.search', 'search'],
    ['methods.create', 'create'],
    ['methods.update', 'update'],
    ['methods.delete', 'delete'],
    ['fieldsFromApi', 'fields-from-api'],
    ['fieldsToApi', 'fields-to-api'],
    ['recordFromApi', 'record-from-api'],
    ['recordToApi', 'record-to-api'],
    ['customFields', 'custom-fields'],
    ['customFieldsSchema', 'custom-fields-schema'],
    ['events.created.methods.subscribe', 'events-created-webhook-subscribe'],
    ['events.created.methods.handle', 'events-created-webhook-handle'],
    ['events.created.methods.unsubscribe', 'events-created-webhook-unsubscribe'],
    ['events.created.methods.refresh', 'events-created-webhook-refresh'],
    ['events.updated.pullLatestRecords', 'events-updated-pull-latest-records'],
  ]);
});
