import { describe, expect, it } from 'vitest';
import { memorySecrets } from '../../support/memory-ports.js';
import { json, status } from '../../support/server.js';
import { connector, failure, get, world } from './world.js';

const reconnect = 'connect it again: membrane connect crm --key crm --reconnect';

describe('connect', () => {
  it('tries the credentials, and saves nothing that is refused', async () => {
    const { membrane, connect, secrets } = await world(
      {},
      { '/me': [status(401), status(500, { message: 'it broke' }), json({})] },
    );
    expect(await failure(connect({ skipTest: false }))).toMatchObject({
      code: 'auth/rejected',
      hint: 'check what you typed in; nothing was saved',
    });
    expect([await membrane.connections.list(), secrets.all()]).toEqual([[], {}]);
    expect((await membrane.logs.list()).map(({ type, state }) => [type, state])).toEqual([
      ['connection-attempt', 'failed'],
    ]);
  });

  it('tells a test request that fails otherwise from one that is refused', async () => {
    const { connect } = await world({}, { '/me': status(404, { message: 'no such path' }) });
    expect(await failure(connect({ skipTest: false }))).toMatchObject({
      code: 'connection/test',
      message: expect.stringMatching(/^the test request failed: /),
    });
  });

  it('keeps secrets in the secret store, and asks for --reconnect the second time', async () => {
    const { clock, connect, membrane, secrets } = await world({});
    const { id } = await connect();
    expect(await failure(connect())).toEqual({
      code: 'connection/exists',
      message: 'there is a connection "crm" already',
      hint: 'replace its credentials with --reconnect, or make a second one with --key KEY',
    });
    const input = { apiKey: 'new', baseUri: 'http://127.0.0.1:9' };
    const again = await membrane.connections.connect({
      integration: 'crm',
      reconnect: true,
      skipTest: true,
      input,
    });
    expect(again.id).toBe(id);
    expect(secrets.all()).toEqual({
      [`local/${id}/credentials`]: {
        ...input,
        '~membrane': { parameters: input, generation: 2, issuedAt: clock.now() },
      },
    });
    await membrane.connections.remove('crm');
    expect([await membrane.connections.list(), secrets.all()]).toEqual([[], {}]);
  });

  it('needs a key that is free, an integration that is there, and input that fits', async () => {
    const { connect, membrane } = await world({ 'connectors/erp/spec.yaml': connector });
    await connect();
    const fails = (how: Parameters<typeof membrane.connections.connect>[0]) =>
      failure(membrane.connections.connect(how));
    expect(await fails({ integration: 'erp', key: 'crm' })).toEqual({
      code: 'connection/exists',
      message: 'the key "crm" belongs to a connection of "crm"',
      hint: 'give another key: --key KEY',
    });
    expect(await fails({ integration: 'cmr' })).toEqual({
      code: 'element/not-found',
      message: 'no integration "cmr"',
      hint: 'did you mean "crm"?',
    });
    expect(await fails({ integration: 'erp', input: { apiKey: 'x' } })).toEqual({
      code: 'input/invalid',
      message: 'what was given does not fit its schema: "baseUri" is missing',
      hint: 'give it on standard input: membrane connect erp --input - (or in a terminal, which asks)',
    });
  });

  it('asks nothing for a connector whose files are wrong', async () => {
    const { membrane, root } = await world({
      'connectors/crm/spec.yaml': `${connector}nmae: CRM\n`,
      'connectors/erp/spec.yaml': 'auth: [\n',
      'integrations/shop/spec.yaml': 'connectorKey: erp\n',
    });
    const hint = 'see them all with "membrane validate"';
    expect(await failure(membrane.connections.plan({ integration: 'crm' }), root)).toEqual({
      code: 'project/errors',
      message: 'connector/crm cannot be used: 1 error in its files',
      hint,
      frames: ['connectors/crm/spec.yaml:18:1 schema/unknown-field: unknown field "nmae"'],
    });
    for (const integration of ['erp', 'shop']) {
      expect(await failure(membrane.connections.plan({ integration }), root)).toEqual({
        code: 'project/errors',
        message: 'connector/erp cannot be used: 1 error in its files',
        hint,
        frames: [
          'connectors/erp/spec.yaml:1:7 yaml/syntax: a list or object in brackets has no end, or goes on further to the left',
        ],
      });
    }
  });
});

