import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, it } from 'vitest';
import { logs } from '../../../src/cli/commands/logs.js';
import { isDisconnected } from '../../../src/engine/refresh-errors.js';
import type { Connection } from '../../../src/core/connection.js';
import { json, status } from '../../support/server.js';
import { fakeSession } from '../cli/fake-session.js';
import { connector, failure, world } from './world.js';

const allowed = 'start with a letter or digit, go on with letters, digits, "-", "_" and "."';
const other = 'choose a key that differs by a letter or a digit';
const file = (...keys: string[]) => ({
  format: 1,
  connections: keys.map((key) => ({ key, name: 'CRM', integrationKey: 'crm' })),
});

it('a key is what can be a folder, and is told apart from all others', async () => {
  const { connect, membrane } = await world({});
  await connect({ key: 'Acme-1' });
  const ways = [
    (key: string) => connect({ key }),
    (key: string) => membrane.connections.plan({ integration: 'crm', key }),
    (key: string) => membrane.connections.import(file(key)),
    async (key: string) => {
      await connect({ key: 'spare' }).catch(() => undefined);
      return membrane.connections.rename('spare', { key });
    },
  ];
  for (const way of ways) {
    for (const key of ['../up', 'a b', '.hidden', 'a/b', 'a\nb', '-x']) {
      expect(await failure(way(key))).toEqual({
        code: 'usage/argument',
        message: `"${key}" cannot be the key of a connection`,
        hint: allowed,
      });
    }
    expect(await failure(way('acme-1'))).toEqual({
      code: 'usage/argument',
      message: '"acme-1" and the connection "Acme-1" differ by case only',
      hint: other,
    });
    expect(await failure(way('acme_1'))).toEqual({
      code: 'usage/argument',
      message: '"acme_1" and the connection "Acme-1" would share the variables MEMBRANE_SECRET_ACME_1_…',
      hint: other,
    });
  }
  expect(await failure(membrane.connections.import(file('b.1', 'b-1')))).toMatchObject({
    code: 'usage/argument',
  });
  expect((await membrane.connections.list()).map(({ key }) => key)).toEqual(['Acme-1', 'spare']);
  await membrane.connections.rename('Acme-1', { key: 'acme-1' });
  await connect({ key: 'Ümläut_2.b' });
});

it('a parameter of the connector that is wrong can be changed, and the hint says how', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { clock, membrane } = await world({
    'connectors/crm/spec.yaml': `${connector.replace('connectionParameters.baseUri', 'connectorParameters.address').replace('[apiKey, baseUri]', '[apiKey]')}parametersSchema: {type: object, properties: {address: {type: string}}}\n`,
    'integrations/crm/spec.yaml': `parameters: {address: 'http://127.0.0.1:${port}'}\n`,
  });
  const attempt = async (configured: boolean) => {
    let ended = false;
    const how = { integration: 'crm', input: { apiKey: 'x' }, configured };
    const work = failure(membrane.connections.connect(how)).finally(() => (ended = true));
    while (!ended) await clock.move(1000);
    return work;
  };
  const check =
    'check that the server is running, and the host and port in the base address; it was tried 4 times';
  expect((await attempt(false))['hint']).toBe(
    `${check}; nothing was saved; the address is made of parameters of the connector: change them with "membrane integration configure crm"`,
  );
  expect((await attempt(true))['hint']).toBe(
    `${check}; no connection was saved; what you gave for the connector was kept; change it with "membrane integration configure crm"`,
  );
});

it('what makeApiClient declares wrongly is refused, and points there', async () => {
  const slips = {
    'retry: {tries: -1}': ['"tries" of "retry" is -1', 'it is a number from 1 on'],
    'retry: {$var: connectionParameters}': [
      '"retry" of the connector has no field "apiKey"',
      'it has tries, baseMs, maxWaitMs, notAccepted',
    ],
    'rateLimit: {$var: connectionParameters}': [
      '"rateLimit" of the connector has no field "apiKey"',
      'it has requests, seconds, burst, headers',
    ],
    'pagination: {$var: connectionParameters}': [
      '"type" of the pagination is missing',
      'it is one of link-header, next-url, cursor, offset, page',
    ],
  };
  for (const [line, [message, hint]] of Object.entries(slips)) {
    const yaml = connector.replace(
      '    mapping:\n      baseUri',
      `    mapping:\n      ${line}\n      baseUri`,
    );
    const { connect, root, membrane } = await world({ 'connectors/crm/spec.yaml': yaml });
    await connect();
    const found = await failure(membrane.connections.test('crm'), root);
    expect(found).toMatchObject({ message, hint, at: 'connectors/crm/spec.yaml:11:5' });
  }
});

it('a field that is near one that is asked for is named', async () => {
  const { open } = await world({});
  const warnings: string[] = [];
  const membrane = await open({
    emit: (event) => void (event.type === 'warning' && warnings.push(event.message)),
  });
  const input = { apiKye: 'x', region: 'eu', baseUri: 'http://127.0.0.1:9' };
  expect(await failure(membrane.connections.connect({ integration: 'crm', key: 'b', input }))).toEqual({
    code: 'input/invalid',
    message: 'what was given does not fit its schema: "apiKey" is missing',
    hint: 'give it on standard input: membrane connect crm --key b --input - (or in a terminal, which asks)',
  });
  expect(warnings).toEqual(['"apiKye" is not asked for: did you mean "apiKey"?']);
});

