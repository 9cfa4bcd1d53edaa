import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { person } from '../../support/person.js';
import { consenting, isClosed, oauthWorld } from './oauth-world.js';
import { failure } from './world.js';

/** Agrees, and lets the browser go where it is sent. */
const agree = async ({ url }: { url: string }) => {
  const back = await person().agree(url);
  await fetch(back as string);
  return undefined;
};

describe('a person who agrees in a browser', () => {
  it('is connected: the callback brings the code, the code brings tokens', async () => {
    const { connect, credentials, clock, oidc } = await oauthWorld();
    let page: Promise<string> | undefined;
    const { consent, told } = consenting({
      visit: async ({ url }) => {
        page = shown((await person().agree(url)) as string);
        return undefined;
      },
    });
    const connection = await connect(consent);
    const kept = await credentials(connection.id);
    expect(Object.keys(kept.credentials).sort()).toEqual([
      'access_token',
      'expires_in',
      'id_token',
      'refresh_token',
      'scope',
      'token_type',
    ]);
    expect(kept.expiresAt).toBe(clock.now() + 3_600_000);
    expect(connection).toMatchObject({ key: 'app', state: 'READY' });
    expect(oidc.counters).toMatchObject({ issued: { authorization_code: 1 }, refused: {}, api: { 200: 1 } });

    const asked = new URL(told.visits[0]?.url ?? '').searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      response_type: 'code',
      client_id: 'app',
      redirect_uri: told.visits[0]?.redirectUri,
      scope: 'openid offline_access contacts',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: 'S256',
      prompt: 'consent',
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    expect(told.visits[0]).toMatchObject({ listening: true, until: clock.now() + 300_000 });
    expect(await page).toMatch(/^200 <!doctype html>/);
    expect(await page).toContain(
      '<h1>App has answered</h1>\n<p>membrane goes on in the terminal. You can close this window.</p>',
    );
    expect(told.open).toBe(0);
    expect(await isClosed(told.visits[0]?.redirectUri ?? '')).toBe(true);
  });

  it('may paste the address that the browser ends at, its query, or the code', async () => {
    const { connect } = await oauthWorld();
    const pastes: ((address: string) => string)[] = [
      (address) => `  ${address}\n`,
      (address) => new URL(address).search,
      (address) => new URL(address).search.slice(1),
      (address) => new URL(address).searchParams.get('code') ?? '',
    ];
    for (const [index, paste] of pastes.entries()) {
      const visit = async ({ url }: { url: string }) => paste((await person().agree(url)) as string);
      const connection = await connect(consenting({ visit }).consent, { key: `app-${index}` });
      expect(connection.state).toBe('READY');
    }
  });

  it('comes back to the address that is registered, if it is one of this machine', async () => {
    const free = await freePort();
    const registered = `http://localhost:${free}/signed-in`;
    const { connect, membrane } = await oauthWorld(
      { clientId: 'app-fixed', clientSecret: 'app-fixed-secret' },
      { oidc: { redirectUri: registered }, integration: `oAuthCallbackUri: ${registered}` },
    );
    const { consent, told } = consenting({ visit: agree });
    await connect(consent);
    expect(told.visits[0]).toMatchObject({ redirectUri: registered, listening: true });
    expect((await membrane.connections.plan({ integration: 'app' })).redirectUri).toBe(registered);
  });

  it('pastes the address where the registered one is elsewhere', async () => {
    const registered = 'https://app.example/oauth/callback';
    const { connect } = await oauthWorld(
      { clientId: 'app-fixed', clientSecret: 'app-fixed-secret' },
      { oidc: { redirectUri: registered }, integration: `oAuthCallbackUri: ${registered}` },
    );
    const { consent, told } = consenting({ visit: ({ url }) => person().agree(url) });
    expect((await connect(consent)).state).toBe('READY');
    expect(told.visits[0]).toMatchObject({ redirectUri: registered, listening: false });
    const silent = consenting({ visit: () => Promise.resolve(undefined) });
    expect(await failure(connect(silent.consent, { reconnect: true }))).toEqual({
      code: 'auth/callback',
      message: `the answer goes to "${registered}", and nobody can paste it here`,
      hint: 'paste the address that the browser ends at on standard input, or set "oAuthCallbackUri" to http://127.0.0.1:PORT/PATH',
    });
  });

  it('needs no secret of the client, and no PKCE where that is switched off', async () => {
    const open = await oauthWorld({ clientId: 'app-public', clientSecret: undefined });
    expect((await open.connect(consenting({ visit: agree }).consent)).state).toBe('READY');
    const { consent, told } = consenting({ visit: agree });
    const { connect, root } = await oauthWorld({ skipPkce: true });
    // the provider insists on it
    expect(await failure(connect(consent), root)).toMatchObject({ code: 'auth/config' });
    expect(new URL(told.visits[0]?.url ?? '').searchParams.has('code_challenge')).toBe(false);
  });

  it('is sent to the address that the provider publishes', async () => {
    const unknown = { authorizeUri: undefined, tokenUri: undefined };
    const { connect, root } = await oauthWorld(unknown);
    expect(await failure(connect(consenting({ visit: agree }).consent), root)).toEqual({
      code: 'auth/config',
      message: '"getOAuthConfig" gives no "tokenUri"',
      hint: 'is it made of a parameter of the connector that has no value yet?',
      at: 'connectors/app/spec.yaml:1:56',
    });
    const named = await oauthWorld(({ url }) => ({ ...unknown, issuer: url }));
    expect((await named.connect(consenting({ visit: agree }).consent)).state).toBe('READY');
    expect(named.oidc.counters.issued).toEqual({ authorization_code: 1 });
  });
});

