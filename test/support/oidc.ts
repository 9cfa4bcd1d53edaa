import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** What the provider did, by the names of the grants. */
export interface OidcCounters {
  /** Token responses given, by grant type. */
  readonly issued: Record<string, number>;
  /** Token requests refused, by error. */
  readonly refused: Record<string, number>;
  /** Refresh tokens that came a second time; each ended its grant. */
  reused: number;
  /** Tokens that were ended at the revocation endpoint. */
  revoked: number;
  /** Requests to the API, by status. */
  readonly api: Record<number, number>;
}

export interface OidcOptions {
  /** Lives, in seconds. */
  readonly accessTokenSeconds?: number;
  readonly refreshTokenSeconds?: number;
  readonly deviceCodeSeconds?: number;
  /** Port to listen on again, after a restart; default: a free one. */
  readonly port?: number;
  /** Where `app-fixed` may be sent back to. */
  readonly redirectUri?: string;
}

/** An authorization server with rotation and reuse detection, without a grace window, and an API beside it. */
export interface OidcServer {
  /** The issuer; `/.well-known/openid-configuration` is below. */
  readonly url: string;
  /** Wants an access token in the header; answers `{login}`, else 401. */
  readonly apiUrl: string;
  readonly counters: OidcCounters;
  close(): Promise<void>;
}

/** Every client's secret is `CLIENT-secret`; this one has none. */
export const publicClient = 'app-public';

/**
 * Clients: `app` (secret in the header or body), `app-public` (none, PKCE only), `app-fixed` (one registered redirect
 * URI), `app-once` (no refresh tokens). Any login is accepted. Scopes: openid, offline_access, contacts, deals.
 */
export async function startOidc(options: OidcOptions = {}): Promise<OidcServer> {
  const { accessTokenSeconds = 3600, refreshTokenSeconds = 86_400 } = options;
  const counters: OidcCounters = { issued: {}, refused: {}, reused: 0, revoked: 0, api: {} };
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => void server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const provider = quietly(
    () => new Provider(url, configuration(options, accessTokenSeconds, refreshTokenSeconds)),
  );
  provider.on('grant.success', ({ oidc }: Context) => count(counters.issued, oidc.params.grant_type));
  provider.on('grant.error', (_context: Context, error: GrantError) => {
    count(counters.refused, error.error);
    if (error.error_detail === 'refresh token already used') counters.reused += 1;
  });
  provider.on('refresh_token.destroyed', () => (counters.revoked += 1));

  const oauth = provider.callback();
  handle = (request, response) => {
    if (request.url?.startsWith('/api/') !== true) return oauth(request, response);
    const [, token = ''] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    void Promise.all([provider.AccessToken.find(token), provider.ClientCredentials.find(token)]).then(
      (all) => {
        const found = all.find((one) => one !== undefined);
        const status = found === undefined ? 401 : 200;
        counters.api[status] = (counters.api[status] ?? 0) + 1;
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify(found === undefined ? { error: 'who are you' } : { login: found.accountId ?? null }),
        );
      },
    );
  };
  return {
    url,
    apiUrl: `${url}/api`,
    counters,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Context {
  readonly oidc: { readonly params: { readonly grant_type: string } };
}

interface GrantError {
  readonly error: string;
  readonly error_detail?: string;
}

function configuration(
  options: OidcOptions,
  accessTokenSeconds: number,
  refreshTokenSeconds: number,
): object {
  const { deviceCodeSeconds = 600, redirectUri = 'http://127.0.0.1:4444/signed-in' } = options;
  const device = 'urn:ietf:params:oauth:grant-type:device_code';
  const client = (client_id: string, more: object = {}) => ({
    client_id,
    client_secret: `${client_id}-secret`,
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials', device],
    redirect_uris: ['http://127.0.0.1/callback'],
    ...more,
  });
  return {
    clients: [
      client('app'),
      client(publicClient, {
        client_secret: undefined,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', device],
      }),
      client('app-fixed', { application_type: 'web', redirect_uris: [redirectUri] }),
      client('app-once', { grant_types: ['authorization_code'] }),
    ],
    scopes: ['openid', 'offline_access', 'contacts', 'deals'],
    cookies: { keys: ['a key of no importance'] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
    },
    rotateRefreshToken: true,
    issueRefreshToken: (_context: unknown, client: Client, { scopes }: { scopes: Set<string> }) =>
      client.grantTypeAllowed('refresh_token') && scopes.has('offline_access'),
    ttl: {
      AccessToken: accessTokenSeconds,
      IdToken: 3600,
      ClientCredentials: accessTokenSeconds,
      RefreshToken: refreshTokenSeconds,
      DeviceCode: deviceCodeSeconds,
      Session: 86_400,
      Grant: 86_400,
      Interaction: 3600,
    },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  };
}

interface Client {
  grantTypeAllowed(type: string): boolean;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
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
