import { describe, expect, it } from 'vitest';
import { json, status } from '../../support/server.js';
import { failure, get, world } from './world.js';

/** Asks for parameters, one of them marked as secret, one secret by its name only. */
const connector = `name: CRM
parametersSchema:
  type: object
  properties:
    clientId: {type: string, title: Client id}
    clientSecret: {type: string}
    signingKey: {type: string, isSensitive: true}
    region: {type: string, enum: [eu, us], default: eu}
    retries: {type: integer}
  required: [clientId, clientSecret]
auth:
  type: client-credentials
  inputSchema:
    type: object
    properties:
      apiKey: {type: string, isSensitive: true}
      baseUri: {type: string}
    required: [apiKey, baseUri]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: connectionParameters.baseUri}
      headers:
        x-client: {$var: connectorParameters.clientId}
        x-secret: {$var: connectorParameters.clientSecret}
        x-region: {$var: connectorParameters.region}
  test:
    type: rest-api-mapping
    mapping: {path: /me, method: get}
`;

const files = { 'connectors/crm/spec.yaml': connector, 'actions/me.yaml': get('/me') };
const given = { clientId: 'id-1', clientSecret: 'very-secret' };

const sources = async (membrane: Awaited<ReturnType<typeof world>>['membrane']) => {
  const { parameters, missing } = await membrane.integrations.describe('crm');
  return { from: Object.fromEntries(parameters.map(({ name, from }) => [name, from ?? null])), missing };
};

describe('the parameters of a connector', () => {
  it('that are missing stop a connect, and are named', async () => {
    const { connect, membrane } = await world(files);
    expect((await membrane.connections.plan({ integration: 'crm' })).missing).toEqual([
      'clientId',
      'clientSecret',
    ]);
    expect(await failure(connect())).toEqual({
      code: 'integration/parameters',
      message: '"crm" is not configured: clientId, clientSecret missing',
      hint:
        'give what is missing with "membrane integration configure crm"; ' +
        'in CI set MEMBRANE_PARAMETER_CRM_CLIENTID, MEMBRANE_PARAMETER_CRM_CLIENTSECRET',
    });
  });

  it('are kept as one secret, and reach the connector', async () => {
    const { connect, membrane, secrets, server } = await world(files, { '/me': json({}) });
    await membrane.integrations.configure('crm', { values: given });
    expect(secrets.all()).toEqual({ 'local/integration%3Acrm/connector-parameters': given });
    await connect();
    await membrane.actions.run('me');
    const sent = server.requests.map(({ headers }) => [
      headers['x-client'],
      headers['x-secret'],
      headers['x-region'],
    ]);
    expect(sent).toEqual([['id-1', 'very-secret', 'eu']]);
  });

  it('come from the project, then what was configured, then variables', async () => {
    const { membrane, open } = await world({
      ...files,
      'membrane.yaml': 'parameters: {crm: {clientId: from-file, region: us}}\n',
    });
    expect(await sources(membrane)).toEqual({
      from: { clientId: 'project', clientSecret: null, signingKey: null, region: 'project', retries: null },
      missing: ['clientSecret'],
    });
    await membrane.integrations.configure('crm', { values: given });
    const env = { MEMBRANE_PARAMETER_CRM_CLIENTSECRET: 'from-ci', MEMBRANE_PARAMETER_CRM_RETRIES: '3' };
    expect(await sources(await open({ env }))).toEqual({
      from: {
        clientId: 'configured',
        clientSecret: 'environment',
        signingKey: null,
        region: 'project',
        retries: 'environment',
      },
      missing: [],
    });
    await membrane.integrations.configure('crm', { unset: ['clientId', 'clientSecret'] });
    expect((await sources(membrane)).from).toMatchObject({ clientId: 'project', clientSecret: null });
  });

  it('leave nothing behind when the last one is forgotten', async () => {
    const { membrane, secrets } = await world(files);
    await membrane.integrations.configure('crm', { values: { clientId: 'id-1' } });
    await membrane.integrations.configure('crm', { unset: ['clientId'] });
    expect(secrets.all()).toEqual({});
    expect((await sources(membrane)).missing).toEqual(['clientId', 'clientSecret']);
  });

  it('are those that the connector declares, of the types that it declares', async () => {
    const { membrane } = await world({
      ...files,
      'connectors/erp/spec.yaml':
        'auth: {type: none, makeApiClient: {type: mapping, mapping: {baseUri: http://x}}}\n',
    });
    const fails = (values: Record<string, string | number>, key = 'crm') =>
      failure(membrane.integrations.configure(key, { values }));
    expect(await fails({ clentId: 'x' })).toEqual({
      code: 'usage/argument',
      message: 'the connector of "crm" has no parameter "clentId"',
      hint: 'did you mean "clientId"?',
    });
    expect(await fails({ retries: 'many' })).toEqual({
      code: 'input/invalid',
      message: 'what was given does not fit its schema: "retries" must be a whole number, not a string',
      hint: 'see what it must be with "membrane integration show crm"',
    });
    expect(await fails({ a: 1 }, 'erp')).toEqual({
      code: 'usage/argument',
      message: 'the connector of "erp" takes no parameters',
      hint: 'those it takes are declared in "parametersSchema" of its spec.yaml',
    });
  });

  it('cannot be kept where secrets come from variables', async () => {
    const { open } = await world(files);
    const membrane = await open({ env: { MEMBRANE_SECRETS: 'env' } });
    expect(await failure(membrane.integrations.configure('crm', { values: { clientId: 'x' } }))).toEqual({
      code: 'secrets/read-only',
      message: 'secrets come from environment variables here, nothing is kept',
      hint: 'set MEMBRANE_PARAMETER_CRM_CLIENTID',
    });
  });

  it('that were lost from the store are asked for again', async () => {
    const { membrane, open, secrets } = await world(files);
    await membrane.integrations.configure('crm', { values: given });
    const [tenant, connection, part] = ['local', 'integration:crm', 'connector-parameters'];
    await secrets.remove({ tenant, connection, part });
    const other = await open();
    expect(await failure(other.connections.plan({ integration: 'crm' }))).toEqual({
      code: 'secrets/corrupt',
      message: 'the file has lost the parameters of "crm"',
      hint: 'give them again: membrane integration configure crm',
    });
    await other.integrations.configure('crm', { values: given });
    expect((await sources(other)).missing).toEqual([]);
  });

  it('that are secret are in no log and no error', async () => {
    const { connect, membrane } = await world(files, {
      '/me': status(400, { message: 'it says very-secret', key: 'also-secret' }),
    });
    await membrane.integrations.configure('crm', { values: { ...given, signingKey: 'also-secret' } });
    await connect();
    const run = await membrane.actions.run('me').catch((error: unknown) => error);
    const logged = JSON.stringify([run, await membrane.logs.list()]);
    expect([logged.includes('very-secret'), logged.includes('also-secret')]).toEqual([false, false]);
  });

  it('are seen by other processes when they change, and serve every tenant', async () => {
    const { connect, membrane, open, server } = await world(files, { '/me': json({}) });
    await membrane.integrations.configure('crm', { values: given });
    await membrane.tenants.create('acme');
    const acme = await open({ tenant: 'acme' });
    await connect({}, acme);
    await acme.actions.run('me');
    await membrane.integrations.configure('crm', { values: { clientSecret: 'newer' } });
    await acme.actions.run('me');
    expect(server.requests.map(({ headers }) => headers['x-secret'])).toEqual(['very-secret', 'newer']);
  });
});