describe('what goes wrong leaves nothing behind', () => {
  const nothing = async (
    made: Awaited<ReturnType<typeof oauthWorld>>,
    told: ReturnType<typeof consenting>['told'],
  ) => {
    expect(await made.membrane.connections.list()).toEqual([]);
    expect(made.secrets.all()).toEqual({});
    expect(told.open).toBe(0);
    for (const { redirectUri, listening } of told.visits) {
      if (listening) expect(await isClosed(redirectUri)).toBe(true);
    }
  };

  it('the person says no', async () => {
    const made = await oauthWorld();
    let page: Promise<string> | undefined;
    const { consent, told } = consenting({
      visit: async ({ url }) => {
        page = shown((await person().refuse(url)) as string);
        return undefined;
      },
    });
    expect(await failure(made.connect(consent))).toEqual({
      code: 'auth/denied',
      message: 'consent was not given: access_denied: End-User aborted interaction',
      hint: 'connect again, and agree',
    });
    expect(await page).toMatch(/^400 /);
    expect(await page).toContain(
      '<h1>App is not connected</h1>\n<p>consent was not given: access_denied: End-User aborted interaction. Nothing was saved. You can close this window.</p>',
    );
    await nothing(made, told);
  });

  it('the answer is that of another request', async () => {
    const made = await oauthWorld();
    const { consent, told } = consenting({
      visit: async ({ redirectUri }) => {
        await fetch(`${redirectUri}?code=c&state=another`);
        return undefined;
      },
    });
    expect(await failure(made.connect(consent))).toEqual({
      code: 'auth/callback',
      message: 'the answer is not the one that was asked for: its "state" is another one',
      hint: 'connect again, and use the address that is shown then',
    });
    await nothing(made, told);
    const pasted = consenting({ visit: ({ redirectUri }) => Promise.resolve(`${redirectUri}?code=c`) });
    expect(await failure(made.connect(pasted.consent))).toMatchObject({
      code: 'auth/callback',
      message: 'the answer is not the one that was asked for: it has no "state"',
    });
    const empty = consenting({ visit: ({ redirectUri }) => Promise.resolve(redirectUri) });
    expect(await failure(made.connect(empty.consent))).toEqual({
      code: 'auth/callback',
      message: 'what was pasted holds no answer of the provider',
      hint: 'paste the whole address that the browser ends at, after you have agreed',
    });
  });

  it('a slip in what is pasted is named, and the person is asked again', async () => {
    const made = await oauthWorld();
    let asked = '';
    const problems: string[] = [];
    const slips = ['some words', '', (redirectUri: string) => `${redirectUri}?code=c&state=older`];
    let redirect = '';
    const { consent } = consenting(
      {
        visit: async ({ url, redirectUri }) => {
          [asked, redirect] = [url, redirectUri];
          return url;
        },
      },
      {
        again: async ({ message, hint }) => {
          problems.push(`${message}; ${hint}`);
          const next = slips.shift();
          if (next === undefined) return person().agree(asked);
          return typeof next === 'string' ? next : next(redirect);
        },
      },
    );
    expect((await made.connect(consent)).state).toBe('READY');
    expect(problems).toEqual([
      'what was pasted is the address where you agree; open it, agree, and paste the address that the browser ends at',
      'what was pasted holds no answer of the provider; paste the whole address that the browser ends at, after you have agreed',
      'what was pasted holds no answer of the provider; paste the whole address that the browser ends at, after you have agreed',
      'the answer is not the one that was asked for: its "state" is another one; connect again, and use the address that is shown then',
    ]);
  });

  it('the answer comes from another provider, where it says who it is', async () => {
    const first = await oauthWorld();
    const made = await oauthWorld({ issuer: first.oidc.url });
    const { consent, told } = consenting({
      visit: async ({ redirectUri, url }) => {
        const state = new URL(url).searchParams.get('state') ?? '';
        await fetch(`${redirectUri}?code=c&state=${state}&iss=${encodeURIComponent(made.oidc.url)}`);
        return undefined;
      },
    });
    expect(await failure(made.connect(consent))).toMatchObject({
      code: 'auth/callback',
      message:
        'the answer is not the one that was asked for: an unexpected iss (issuer) response parameter value',
    });
    await nothing(made, told);
  });

  it('nobody comes back', async () => {
    const made = await oauthWorld();
    const { consent, told } = consenting({}, { timeoutMs: 90_000 });
    const work = failure(made.connect(consent));
    await waitUntil(() => made.clock.sleepers() > 0);
    await made.clock.move(90_000);
    expect(await work).toEqual({
      code: 'auth/timeout',
      message: 'no answer came within 90 s',
      hint: 'connect again; --timeout SECONDS waits longer',
    });
    await nothing(made, told);
  });

  it('the port is taken, which is no obstacle for who pastes', async () => {
    const taken = createServer();
    const port = await listening(taken);
    onTestFinished(() => void taken.close());
    const registered = `http://127.0.0.1:${port}/cb`;
    const made = await oauthWorld(
      { clientId: 'app-fixed', clientSecret: 'app-fixed-secret' },
      { oidc: { redirectUri: registered }, integration: `oAuthCallbackUri: ${registered}` },
    );
    const { consent, told } = consenting({ visit: ({ url }) => person().agree(url) }, { pastes: true });
    expect((await made.connect(consent)).state).toBe('READY');
    expect(told.visits[0]).toMatchObject({ redirectUri: registered, listening: false });
    expect(made.warnings).toEqual([
      `port ${port} is taken, where the answer should arrive: only what is pasted here is an answer`,
    ]);
    const silent = consenting({}, { pastes: true });
    expect(await failure(made.connect(silent.consent, { key: 'second' }))).toMatchObject({
      code: 'auth/port',
    });
  });

  it('the port is taken', async () => {
    const taken = createServer();
    const port = await listening(taken);
    onTestFinished(() => void taken.close());
    const made = await oauthWorld({}, { integration: `oAuthCallbackUri: http://127.0.0.1:${port}/cb` });
    const { consent, told } = consenting({ visit: agree });
    expect(await failure(made.connect(consent))).toEqual({
      code: 'auth/port',
      message: `port ${port} is taken, where the answer should arrive`,
      hint: `end the program that uses it (another "membrane connect" may be waiting there), or give the integration another "oAuthCallbackUri" than "http://127.0.0.1:${port}/cb"`,
    });
    await nothing(made, told);
  });

  it('the secret of the client is wrong', async () => {
    const made = await oauthWorld({ clientSecret: 'of yesterday' });
    const { consent, told } = consenting({ visit: agree });
    expect(await failure(made.connect(consent), made.root)).toEqual({
      at: 'connectors/app/spec.yaml:1:56',
      code: 'auth/client',
      message: `"${new URL(made.oidc.url).host}" does not accept the client: invalid_client: client authentication failed`,
      hint: 'check "clientId" and "clientSecret" of "getOAuthConfig"',
    });
    await nothing(made, told);
    // in the header, then in the body
    expect(made.oidc.counters.refused).toEqual({ invalid_client: 2 });
  });

  it('a scope is not known', async () => {
    const made = await oauthWorld({ scopes: ['openid', 'offline_access'], extra: { prompt: 'sing' } });
    const { consent, told } = consenting({ visit: agree });
    expect(await failure(made.connect(consent))).toEqual({
      code: 'auth/config',
      message: `"${new URL(made.oidc.url).host}" cannot do what it was asked for: invalid_request: unsupported prompt value requested`,
      hint: 'check "getOAuthConfig", and the settings of the app at the provider',
    });
    await nothing(made, told);
  });

  it('nobody can be asked', async () => {
    const made = await oauthWorld();
    expect(await failure(made.connect())).toEqual({
      code: 'auth/unsupported',
      message: 'a person has to agree, and nobody can be asked here',
      hint: 'connect it in a terminal: membrane connect app',
    });
  });

  it('the API does not take the token', async () => {
    const test = {
      type: 'rest-api-mapping',
      mapping: { path: '/me', method: 'get', requestMapping: { headers: { authorization: 'none' } } },
    };
    const made = await oauthWorld({}, { functions: { test } });
    const { consent, told } = consenting({ visit: agree });
    expect(await failure(made.connect(consent), made.root)).toEqual({
      code: 'auth/rejected',
      message:
        'the test request failed: the API does not accept the credentials, it answered 401 to "GET /api/me": who are you',
      hint: 'check "scopes" of "getOAuthConfig"; nothing was saved',
    });
    await nothing(made, told);
  });
});

