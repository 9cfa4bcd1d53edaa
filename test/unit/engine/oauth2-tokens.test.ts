import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { MutableResponse } from 'oauth2-mock-server';
import { authContext } from '../../../src/engine/auth-context.js';
import { findAuth, findIntegration } from '../../../src/engine/integration.js';
import { openWiring } from '../../../src/wiring.js';
import { person } from '../../support/person.js';
import { drop, hang, html, huge, json, redirect, status, text, type Answer } from '../../support/server.js';
import { consenting, oauthConnector, oauthWorld } from './oauth-world.js';
import { failure, world } from './world.js';

const device = {
  grantType: 'urn:ietf:params:oauth:grant-type:device_code',
  scopes: ['openid', 'contacts'],
  extra: undefined,
};

describe('a device', () => {
  const deviceWorld = (more: object = {}) =>
    oauthWorld(({ url }) => ({ ...device, deviceAuthorizationUri: `${url}/device/auth`, ...more }));

  it('is connected once its code is typed in elsewhere', async () => {
    const { connect, clock, oidc } = await deviceWorld();
    const { consent, told } = consenting({});
    const work = connect(consent);
    await until(() => clock.sleepers() > 0);
    await clock.move(5000);
    await until(() => oidc.counters.refused['authorization_pending'] === 1 && clock.sleepers() > 0);
    const [code] = told.codes;
    expect(code).toEqual({
      userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/) as string,
      url: `${oidc.url}/device`,
      completeUrl: `${oidc.url}/device?user_code=${code?.userCode}`,
      until: Date.UTC(2030, 0, 1) + 600_000,
    });
    expect(await person().agree(code?.completeUrl ?? '')).toBeUndefined();
    await clock.move(5000);
    expect((await work).state).toBe('READY');
    expect(told.open).toBe(0);
    expect(oidc.counters.issued).toEqual({ [device.grantType]: 1 });
  });

  it('is not, when the person says no', async () => {
    const { connect, clock, membrane } = await deviceWorld();
    const { consent, told } = consenting({});
    const work = failure(connect(consent));
    await until(() => clock.sleepers() > 0);
    await person().refuse(told.codes[0]?.completeUrl ?? '');
    await clock.move(5000);
    expect(await work).toEqual({
      code: 'auth/denied',
      message: 'consent was not given: access_denied: End-User aborted interaction',
      hint: 'connect again, and agree',
    });
    expect([told.open, await membrane.connections.list()]).toEqual([0, []]);
  });

  it('waits longer where it is told to, or the server is gone, and no longer than the code is good', async () => {
    const times: number[] = [];
    const answers = [
      status(400, { error: 'authorization_pending' }),
      status(400, { error: 'slow_down' }),
      drop,
      status(503, {}),
      status(400, { error: 'authorization_pending' }),
    ].map((answer): Answer => (response, request) => {
      times.push(made.clock.now());
      return answer(response, request);
    });
    const code = { device_code: 'd-secret', user_code: 'AB', expires_in: '300', interval: 2 };
    const made = await tokenWorld(
      { '/device': json({ ...code, verification_url: 'https://x.example' }), '/token': answers },
      (url) => ({ ...device, clientId: 'app', deviceAuthorizationUri: `${url}/device` }),
    );
    const start = made.clock.now();
    const { consent, told } = consenting({});
    let ended = false;
    const work = failure(made.connect(consent)).finally(() => (ended = true));
    for (;;) {
      await until(() => made.clock.sleepers() > 0 || ended);
      if (ended) break;
      await made.clock.move(1000);
    }
    const seconds = times.map((time) => (time - start) / 1000);
    expect(seconds).toEqual([2, 4, 11, 25, 53, 81, 109, 137, 165, 193, 221, 249, 277]);
    expect(await work).toEqual({
      code: 'auth/timeout',
      message: 'the code was not typed in while it was good',
      hint: 'connect again for a new code',
    });
    expect(told.codes[0]).toMatchObject({ userCode: 'AB', url: 'https://x.example' });
    expect(told.open).toBe(0);
  });

  it('is waited for no longer than it was said to', async () => {
    const { connect, clock } = await deviceWorld();
    const { consent, told } = consenting({}, { timeoutMs: 12_000 });
    let ended = false;
    const work = failure(connect(consent)).finally(() => (ended = true));
    const start = clock.now();
    while (!ended) {
      await until(() => clock.sleepers() > 0 || ended);
      if (!ended) await clock.move(1000);
    }
    expect(await work).toEqual({
      code: 'auth/timeout',
      message: 'no answer came within 12 s',
      hint: 'connect again; --timeout SECONDS waits longer',
    });
    expect([clock.now() - start, told.codes[0]?.until, told.open]).toEqual([12_000, start + 12_000, 0]);
  });

  it('needs an address for it', async () => {
    const { connect, root } = await oauthWorld({});
    expect(await failure(connect(consenting({}, { way: 'device' }).consent), root)).toEqual({
      code: 'auth/config',
      message: '"getOAuthConfig" gives no "deviceAuthorizationUri"',
      hint: 'add "deviceAuthorizationUri" (or "issuer") to "getOAuthConfig", or connect without --device',
      at: 'connectors/app/spec.yaml:1:56',
    });
  });
});

