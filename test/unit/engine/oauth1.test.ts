import { describe, expect, it } from 'vitest';
import type { Consent } from '../../../src/core/oauth.js';
import { startOAuth1Server, type OAuth1Server } from '../../support/oauth1-server.js';
import { failure, world } from './world.js';

const connector = (url: string, secret = 'consumer & secret', request = 'requestTokenUri') => `auth:
  type: oauth1
  getOAuthConfig:
    type: mapping
    mapping:
      consumerKey: consumer
      consumerSecret: ${secret}
      ${request}: ${url}/request
      authorizeUri: ${url}/authorize
      tokenUri: ${url}/access
  makeApiClient: {type: mapping, mapping: {baseUri: ${url}}}
  test: {type: rest-api-mapping, mapping: {path: /me}}
`;

/** Somebody who pastes what `answer` makes of the address they are sent to. */
const person = (answer: (url: string) => string): Consent => ({
  way: 'browser',
  visit: async ({ url }) => answer(url),
  showCode: async () => undefined,
});

async function open(spec: (url: string) => string = connector) {
  let now = () => 0;
  const provider: OAuth1Server = await startOAuth1Server(() => now());
  const opened = await world({ 'connectors/notes/spec.yaml': spec(provider.url) });
  now = opened.clock.now;
  const connect = (consent: Consent) =>
    opened.membrane.connections.connect({ integration: 'notes', consent });
  return { ...opened, provider, connect };
}

describe('OAuth 1.0a', () => {
  it('dances with three legs, and signs every request', async () => {
    const { membrane, provider, connect, secrets } = await open();
    const connection = await connect(person((url) => `?${provider.decide(url).toString()}`));
    const send = (request: Parameters<typeof membrane.request>[1]) => membrane.request('notes', request);
    expect([
      (await send({ path: '/me' })).data,
      (await send({ path: '/notes', query: { q: "it's (50%) + more*", tag: ['b', 'a'] } })).data,
      (await send({ path: '/notes', method: 'POST', data: { text: 'a & b' } })).data,
      (
        await send({
          path: '/notes',
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          data: { text: 'ä + b', z: '1' },
        })
      ).data,
    ]).toEqual([{ user: 'ada' }, { ok: true }, { ok: true }, { ok: true }]);
    expect(provider.refused).toEqual([]);
    const address = { tenant: 'local', connection: connection.id, part: 'credentials' };
    expect(await secrets.read(address)).toMatchObject({
      oauth_token: 'access-token',
      oauth_token_secret: 'access/secret+1',
      user: 'ada',
    });
  });

  it.each([
    ['denied', () => '?denied=request-token&x=1', 'auth/denied', 'consent was not given'],
    [
      'another token',
      () => '?oauth_token=other&oauth_verifier=verifier',
      'auth/callback',
      'the answer is not the one that was asked for: its token is another one',
    ],
    ['no verifier', () => '?oauth_token=request-token&x=1', 'auth/callback', 'the answer holds no verifier'],
    [
      'a wrong verifier',
      () => 'wrong',
      'auth/server',
      'the token response has no "oauth_token" and "oauth_token_secret"',
    ],
  ])('explains %s, and keeps nothing', async (_name, answer, code, message) => {
    const { membrane, connect } = await open();
    expect(await failure(connect(person(answer)))).toMatchObject({ code, message });
    expect(await membrane.connections.list()).toEqual([]);
  });

  it('explains a wrong secret and a missing address', async () => {
    const wrong = await open((url) => connector(url, 'wrong'));
    const lacking = await open((url) => connector(url, 'x', 'requestUri'));
    const nobody = person(() => '');
    expect(await failure(wrong.connect(nobody))).toEqual({
      code: 'auth/client',
      message: `the request token endpoint of "${new URL(wrong.provider.url).host}" refuses the request (401)`,
      hint: 'check consumer key and consumer secret, the redirect URI of the app at the provider, and the clock of this machine',
    });
    expect(await failure(lacking.connect(nobody), lacking.root)).toEqual({
      code: 'auth/config',
      message: '"getOAuthConfig" gives no "requestTokenUri"',
      hint: 'is it made of a parameter of the connector that has no value yet?',
      at: 'connectors/notes/spec.yaml:4:5',
    });
  });
});
