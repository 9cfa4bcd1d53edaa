import { describe, expect, it } from 'vitest';
import { createEnvSecrets } from '../../src/adapters/secrets-env.js';
import { envConnections, envSecretFields, secretVariable } from '../../src/core/env-secrets.js';

const env = {
  MEMBRANE_SECRET_ACME_CRM_APIKEY: 'key',
  MEMBRANE_SECRET_ACME_CRM_SUB_DOMAIN: 'acme',
  MEMBRANE_SECRET_ACME_CRM_REGION: '',
  MEMBRANE_SECRET_ACME_CRM_OTHER: 'unknown field',
  MEMBRANE_SECRET_CRM_EU_TOKEN: 'eu',
};
const fields = ['apiKey', 'sub-domain', 'region', 'missing'];

describe('the variables', () => {
  it('are named after connection and field', () => {
    expect([secretVariable('acme-crm', 'apiKey'), secretVariable('ü 1', 'a.b')]).toEqual([
      'MEMBRANE_SECRET_ACME_CRM_APIKEY',
      'MEMBRANE_SECRET___1_A_B',
    ]);
  });

  it('give fields under the names of the connector; an empty one is none', () => {
    expect(envSecretFields(env, 'acme-crm', fields)).toEqual({ apiKey: 'key', 'sub-domain': 'acme' });
  });

  it('tell which connections there are', () => {
    const candidates = [
      { key: 'acme-crm', fields },
      { key: 'crm', fields: ['token'] },
      { key: 'crm-eu', fields: ['token'] },
      { key: 'none', fields: [] },
    ];
    expect(envConnections(env, candidates)).toEqual(['acme-crm', 'crm-eu']);
  });

  it('must not mean two fields, or fields of two connections', () => {
    expect(() => envSecretFields(env, 'acme-crm', ['apiKey', 'apikey'])).toThrowError(
      expect.objectContaining({
        code: 'secrets/clash',
        message:
          'MEMBRANE_SECRET_ACME_CRM_APIKEY means "apiKey" of connection "acme-crm" and "apikey" of connection "acme-crm"',
        hint: 'rename one of the two, or use another secret store than env',
      }),
    );
    const candidates = [
      { key: 'crm', fields: ['eu_token'] },
      { key: 'crm-eu', fields: ['token'] },
    ];
    expect(() => envConnections(env, candidates)).toThrowError(
      expect.objectContaining({
        code: 'secrets/clash',
        message:
          'MEMBRANE_SECRET_CRM_EU_TOKEN means "eu_token" of connection "crm" and "token" of connection "crm-eu"',
      }),
    );
    expect(envConnections({}, candidates)).toEqual([]);
  });
});

describe('the store env', () => {
  const secrets = createEnvSecrets(env, (connection) => (connection === 'acme-crm' ? fields : []));
  const at = (part: string, connection = 'acme-crm', tenant = 'local') => ({ tenant, connection, part });

  it('reads the parameters of connections of the tenant local', async () => {
    const addresses = [
      at('parameters'),
      at('credentials'),
      at('parameters', 'crm'),
      at('parameters', 'acme-crm', 't'),
    ];
    expect(await Promise.all(addresses.map((address) => secrets.read(address)))).toEqual([
      { apiKey: 'key', 'sub-domain': 'acme' },
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('cannot be written', async () => {
    await expect(secrets.write(at('credentials'), { token: 'secret' })).rejects.toMatchObject({
      code: 'secrets/read-only',
      message: 'the credentials of connection "acme-crm" cannot be stored: variables are read only',
      hint: 'set MEMBRANE_SECRET_… variables, or use another store: MEMBRANE_SECRETS=keychain or MEMBRANE_SECRETS=file',
    });
    await secrets.remove(at('credentials'));
    await secrets.probe();
  });
});
