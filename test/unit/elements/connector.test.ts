import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { AuthType } from '../../../src/core/auth.js';
import type { JsonObject } from '../../../src/core/json.js';
import { authTypes } from '../../../src/elements/index.js';
import { authContext } from './auth-context.js';
import { kindNamed } from './fit.js';

const connector = kindNamed('connector');

function authType(name: string): AuthType {
  const type = authTypes.find((candidate) => candidate.name === name);
  if (type === undefined) throw new Error(`no authentication type ${name}`);
  return type;
}

describe('connecting', () => {
  it('with client-credentials, what is typed in is the credentials', async () => {
    const { ctx } = authContext({});
    expect(await authType('client-credentials').connect?.(ctx, {})).toEqual({ credentials: { apiKey: 'k' } });
  });

  it('with client-credentials, a function may make the credentials, and say when they end', async () => {
    const made = { token: 't', expires_in: '60' };
    const { ctx, calls } = authContext({ getCredentialsFromConnectionParameters: made });
    const issued = { credentials: made, expiresAt: 61_000 };
    expect(await authType('client-credentials').connect?.(ctx, {})).toEqual(issued);
    expect(calls).toEqual([['getCredentialsFromConnectionParameters', {}]]);
  });

  it('credentials that are no object are refused', async () => {
    const { ctx } = authContext({ getCredentialsFromConnectionParameters: 'k' });
    await expect(authType('client-credentials').connect?.(ctx, {})).rejects.toMatchObject({
      code: 'function/failed',
      message: '"getCredentialsFromConnectionParameters" gave no object, so there are no credentials',
    });
  });

  it('with client-credentials, credentials are renewed by refreshCredentials alone', async () => {
    const { refresh } = authType('client-credentials');
    const old = { apiKey: 'k', token: 'old' };
    expect(await refresh?.(authContext({}).ctx, {}, old)).toBeUndefined();
    const { ctx, calls } = authContext({ refreshCredentials: { token: 'new' } });
    expect(await refresh?.(ctx, {}, old)).toEqual({ credentials: { apiKey: 'k', token: 'new' } });
    expect(calls).toEqual([['refreshCredentials', { credentials: old }]]);
  });

  it('with none, there are no credentials', async () => {
    expect(await authType('none').connect?.(authContext({}).ctx, {})).toEqual({ credentials: {} });
  });

  it('asks for inputSchema, else for ui.schema, else for nothing', () => {
    const { inputSchema } = authType('client-credentials');
    const schemas = [
      { inputSchema: { title: 'a' }, ui: { schema: { title: 'b' } } },
      { ui: { schema: { title: 'b' } } },
      {},
    ].map((auth) => inputSchema?.(auth));
    expect(schemas).toEqual([{ title: 'a' }, { title: 'b' }, undefined]);
  });
});

it('knows where functions stand, and in which files', () => {
  const value = parse(`
auth:
  type: client-credentials
  options:
    sso:
      type: oauth2
    other:
      type: proxy
      proxyKey: crm
`) as JsonObject;
  const functions = connector
    .places(value)
    .map((place) => [place.at.join('.'), place.holds === 'function' ? place.file : place.holds]);
  expect(functions).toEqual([
    ['auth.getCredentialsFromConnectionParameters', 'auth/get-credentials-from-connection-parameters'],
    ['auth.makeApiClient', 'auth/make-api-client'],
    ['auth.test', 'auth/test'],
    ['auth.refreshCredentials', 'auth/refresh-credentials'],
    ['auth.disconnect', 'auth/disconnect'],
    ['auth.options.sso.getOAuthConfig', 'auth/sso/get-oauth-config'],
    ['auth.options.sso.getTokenData', 'auth/sso/get-token-data'],
    [
      'auth.options.sso.getCredentialsFromAccessTokenResponse',
      'auth/sso/get-credentials-from-access-token-response',
    ],
    ['auth.options.sso.getCredentialsFromTokenResponse', 'auth/sso/get-credentials-from-token-response'],
    [
      'auth.options.sso.getCredentialsFromRefreshTokenResponse',
      'auth/sso/get-credentials-from-refresh-token-response',
    ],
    ['auth.options.sso.makeApiClient', 'auth/sso/make-api-client'],
    ['auth.options.sso.test', 'auth/sso/test'],
    ['auth.options.sso.refreshCredentials', 'auth/sso/refresh-credentials'],
    ['auth.options.sso.disconnect', 'auth/sso/disconnect'],
    ['auth.options.other.makeApiClient', 'auth/other/make-api-client'],
    ['auth.options.other.test', 'auth/other/test'],
    ['auth.options.other.refreshCredentials', 'auth/other/refresh-credentials'],
    ['auth.options.other.disconnect', 'auth/other/disconnect'],
    ['auth.options.other.proxyKey', 'ref'],
  ]);
});

it('every way to authenticate needs an API client', () => {
  const check = (yaml: string) =>
    (connector.check?.(parse(yaml) as JsonObject) ?? []).map(({ code, message, path, help }) => [
      code,
      message,
      path.join('.'),
      help,
    ]);
  expect(check('auth: {type: none}')).toEqual([
    [
      'schema/missing-field',
      '"auth" has no "makeApiClient", so no request can be made',
      'auth',
      'write auth/make-api-client.map.yml with "baseUri" and "headers"',
    ],
  ]);
  expect(
    check('auth: {options: {a: {type: none, makeApiClient: {}}, b: {type: oauth2}, c: {type: proxy}}}'),
  ).toEqual([
    [
      'schema/missing-field',
      '"auth.options.b" has no "makeApiClient", so no request can be made',
      'auth.options.b',
      'write auth/b/make-api-client.map.yml with "baseUri" and "headers"',
    ],
  ]);
  expect(check('auth: {type: none, makeApiClient: {}, options: {b: {type: oauth2}}}')).toEqual([]);
});
