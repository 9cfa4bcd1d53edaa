import { describe, expect, it } from 'vitest';
import type { AuthType } from '../../../src/core/auth.js';
import { MembraneError } from '../../../src/core/error.js';
import type { OAuth2 } from '../../../src/core/oauth.js';
import { authTypes } from '../../../src/elements/index.js';
import { authContext } from './auth-context.js';

const oauth2 = authTypes.find(({ name }) => name === 'oauth2') as AuthType;
const config = { clientId: 'app', tokenUri: 'https://idp.example/token' };
const answer = { access_token: 'at', refresh_token: 'rt', expires_in: 3600, token_type: 'bearer' };
const authorization = {
  redirectUri: 'http://127.0.0.1:5000/callback',
  state: 's',
  codeVerifier: 'v',
  queryParameters: { code: 'c', state: 's' },
};
const gives =
  <T>(value: T) =>
  () =>
    Promise.resolve(value);

describe('connecting', () => {
  it('sends a person to the provider, and takes tokens for the code', async () => {
    const { ctx, calls } = authContext(
      { getOAuthConfig: config },
      { authorize: gives(authorization), exchangeCode: gives(answer) },
    );
    expect(await oauth2.connect?.(ctx, {})).toEqual({ credentials: answer, expiresAt: 3_601_000 });
    expect(calls).toEqual([
      ['getOAuthConfig', {}],
      ['authorize', config],
      ['exchangeCode', config, authorization],
    ]);
  });

  it('a connector may ask for the tokens, and make the credentials, itself', async () => {
    const made = { token: 'at', api: 'https://eu.example' };
    const { ctx, calls } = authContext(
      { getOAuthConfig: config, getTokenData: answer, getCredentialsFromAccessTokenResponse: made },
      { authorize: gives(authorization) },
    );
    const issued = { credentials: { ...made, refresh_token: 'rt' }, expiresAt: 3_601_000 };
    expect(await oauth2.connect?.(ctx, {})).toEqual(issued);
    expect(calls.slice(2)).toEqual([
      ['getTokenData', authorization],
      ['getCredentialsFromAccessTokenResponse', { ...authorization, tokenResponse: answer }],
    ]);
  });

  it('the older name of a function works', async () => {
    const made = { token: 'at' };
    const { ctx } = authContext(
      { getOAuthConfig: config, getCredentialsFromTokenResponse: made },
      { authorize: gives(authorization), exchangeCode: gives({ ok: true }) },
    );
    expect(await oauth2.connect?.(ctx, {})).toEqual({ credentials: made });
  });

  const grant = (name: string) => `urn:ietf:params:oauth:grant-type:${name}`;
  const ways: [string, object, OAuth2['way'], keyof OAuth2][] = [
    [
      'the grant type says client credentials',
      { grantType: 'client_credentials' },
      'browser',
      'clientCredentials',
    ],
    ['the grant type says JWT', { grantType: grant('jwt-bearer') }, 'browser', 'jwtBearer'],
    ['the grant type says device', { grantType: grant('device_code') }, 'browser', 'device'],
    ['a device is wanted', {}, 'device', 'device'],
    ['there is no browser', { deviceAuthorizationUri: 'https://idp.example/device' }, 'either', 'device'],
    [
      'a device is wanted, but nobody has to agree',
      { grantType: 'client_credentials' },
      'device',
      'clientCredentials',
    ],
  ];
  it.each(ways)('%s', async (_when, more, way, step) => {
    const own = { ...config, ...more };
    const { ctx, calls } = authContext({ getOAuthConfig: own }, { way, [step]: gives(answer) });
    expect(await oauth2.connect?.(ctx, {})).toEqual({ credentials: answer, expiresAt: 3_601_000 });
    expect(calls).toEqual([
      ['getOAuthConfig', {}],
      [step, own],
    ]);
  });

  it('without a browser, the address is shown where no other device can be used', async () => {
    const { ctx } = authContext(
      { getOAuthConfig: config },
      { way: 'either', authorize: gives(authorization), exchangeCode: gives(answer) },
    );
    expect(await oauth2.connect?.(ctx, {})).toEqual({ credentials: answer, expiresAt: 3_601_000 });
  });
});

describe('what cannot be connected', () => {
  const connect = async (functions: Record<string, unknown>, response: object = answer) => {
    const steps = { authorize: gives(authorization), exchangeCode: gives(response as never) };
    return oauth2.connect?.(authContext(functions, steps).ctx, {});
  };

  it('is a connector without a configuration', async () => {
    await expect(connect({})).rejects.toMatchObject({
      code: 'auth/config',
      message: 'the connector has no "getOAuthConfig"',
    });
    await expect(connect({ getOAuthConfig: 'x' })).rejects.toMatchObject({
      code: 'function/failed',
      message: '"getOAuthConfig" gave no object, so nobody knows where to ask',
    });
  });

  it('is an unknown grant type', async () => {
    await expect(connect({ getOAuthConfig: { grantType: 'password' } })).rejects.toMatchObject({
      code: 'auth/config',
      message: '"password" is no grant type that is known',
    });
  });

  it('is an answer without a token', async () => {
    await expect(connect({ getOAuthConfig: config }, { ok: true, team: {} })).rejects.toMatchObject({
      code: 'auth/server',
      message: 'the token response has no "access_token"',
      hint: 'it has ok, team; "getCredentialsFromAccessTokenResponse" can find it there',
    });
  });
});