describe('a grant', () => {
  const revocable = ({ url }: { url: string }) => ({ revocationUri: `${url}/token/revocation` });
  const refused = {
    test: {
      type: 'rest-api-mapping',
      mapping: { path: '/me', method: 'get', requestMapping: { headers: { authorization: 'none' } } },
    },
  };

  it('that nobody will use is ended, where the provider can, and named where it cannot', async () => {
    const made = await oauthWorld(revocable, { functions: refused });
    expect(await failure(made.connect(consenting({ visit: agree }).consent))).toMatchObject({
      code: 'auth/rejected',
    });
    expect([made.warnings, made.oidc.counters.revoked]).toEqual([[], 1]);
    const other = await oauthWorld({}, { functions: refused });
    expect(await failure(other.connect(consenting({ visit: agree }).consent))).toMatchObject({
      code: 'auth/rejected',
    });
    expect(other.warnings).toEqual([
      'App may still list the access that was given: end it in the settings of your account there',
    ]);
  });

  it('that is not needed any more was ended, or cannot be', async () => {
    for (const [more, grant] of [
      [revocable, 'ended'],
      [{}, 'unending'],
    ] as const) {
      const made = await oauthWorld(more);
      await made.connect(consenting({ visit: agree }).consent);
      expect((await made.membrane.connections.remove('app')).grant).toBe(grant);
    }
  });
});

