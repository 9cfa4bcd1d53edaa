import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { json } from '../../support/server.js';
import { failure, world } from './world.js';

const main = `auth:
  type: client-credentials
  inputSchema:
    type: object
    properties: {apiKey: {type: string, isSensitive: true}, baseUri: {type: string}}
    required: [apiKey, baseUri]
  makeApiClient:
    type: mapping
    mapping: {baseUri: {$var: credentials.baseUri}, headers: {x-key: {$var: credentials.apiKey}}}
  test: {type: rest-api-mapping, mapping: {path: /main}}
`;

const sheets = `auth:
  type: proxy
  proxyKey: main
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$concat: [{$var: credentials.baseUri}, /sheets]}
      headers: {x-key: {$var: credentials.apiKey}}
`;

const routes = { '/main': json({}), '/sheets/list': json({ ok: true }), '/list': json({ plain: true }) };

async function open(files: Readonly<Record<string, string>>) {
  const opened = await world({ 'connectors/main/spec.yaml': main, ...files }, routes);
  const input = { apiKey: 'secret-key', baseUri: opened.server.url };
  const connect = (how: { auth?: string; input?: JsonObject } = {}) =>
    opened.membrane.connections.connect({ integration: 'sheets', input, ...how });
  return { ...opened, connect, input };
}

describe("another connector's authentication", () => {
  it('asks, makes credentials and tests; requests are made as the connector says itself', async () => {
    const { membrane, server, connect } = await open({ 'connectors/sheets/spec.yaml': sheets });
    const plan = await membrane.connections.plan({ integration: 'sheets' });
    expect([plan.authType, plan.inputSchema]).toEqual([
      'client-credentials',
      {
        type: 'object',
        properties: { apiKey: { type: 'string', isSensitive: true }, baseUri: { type: 'string' } },
        required: ['apiKey', 'baseUri'],
      },
    ]);
    expect(await failure(connect({ input: { apiKey: 'k' } }))).toMatchObject({ code: 'input/invalid' });
    const tested = await failure(connect());
    expect(tested).toMatchObject({ code: 'connection/test' });
    expect(server.requests.map(({ path }) => path)).toEqual(['/sheets/main']);
  });

  it('is used whole where the connector says nothing of its own', async () => {
    const { membrane, connect, server } = await open({
      'connectors/sheets/spec.yaml': 'auth: {type: proxy, proxyKey: main}\n',
    });
    await connect();
    expect((await membrane.request('sheets', { path: '/list' })).data).toEqual({ plain: true });
    expect(server.requests.map(({ path, headers }) => [path, headers['x-key']])).toEqual([
      ['/main', 'secret-key'],
      ['/list', 'secret-key'],
    ]);
  });

  it('offers the options of the other connector', async () => {
    const options = `auth:
  options:
    key:
      type: client-credentials
      inputSchema: {type: object, properties: {apiKey: {type: string}, baseUri: {type: string}}}
    open: {type: none}
  makeApiClient: {type: mapping, mapping: {baseUri: {$var: connectionParameters.baseUri}}}
`;
    const { membrane, connect } = await open({
      'connectors/main/spec.yaml': options,
      'connectors/sheets/spec.yaml': 'auth: {type: proxy, proxyKey: main}\n',
    });
    expect(await failure(connect())).toEqual({
      code: 'usage/ambiguous',
      message: '"sheets" offers several ways to authenticate',
      hint: 'choose one: --auth key|open',
    });
    expect(await connect({ auth: 'key' })).toMatchObject({ authOptionKey: 'key', state: 'READY' });
    expect((await membrane.request('sheets', { path: '/list' })).data).toEqual({ plain: true });
  });

  it('cannot be that of a connector which is not there, or go round in circles', async () => {
    const missing = await open({ 'connectors/sheets/spec.yaml': 'auth: {type: proxy, proxyKey: mian}\n' });
    const circle = await open({
      'connectors/main/spec.yaml': 'auth: {type: proxy, proxyKey: sheets}\n',
      'connectors/sheets/spec.yaml': 'auth: {type: proxy, proxyKey: main}\n',
    });
    expect([
      await failure(missing.connect(), missing.root),
      await failure(circle.connect(), circle.root),
    ]).toEqual([
      {
        code: 'project/errors',
        message: 'connector/sheets cannot be used: 1 error in its files',
        hint: 'see them all with "membrane validate"',
        frames: ['connectors/sheets/spec.yaml:1:31 ref/not-found: no connector "mian"'],
      },
      {
        code: 'auth/config',
        message: 'connectors use each other\'s authentication in a circle: "sheets"',
        hint: 'one of them must say how to authenticate',
        at: 'connectors/main/spec.yaml:1:31',
      },
    ]);
  });
});