describe('without a person', () => {
  it('client credentials give tokens', async () => {
    const { connect, oidc } = await oauthWorld({
      grantType: 'client_credentials',
      scopes: undefined,
      extra: undefined,
    });
    expect((await connect()).state).toBe('READY');
    expect(oidc.counters).toMatchObject({ issued: { client_credentials: 1 }, refused: {}, api: { 200: 1 } });
  });

  it('a signed statement gives tokens (JWT bearer)', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const answer = json({ access_token: 'at', expires_in: 60 });
    const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const made = await tokenWorld({ '/token': answer, '/me': json({}) }, (url) => ({
      grantType,
      clientId: 'me@example.com',
      subject: 'ada@example.com',
      audience: `${url}/other`,
      scopes: 'a b',
      keyId: 'k1',
      privateKey: pem.replaceAll('\n', '\\n'),
    }));
    await made.connect();
    const sent = new URLSearchParams(made.server.requests[0]?.body);
    expect([...sent.keys()]).toEqual(['scope', 'assertion', 'grant_type']);
    expect([sent.get('grant_type'), sent.get('scope')]).toEqual([grantType, 'a b']);
    const { header, claims, isValid } = readJwt(
      sent.get('assertion') ?? '',
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    const now = Date.UTC(2030, 0, 1) / 1000;
    expect([header, claims, isValid]).toEqual([
      { alg: 'ES256', typ: 'JWT', kid: 'k1' },
      {
        iss: 'me@example.com',
        sub: 'ada@example.com',
        aud: `${made.server.url}/other`,
        iat: now,
        exp: now + 300,
        jti: expect.any(String) as string,
        scope: 'a b',
      },
      true,
    ]);
  });

  it('a service account says who asks, and where', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const answers = { '/google': json({ access_token: 'at', expires_in: 3599 }), '/me': json({}) };
    const made = await tokenWorld(answers, (url) => ({
      grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      scopes: ['https://www.googleapis.com/auth/drive'],
      tokenUri: undefined,
      privateKey: {
        $var: 'connectionParameters',
      },
      unused: url,
    }));
    const account = {
      type: 'service_account',
      client_email: 'robot@project.example',
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      token_uri: `${made.server.url}/google`,
    };
    await made.connect(undefined, { input: account });
    const sent = new URLSearchParams(made.server.requests[0]?.body);
    expect([...sent.keys()]).toEqual(['assertion', 'grant_type']);
    const { header, claims, isValid } = readJwt(
      sent.get('assertion') ?? '',
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    expect([header, isValid]).toEqual([{ alg: 'RS256', typ: 'JWT', kid: 'key-1' }, true]);
    expect(claims).toMatchObject({
      iss: 'robot@project.example',
      sub: 'robot@project.example',
      aud: account.token_uri,
      scope: 'https://www.googleapis.com/auth/drive',
    });
  });

  it('what is no key is said to be none, without a part of it', async () => {
    const made = await tokenWorld({}, () => ({
      grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      clientId: 'me',
      privateKey: '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----',
    }));
    expect(await failure(made.connect(), made.root)).toEqual({
      code: 'auth/config',
      message: '"privateKey" of "getOAuthConfig" is no private key',
      hint: 'give the text of a PEM file (-----BEGIN PRIVATE KEY-----), without a passphrase, or of a service account',
      at: expect.stringMatching(/^connectors\/app\/spec.yaml:1:\d+$/) as string,
    });
  });
});