describe('a client that the provider does not know', () => {
  it('is given anew where it was given', async () => {
    const secret = (name: string) => ({ $firstNotEmpty: [{ $var: name }, 'wrong'] });
    const hint = async (name: string) => {
      const made = await oauthWorld({ clientSecret: secret(name) });
      return (await failure(made.connect(consenting({ visit: agree }).consent)))['hint'];
    };
    expect(await hint('connectorParameters.secret')).toBe(
      'check client id and client secret: membrane integration configure app',
    );
    expect(await hint('connectionParameters.secret')).toBe(
      'check the client id and client secret that were typed in: connect again',
    );
  });
});

describe('warnings', () => {
  it('of a scope that was not granted, and of a token that cannot be renewed', async () => {
    const { connect, warnings } = await oauthWorld({
      clientId: 'app-once',
      clientSecret: 'app-once-secret',
      scopes: ['openid', 'contacts', 'everything'],
    });
    expect((await connect(consenting({ visit: agree }).consent)).state).toBe('READY');
    expect(warnings).toEqual([
      'asked for "everything", which was not granted: what needs it will be refused',
      'no refresh token: you will have to connect again in 60 min; many providers give one for the scope "offline_access", or for "extra: {access_type: offline}"',
    ]);
  });
});

async function shown(url: string): Promise<string> {
  const response = await fetch(url);
  return `${response.status} ${await response.text()}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listening(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

async function waitUntil(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => void setImmediate(resolve));
}