describe('warnings', () => {
  const warnings = async (own: object, response: object) => {
    const steps = { authorize: gives(authorization), exchangeCode: gives(response as never) };
    const { ctx } = authContext({ getOAuthConfig: { ...config, ...own } }, steps);
    return (await oauth2.connect?.(ctx, {}))?.warnings;
  };
  const advice =
    'many providers give one for the scope "offline_access", or for "extra: {access_type: offline}"';

  it('tell of scopes that were not granted', async () => {
    const scopes = ['contacts', 'deals', 'email'];
    expect(await warnings({ scopes }, { ...answer, scope: 'contacts' })).toEqual([
      'asked for "deals", "email", which was not granted: what needs it will be refused',
    ]);
    const google = 'contacts deals https://www.googleapis.com/auth/userinfo.email';
    expect(await warnings({ scopes }, { ...answer, scope: google })).toBeUndefined();
    expect(
      await warnings(
        { scopes: 'contacts,deals', scopeSeparator: ',' },
        { ...answer, scope: 'deals,contacts' },
      ),
    ).toBeUndefined();
    expect(
      await warnings({ scopes: 'contacts offline_access' }, { ...answer, scope: 'contacts' }),
    ).toBeUndefined();
    expect(await warnings({ scopes }, answer)).toBeUndefined();
  });

  it('tell when one will have to connect again', async () => {
    const { refresh_token: _, ...once } = answer;
    expect(await warnings({}, once)).toEqual([
      `no refresh token: you will have to connect again in 60 min; ${advice}`,
    ]);
    expect(await warnings({}, { ...once, expires_in: '90' })).toEqual([
      `no refresh token: you will have to connect again in 90 s; ${advice}`,
    ]);
    expect(await warnings({}, { ...once, expires_in: 5_184_000 })).toEqual([
      `no refresh token: you will have to connect again in 60 days; ${advice}`,
    ]);
    expect(await warnings({ noRefreshToken: true }, once)).toBeUndefined();
    expect(await warnings({}, { access_token: 'for ever' })).toBeUndefined();
    expect(await warnings({}, { access_token: 'for ever', expires_in: 'never' })).toBeUndefined();
  });
});

describe('refreshing', () => {
  const old = { ...answer, api: 'https://eu.example' };

  it('keeps what the answer does not replace, the refresh token too', async () => {
    const { ctx, calls } = authContext(
      { getOAuthConfig: config },
      { refresh: gives({ access_token: 'at2', expires_in: 60 }) },
    );
    const credentials = { ...old, access_token: 'at2', expires_in: 60 };
    expect(await oauth2.refresh?.(ctx, {}, old)).toEqual({ credentials, expiresAt: 61_000 });
    expect(calls[1]).toEqual(['refresh', config, 'rt']);
  });

  it('takes the new refresh token, whatever the connector makes of the answer', async () => {
    const again = { access_token: 'at2', refresh_token: 'rt2' };
    for (const name of ['getCredentialsFromRefreshTokenResponse', 'getCredentialsFromAccessTokenResponse']) {
      const { ctx, calls } = authContext(
        { getOAuthConfig: config, [name]: { token: 'at2' } },
        { refresh: gives(again) },
      );
      expect(await oauth2.refresh?.(ctx, {}, old)).toEqual({
        credentials: { ...old, refresh_token: 'rt2', token: 'at2' },
      });
      expect(calls[2]).toEqual([name, { tokenResponse: again, credentials: old }]);
    }
  });

  it('a connector may do it all itself', async () => {
    const { ctx, calls } = authContext({ refreshCredentials: { access_token: 'at2', expires_in: 10 } });
    const credentials = { ...old, access_token: 'at2', expires_in: 10 };
    expect(await oauth2.refresh?.(ctx, {}, old)).toEqual({ credentials, expiresAt: 11_000 });
    expect(calls).toEqual([['refreshCredentials', { credentials: old }]]);
  });

  it('of a connector has ended where its server says so', async () => {
    const refused = (status: number, body: string) => {
      const error = new MembraneError('http/status', 'the API answered', { data: { status, body } });
      return oauth2.refresh?.(authContext({ refreshCredentials: error }).ctx, {}, old);
    };
    await expect(refused(400, '{"error":"invalid_grant"}')).rejects.toMatchObject({
      code: 'auth/invalid-grant',
      message: 'the credentials are not renewed any more: the API answered',
    });
    await expect(refused(401, '')).rejects.toMatchObject({ code: 'auth/invalid-grant' });
    await expect(refused(401, '{"error":"invalid_client"}')).rejects.toMatchObject({ code: 'http/status' });
    await expect(refused(400, '{"error":"slow down"}')).rejects.toMatchObject({ code: 'http/status' });
    await expect(refused(500, '{"error":"invalid_grant"}')).rejects.toMatchObject({ code: 'http/status' });
  });

  it('asks anew where nobody has to agree', async () => {
    const own = { ...config, grantType: 'client_credentials' };
    const { ctx } = authContext(
      { getOAuthConfig: own },
      { clientCredentials: gives({ access_token: 'at2' }) },
    );
    expect(await oauth2.refresh?.(ctx, {}, { access_token: 'at' })).toEqual({
      credentials: { access_token: 'at2' },
    });
  });

  it('cannot be done without a refresh token', async () => {
    const { ctx } = authContext({ getOAuthConfig: config });
    expect(await oauth2.refresh?.(ctx, {}, { access_token: 'at' })).toBeUndefined();
  });
});

it('revoking ends the refresh token, else the access token', async () => {
  const { ctx, calls } = authContext({ getOAuthConfig: config }, { revoke: gives(true) });
  await oauth2.revoke?.(ctx, {}, answer);
  await oauth2.revoke?.(ctx, {}, { access_token: 'at' });
  await oauth2.revoke?.(ctx, {}, { key: 'k' });
  expect(calls).toEqual([
    ['getOAuthConfig', {}],
    ['revoke', config, 'rt'],
    ['getOAuthConfig', {}],
    ['revoke', config, 'at'],
  ]);
});