describe('refreshing and revoking', () => {
  const agreed = async () => {
    const made = await oauthWorld(({ url }) => ({ revocationUri: `${url}/token/revocation` }));
    await made.connect(consenting({ visit: async ({ url }) => (await person().agree(url)) ?? '' }).consent);
    const [connection] = await made.membrane.connections.list();
    const old = (await made.credentials(connection?.id ?? '')).credentials as { refresh_token: string };
    const { engine } = await openWiring({
      cwd: made.root,
      env: { MEMBRANE_SECRETS: 'file' },
      ports: made.ports,
    });
    const integration = findIntegration(engine, 'app');
    const auth = findAuth(engine, integration, undefined);
    const { signal } = new AbortController();
    const ctx = authContext(engine, { integration, auth, parameters: {}, signal });
    return { ...made, ctx, auth, old };
  };

  it('each token is new, and an old one ends the grant', async () => {
    const { ctx, auth, old, oidc, clock } = await agreed();
    const issued = await auth.type.refresh?.(ctx, auth.value, old);
    expect(issued?.expiresAt).toBe(clock.now() + 3_600_000);
    expect(issued?.credentials['refresh_token']).not.toBe(old.refresh_token);
    expect(await failure(Promise.resolve(auth.type.refresh?.(ctx, auth.value, old)))).toEqual({
      code: 'auth/invalid-grant',
      message: `"${new URL(oidc.url).host}" refuses the grant: invalid_grant: grant request is invalid`,
      hint: 'connect it again',
    });
    expect(oidc.counters.reused).toBe(1);
  });

  it('a revoked grant gives no tokens any more', async () => {
    const { ctx, auth, old, oidc } = await agreed();
    await auth.type.revoke?.(ctx, auth.value, old);
    expect(oidc.counters.revoked).toBe(1);
    expect(await failure(Promise.resolve(auth.type.refresh?.(ctx, auth.value, old)))).toMatchObject({
      code: 'auth/invalid-grant',
    });
    // of one that is unknown, the wish is fulfilled already (RFC 7009 2.2)
    await auth.type.revoke?.(ctx, auth.value, old);
  });
});