it('who connects under the same key a moment later is told so, and loses nothing of the first', async () => {
  const { membrane, server, secrets } = await world(
    {},
    {
      '/me': async (response, request) => {
        await first.catch(() => undefined);
        await json({})(response, request);
      },
    },
  );
  const input = { apiKey: 'k', baseUri: server.url };
  let begin: () => void = () => undefined;
  const first: Promise<unknown> = new Promise<void>((resolve) => (begin = resolve)).then(() =>
    membrane.connections.connect({ integration: 'crm', input, skipTest: true }),
  );
  const second = failure(membrane.connections.connect({ integration: 'crm', input }));
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  begin();
  expect(await second).toEqual({
    code: 'connection/exists',
    message: 'another process has made a connection "crm" meanwhile',
    hint: 'use that one, or connect again with another --key; nothing was saved',
  });
  expect((await membrane.connections.list()).length).toBe(1);
  expect(Object.keys(secrets.all()).length).toBe(1);
});

it('requests by hand are logged, and logs are found by the key of the connection', async () => {
  const { connect, membrane } = await world({}, { '/x': [json({}), status(404, {})] });
  const { id } = await connect();
  await membrane.request('crm', { path: '/x' });
  await failure(membrane.request('crm', { path: '/x' }));
  const entries = await membrane.logs.list({ type: 'request', parent: id });
  expect(entries.map(({ state, data }) => [state, data['method'], data['status']]).sort()).toEqual([
    ['failed', 'GET', 404],
    ['ok', 'GET', 200],
  ]);
  const run = (options: Record<string, string>) =>
    logs.run(fakeSession({ membrane }), [], options) as Promise<{ data: unknown[] }>;
  expect((await run({ parent: 'crm', type: 'request' })).data).toEqual(entries);
  expect(await failure(run({ parent: 'cmr' }))).toEqual({
    code: 'usage/argument',
    message: '"cmr" is no id, no connection and no subscription',
    hint: 'did you mean "crm"?',
  });
});

it('the file of a function that is missing is named as such', async () => {
  const { connect, open, root } = await world({});
  await connect();
  const gone = connector.replace(/  test:\n.*\n.*\n/, '  test: {implementationType: rest-api-mapping}\n');
  writeFileSync(path.join(root, 'connectors/crm/spec.yaml'), gone);
  expect(await failure((await open()).connections.test('crm'), root)).toEqual({
    code: 'function/file',
    message: 'the file of the function "auth.test" is missing',
    hint: 'write "test.rest.yml" where it is looked for; see "membrane validate"',
    at: 'connectors/crm/spec.yaml:15:9',
  });
});

it('a message names a connection once', () => {
  const message =
    'the grant of the connection "crm" has ended: "id.example.com" refuses the grant: invalid_grant';
  const connection = { key: 'crm', integrationKey: 'crm', error: { code: 'auth/invalid-grant', message } };
  expect(isDisconnected(connection as Connection).message).toBe(
    'the connection "crm" is disconnected: the grant has ended: "id.example.com" refuses the grant: invalid_grant',
  );
});

it('a refresh that fails for the client, or the address, says where these are written', async () => {
  const oauth = (address: string) => `name: CRM
auth:
  type: oauth2
  inputSchema: {type: object, properties: {secret: {type: string, isSensitive: true}}}
  getOAuthConfig:
    type: mapping
    mapping:
      grantType: client_credentials
      clientId: app
      clientSecret: {$var: connectionParameters.secret}
      clientAuthLocation: body
      tokenUri: ${address}
  makeApiClient: {type: mapping, mapping: {baseUri: 'http://127.0.0.1:9'}}
  test: {type: rest-api-mapping, mapping: {path: /me, method: get}}
`;
  const routes = { '/token': [json({ access_token: 'a' }), status(401, { error: 'invalid_client' })] };
  const { membrane, open, root, server } = await world({}, routes);
  const write = (address: string) =>
    writeFileSync(path.join(root, 'connectors/crm/spec.yaml'), oauth(address));
  write(`${server.url}/token`);
  const opened = await open();
  await opened.connections.connect({ integration: 'crm', input: { secret: 's' }, skipTest: true });
  expect(await failure(opened.connections.refresh('crm'), root)).toEqual({
    code: 'auth/client',
    message: `"${new URL(server.url).host}" does not accept the client: invalid_client`,
    hint: 'check the client id and client secret that were typed in: membrane connection reconnect crm',
    at: 'connectors/crm/spec.yaml:6:5',
  });
  write('http://127.0.0.1:1/token');
  expect(await failure((await open()).connections.refresh('crm'), root)).toMatchObject({
    code: 'auth/server',
    hint: 'check that the server is running, and the host and port in its address in "getOAuthConfig"',
  });
  expect((await membrane.connections.show('crm')).state).toBe('READY');
});
