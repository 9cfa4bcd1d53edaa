import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** What the authorization server and the API saw of one account. */
export interface Account {
  /** Tokens that were exchanged for new ones. */
  refreshes: number;
  /** Those of them whose access token had ended, or was about to: it had a tenth of its life left at most. */
  expiries: number;
  /** Refresh tokens that came a second time; each ended the grant. */
  reuse: number;
  /** Token requests of any outcome. */
  asked: number;
  /** When the newest access token was issued, and ends: milliseconds since 1970. */
  issuedAt: number;
  endsAt: number;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface RotatingProvider {
  readonly url: string;
  account(name: string): Account;
  /** What a person gives who agrees: a new grant, with its first tokens. */
  grant(account: string): Promise<Tokens>;
  close(): Promise<void>;
}

const scope = 'openid offline_access';

/**
 * An authorization server that rotates refresh tokens, ends the grant when one comes twice, and has no grace
 * window. The API beside it takes access tokens that are valid, and answers 401 to all others.
 */
export async function startProvider(lifeSeconds: number): Promise<RotatingProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = quietly(() => new Provider(url, configuration(lifeSeconds)));
  const accounts = new Map<string, Account>();

  function account(name: string): Account {
    const known = accounts.get(name);
    if (known !== undefined) return known;
    const made = { refreshes: 0, expiries: 0, reuse: 0, asked: 0, issuedAt: 0, endsAt: 0 };
    accounts.set(name, made);
    return made;
  }

  function issued(to: Account): void {
    // The server counts in whole seconds, and so its tokens live up to one second less than they say.
    const now = Date.now();
    Object.assign(to, { issuedAt: now, endsAt: (Math.floor(now / 1000) + lifeSeconds) * 1000 });
  }

  provider.on('grant.success', ({ oidc }: Context) => {
    const of = account(oidc.entities.Account?.accountId ?? '');
    const now = Date.now();
    of.asked += 1;
    of.refreshes += 1;
    if (now >= Math.min(of.endsAt, of.issuedAt + lifeSeconds * 900)) of.expiries += 1;
    issued(of);
  });
  provider.on('grant.error', ({ oidc }: Context, error: { readonly error_detail?: string }) => {
    const of = account(oidc.entities.Account?.accountId ?? '');
    of.asked += 1;
    if (error.error_detail === 'refresh token already used') of.reuse += 1;
  });

  const oauth = provider.callback();
  handle = (request, response) => {
    if (request.url?.startsWith('/api/') !== true) return oauth(request, response);
    const [, token = ''] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    void provider.AccessToken.find(token).then((found) => {
      response.writeHead(found === undefined ? 401 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ login: found?.accountId ?? null }));
    });
  };

  return {
    url,
    account,
    async grant(name) {
      const client = await provider.Client.find('app');
      const grant = new provider.Grant({ accountId: name, clientId: 'app' });
      grant.addOIDCScope(scope);
      const of = { accountId: name, client, grantId: await grant.save(), scope, gty: 'authorization_code' };
      issued(account(name));
      return {
        access_token: await new provider.AccessToken(of).save(),
        refresh_token: await new provider.RefreshToken(of).save(),
        expiresAt: Date.now() + lifeSeconds * 1000,
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Context {
  readonly oidc: { readonly entities: { readonly Account?: { readonly accountId: string } } };
}

function configuration(lifeSeconds: number): object {
  const day = 86_400;
  return {
    clients: [
      {
        client_id: 'app',
        client_secret: 'app-secret',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: ['https://app.example.com/callback'],
      },
    ],
    scopes: ['openid', 'offline_access'],
    rotateRefreshToken: true,
    ttl: { AccessToken: lifeSeconds, RefreshToken: day, Grant: day, IdToken: day },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  };
}

/** It warns of everything that must not be so in production. */
function quietly<T>(work: () => T): T {
  const { info, warn } = console;
  console.info = console.warn = () => undefined;
  try {
    return work();
  } finally {
    Object.assign(console, { info, warn });
  }
}