describe('answers of token endpoints that are not as they should be', () => {
  const client = { clientId: 'app', clientSecret: 'cs-secret', grantType: 'client_credentials' };

  const bodies: [string, { statusCode: number; body: unknown }, string, string][] = [
    [
      '500',
      { statusCode: 500, body: {} },
      'auth/server',
      'the token endpoint of HOST answered 500 (status 500)',
    ],
    [
      '500 with an error that would end a grant',
      { statusCode: 500, body: { error: 'invalid_grant' } },
      'auth/server',
      'the token endpoint of HOST answered 500 (invalid_grant)',
    ],
    [
      '429',
      { statusCode: 429, body: { error: 'slow' } },
      'auth/server',
      'the token endpoint of HOST answered 429 (slow)',
    ],
    [
      '401 without a word',
      { statusCode: 401, body: '' },
      'auth/client',
      'HOST does not accept the client: it answered 401',
    ],
    [
      '200 with an error (Slack)',
      { statusCode: 200, body: { ok: false, error: 'bad_client_secret' } },
      'auth/client',
      'HOST does not accept the client: bad_client_secret',
    ],
    [
      '200 with an error (GitHub)',
      {
        statusCode: 200,
        body: { error: 'bad_verification_code', error_description: 'The code passed is incorrect.' },
      },
      'auth/invalid-grant',
      'HOST refuses the grant: bad_verification_code: The code passed is incorrect.',
    ],
    [
      'an error as an object',
      {
        statusCode: 400,
        body: { error: { type: 'OAuthException', code: 190, message: 'Wrong\u001b[2J\nthing' } },
      },
      'auth/server',
      'the token endpoint of HOST answered 400: OAuthException: Wrong [2J thing',
    ],
    [
      'an error by other names (HubSpot)',
      { statusCode: 400, body: { status: 'BAD_REFRESH_TOKEN', message: 'missing or unknown refresh token' } },
      'auth/invalid-grant',
      'HOST refuses the grant: BAD_REFRESH_TOKEN: missing or unknown refresh token',
    ],
    [
      'the secret in an error',
      {
        statusCode: 400,
        body: { error: 'invalid_scope', error_description: `cs-secret ${'x'.repeat(300)}` },
      },
      'auth/config',
      `HOST cannot do what it was asked for: invalid_scope: [redacted] ${'x'.repeat(188)}…`,
    ],
    [
      'a client that may not',
      { statusCode: 400, body: { error: 'unauthorized_client' } },
      'auth/client',
      'the client may not do this at HOST: unauthorized_client',
    ],
    [
      'no token',
      { statusCode: 200, body: { ok: true } },
      'auth/server',
      'the token response has no "access_token"',
    ],
    [
      'a list',
      { statusCode: 200, body: [1] },
      'auth/server',
      'the token endpoint of HOST answered with application/json, not with JSON',
    ],
  ];
  let mock: OAuth2Server;
  beforeAll(async () => {
    mock = new OAuth2Server();
    await mock.issuer.keys.generate('ES256');
    await mock.start(0, '127.0.0.1');
  });
  afterAll(() => mock.stop());

  it.each(bodies)('%s', async (_name, answer, code, message) => {
    const { port } = mock.address();
    const change = (response: MutableResponse) => void Object.assign(response, answer);
    mock.service.on('beforeResponse', change);
    onTestFinished(() => void mock.service.off('beforeResponse', change));
    const config = { ...client, tokenUri: `http://127.0.0.1:${port}/token` };
    const made = await world({ 'connectors/app/spec.yaml': oauthConnector(config, 'http://127.0.0.1:1') });
    const found = await failure(made.membrane.connections.connect({ integration: 'app' }));
    expect([found['code'], found['message']]).toEqual([code, message.replace('HOST', `"127.0.0.1:${port}"`)]);
  });

  const raw: [string, Answer, string, string][] = [
    ['a page', html(), 'auth/server', 'the token endpoint of HOST answered with text/html, not with JSON'],
    [
      'a page of an error',
      (response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>'),
      'auth/server',
      'the token endpoint of HOST answered 404: text/html',
    ],
    [
      'nothing',
      status(204),
      'auth/server',
      'the token endpoint of HOST answered with nothing, not with JSON',
    ],
    [
      'broken JSON',
      text('{"access_token": "at"', { 'content-type': 'application/json' }),
      'auth/server',
      'the token endpoint of HOST answered with application/json, not with JSON',
    ],
    [
      'a redirect',
      redirect(302, '/elsewhere'),
      'auth/server',
      'the token endpoint of HOST redirects elsewhere (302)',
    ],
    [
      'no end',
      huge(5_000_000, { length: false }),
      'auth/server',
      'the authorization server could not be asked: the response of HOST is larger than 1 MB',
    ],
    [
      'no answer',
      hang,
      'auth/server',
      'the authorization server could not be asked: HOST did not answer within 0.2 s',
    ],
    [
      'a closed connection',
      drop,
      'auth/server',
      'the authorization server could not be asked: HOST closed the connection without a response',
    ],
    [
      'a form of an error',
      text('error=access_denied&error_description=No+way', {
        'content-type': 'application/x-www-form-urlencoded',
      }),
      'auth/denied',
      'consent was not given: access_denied: No way',
    ],
  ];
  it.each(raw)('%s', async (_name, answer, code, message) => {
    const made = await tokenWorld({ '/token': answer }, () => client, 'limits: {requestSeconds: 0.2}');
    const found = await failure(made.connect());
    expect([found['code'], found['message']]).toEqual([
      code,
      message.replace('HOST', `"${made.server.host}"`),
    ]);
  });

  it('tokens in a form are taken, and a life that is a text', async () => {
    const form = 'access_token=at%201&scope=repo%2Cgist&token_type=bearer&expires_in=60';
    const made = await tokenWorld(
      { '/token': text(form, { 'content-type': 'text/plain' }), '/me': json({}) },
      () => client,
    );
    const connection = await made.connect();
    const kept = await made.secrets.read({ tenant: 'local', connection: connection.id, part: 'credentials' });
    expect(kept).toMatchObject({
      access_token: 'at 1',
      scope: 'repo,gist',
      token_type: 'bearer',
      expires_in: '60',
      '~membrane': {
        expiresAt: made.clock.now() + 60_000,
      },
    });
  });

  it('the client is looked for in the body where the header is not read', async () => {
    const both = [
      status(400, { status: 'BAD_CLIENT_ID', message: 'missing or unknown client id' }),
      json({ access_token: 'at' }),
    ];
    const made = await tokenWorld({ '/token': both, '/me': json({}) }, () => ({
      ...client,
      clientSecret: 'a b/c-d',
    }));
    await made.connect();
    const [header, body] = made.server.requests;
    // encoded as the standard says, but for characters that servers forget to decode
    expect(header?.headers['authorization']).toBe(`Basic ${Buffer.from('app:a+b%2Fc-d').toString('base64')}`);
    expect([header?.body, body?.body]).toEqual([
      'grant_type=client_credentials',
      'grant_type=client_credentials&client_id=app&client_secret=a+b%2Fc-d',
    ]);
    expect(body?.headers['authorization']).toBeUndefined();
    await made.connect(undefined, { key: 'second' });
    // it is known now where it looks
    expect(made.server.requests.filter(({ path }) => path === '/token').length).toBe(3);
  });

  it('only one place is tried where the connector names it', async () => {
    for (const where of ['headers', 'body', 'cookie']) {
      const made = await tokenWorld({ '/token': status(401, {}) }, () => ({
        ...client,
        // as a formula, of which only a run can tell
        clientAuthLocation: { $concat: [where] },
      }));
      const found = await failure(made.connect());
      expect([found['code'], made.server.requests.length]).toEqual(
        where === 'cookie' ? ['auth/config', 0] : ['auth/client', 1],
      );
    }
  });
});

describe('a connector that asks for tokens itself', () => {
  const exchange = (path: string) => ({
    type: 'rest-api-mapping',
    mapping: {
      path,
      method: 'post',
      requestMapping: {
        data: { code: { $var: 'queryParameters.code' }, verifier: { $var: 'codeVerifier' } },
      },
      responseMapping: { access_token: { $var: 'response.data.token' } },
    },
  });
  const visit = ({ url }: { url: string }) =>
    Promise.resolve(`code=the-secret-code&state=${new URL(url).searchParams.get('state')}`);
  const config = { clientId: 'app', authorizeUri: 'https://idp.example/authorize' };

  it('sees what the callback brought', async () => {
    const routes = { '/exchange': json({ token: 'at' }), '/me': json({}) };
    const made = await tokenWorld(
      routes,
      () => config,
      '',
      (url) => ({ getTokenData: exchange(`${url}/exchange`) }),
    );
    const connection = await made.connect(consenting({ visit }).consent);
    expect(JSON.parse(made.server.requests[0]?.body ?? '')).toEqual({
      code: 'the-secret-code',
      verifier: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    expect(
      await made.secrets.read({ tenant: 'local', connection: connection.id, part: 'credentials' }),
    ).toMatchObject({
      access_token: 'at',
    });
  });

  it('an error repeats no secret', async () => {
    const routes = { '/exchange': status(400, { message: 'bad the-secret-code' }) };
    const made = await tokenWorld(
      routes,
      () => config,
      '',
      (url) => ({ getTokenData: exchange(`${url}/exchange`) }),
    );
    const error = await made.connect(consenting({ visit }).consent).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'http/status', data: { body: '{"message":"bad [redacted]"}' } });
    const [attempt] = await made.membrane.logs.list({ type: 'connection-attempt' });
    expect(JSON.stringify([error, attempt])).not.toContain('the-secret-code');
  });
});

describe('discovery', () => {
  const discovering = (answer: (url: string) => Answer, path = '/.well-known/openid-configuration') => {
    let url = '';
    const routes = {
      [path]: ((response, request) => answer(url)(response, request)) as Answer,
      '/token': json({ access_token: 'at' }),
      '/me': json({}),
    };
    return tokenWorld(routes, (own) => {
      url = own;
      return { clientId: 'app', grantType: 'client_credentials', issuer: own, tokenUri: undefined };
    });
  };
  const metadata = (url: string) => json({ issuer: url, token_endpoint: `${url}/token` });

  it('asks once, in both places where it may be', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
      const made = await discovering(metadata, path);
      await made.connect();
      await made.connect(undefined, { key: 'second' });
      expect(made.server.requests.filter((request) => request.path === path).length).toBe(1);
    }
  });

  it('says that there is nothing, or that it is of somebody else', async () => {
    const nothing = await discovering(() => status(404));
    expect(await failure(nothing.connect())).toEqual({
      code: 'auth/server',
      message: `"${nothing.server.host}" does not publish its OAuth addresses, it answered 404`,
      hint: 'check "issuer", or give authorizeUri and tokenUri instead',
    });
    const other = await discovering(() =>
      json({ issuer: 'https://other.example', token_endpoint: 'https://other.example/t' }),
    );
    expect(await failure(other.connect())).toEqual({
      code: 'auth/config',
      message: `the issuer "${other.server.url}" calls itself "https://other.example"`,
      hint: 'write "issuer: https://other.example" if that is the one you mean',
    });
  });
});