describe('a connection', () => {
  it('that is not there, or disconnected, or has lost its secrets says what to do', async () => {
    const { open, connect, ports, secrets } = await world({ 'actions/me.yaml': get('/me') });
    const { id } = await connect();
    const membrane = await open(); // another process, which has seen no secrets yet
    const run = (connection: string) => failure(membrane.actions.run('me', { connection }));
    expect(await run('cmr')).toEqual({
      code: 'connection/unknown',
      message: 'no connection "cmr"',
      hint: 'did you mean "crm"?',
    });
    await secrets.remove({ tenant: 'local', connection: id, part: 'credentials' });
    expect(await run('crm')).toEqual({
      code: 'secrets/corrupt',
      message: 'the file has no credentials of the connection "crm"',
      hint: reconnect,
    });
    await ports.connections.update('local', id, { disconnected: true });
    expect(await run('crm')).toEqual({
      code: 'connection/disconnected',
      message: 'the connection "crm" is disconnected',
      hint: reconnect,
    });
  });

  it('of the environment is there without connect, and read only', async () => {
    const { open } = await world({});
    const env = {
      MEMBRANE_SECRETS: 'env',
      MEMBRANE_SECRET_CRM_APIKEY: 'k',
      MEMBRANE_SECRET_CRM_BASEURI: 'http://x',
    };
    const membrane = await open({ env, ports: { secrets: async () => memorySecrets('env') } });
    expect((await membrane.connections.list()).map(({ key, secrets }) => [key, secrets])).toEqual([
      ['crm', 'env'],
    ]);
    expect(await failure(membrane.connections.remove('crm'))).toEqual({
      code: 'secrets/read-only',
      message: 'the connection "crm" comes from environment variables',
      hint: 'unset its MEMBRANE_SECRET_ variables',
    });
    expect(await failure(membrane.connections.connect({ integration: 'crm' }))).toEqual({
      code: 'secrets/read-only',
      message: 'secrets come from environment variables here: "crm" needs no connect',
      hint: 'set its variables: MEMBRANE_SECRET_CRM_APIKEY, MEMBRANE_SECRET_CRM_BASEURI',
    });
  });
});

describe('an authentication', () => {
  it('with several options must be told which', async () => {
    const options =
      'auth:\n  options:\n    key: {type: none}\n    none: {type: none}\n  makeApiClient: {type: mapping, mapping: {baseUri: http://x}}\n';
    const { membrane } = await world({ 'connectors/erp/spec.yaml': options });
    const found = await membrane.validate();
    expect(found.diagnostics).toEqual([]);
    const fails = (auth?: string) => failure(membrane.connections.connect({ integration: 'erp', auth }));
    expect(await fails()).toEqual({
      code: 'usage/ambiguous',
      message: '"erp" offers several ways to authenticate',
      hint: 'choose one: --auth key|none',
    });
    expect(await fails('nnoe')).toEqual({
      code: 'usage/argument',
      message: '"erp" has no authentication option "nnoe"',
      hint: 'did you mean "none"?',
    });
  });

  it('whose makeApiClient gives no address fails where that stands', async () => {
    const nowhere =
      'auth:\n  type: none\n  makeApiClient: {type: mapping, mapping: {baseUri: {$var: connectionParameters.x}}}\n';
    const { membrane, root } = await world({ 'connectors/erp/spec.yaml': nowhere });
    await membrane.connections.connect({ integration: 'erp' });
    expect(await failure(membrane.request('erp', { path: '/' }), root)).toEqual({
      code: 'function/failed',
      message: '"makeApiClient" gives no "baseUri"',
      hint: 'is a parameter of the connection missing that it is made of?',
      at: 'connectors/erp/spec.yaml:3:18',
    });
  });
});