it('addresses that are none are found before anybody is asked', async () => {
  const made = await tokenWorld({}, () => ({
    clientId: 'app',
    grantType: 'client_credentials',
    tokenUri: 'idp/token',
  }));
  expect(await failure(made.connect())).toMatchObject({
    code: 'auth/config',
    message: '"tokenUri" of "getOAuthConfig" is "idp/token", which is no address',
    hint: 'write it as https://…',
  });
  const misspelt = await tokenWorld({}, (url) => ({
    clientId: 'app',
    grantType: 'client_credentials',
    tokenUri: undefined,
    tokenUrl: `${url}/token`,
  }));
  expect(await failure(misspelt.connect())).toMatchObject({
    message: '"getOAuthConfig" gives no "tokenUri"',
    hint: 'did you mean "tokenUrl"?',
  });
});

/** A connector whose provider and API are one server that answers as it is told. */
async function tokenWorld(
  routes: Parameters<typeof world>[1],
  config: (url: string) => object,
  settings = '',
  functions: (url: string) => object = () => ({}),
) {
  const made = await world({ 'membrane.yaml': settings }, routes);
  const own = { tokenUri: `${made.server.url}/token`, ...config(made.server.url) };
  const { mkdir, writeFile } = await import('node:fs/promises');
  await mkdir(`${made.root}/connectors/app`);
  await writeFile(
    `${made.root}/connectors/app/spec.yaml`,
    oauthConnector(own, made.server.url, functions(made.server.url)),
  );
  const membrane = await made.open();
  const connect = (
    consent?: Parameters<typeof membrane.connections.connect>[0]['consent'],
    how: object = {},
  ) => membrane.connections.connect({ integration: 'app', consent, ...how });
  return { ...made, membrane, connect };
}

function readJwt(token: string, publicKey: string) {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const parse = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const key = { key: createPublicKey(publicKey), dsaEncoding: 'ieee-p1363' as const };
  const isValid = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  return { header: parse(header), claims: parse(claims), isValid };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => void setImmediate(resolve));
}
