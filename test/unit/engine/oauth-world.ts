import { onTestFinished } from 'vitest';
import type { Consent, DeviceCode, Visit } from '../../../src/core/oauth.js';
import { openMembrane, type ConnectOptions } from '../../../src/membrane.js';
import { startOidc, type OidcOptions, type OidcServer } from '../../support/oidc.js';
import { world } from './world.js';

/** A connector that gets its tokens by OAuth 2; `config` stands in its `getOAuthConfig`. */
export function oauthConnector(config: object, apiUrl: string, functions: object = {}): string {
  return JSON.stringify({
    name: 'App',
    auth: {
      type: 'oauth2',
      getOAuthConfig: { type: 'mapping', mapping: config },
      makeApiClient: {
        type: 'mapping',
        mapping: {
          baseUri: apiUrl,
          headers: { authorization: { $concat: ['Bearer ', { $var: 'credentials.access_token' }] } },
        },
      },
      test: { type: 'rest-api-mapping', mapping: { path: '/me', method: 'get' } },
      ...functions,
    },
  });
}

/** What `app` of the provider of the tests is configured with. */
export function oidcConfig({ url }: OidcServer, more: object = {}): object {
  return {
    clientId: 'app',
    clientSecret: 'app-secret',
    authorizeUri: `${url}/auth`,
    tokenUri: `${url}/token`,
    scopes: ['openid', 'offline_access', 'contacts'],
    extra: { prompt: 'consent' },
    ...more,
  };
}

/** A project with a connector `app`, over memory ports, and the provider that it asks. */
export async function oauthWorld(
  more: object | ((oidc: OidcServer) => object) = {},
  {
    oidc: options,
    functions,
    integration = '',
  }: { oidc?: OidcOptions; functions?: object; integration?: string } = {},
) {
  const oidc = await startOidc(options);
  onTestFinished(() => oidc.close());
  const made = await world({
    'connectors/app/spec.yaml': oauthConnector(
      oidcConfig(oidc, typeof more === 'function' ? (more as (oidc: OidcServer) => object)(oidc) : more),
      oidc.apiUrl,
      functions,
    ),
    'integrations/app/spec.yaml': integration,
  });
  const warnings: string[] = [];
  const membrane = await openMembrane({
    cwd: made.root,
    env: { MEMBRANE_SECRETS: 'file' },
    ports: made.ports,
    emit: (event) => void (event.type === 'warning' && warnings.push(event.message)),
  });
  const connect = (consent?: Consent, how: Partial<ConnectOptions> = {}) =>
    membrane.connections.connect({ integration: 'app', consent, ...how });
  /** What the secret store holds of `app`. */
  /** What the secret store holds of a connection. */
  const credentials = async (id: string) => {
    const entry = await made.secrets.read({ tenant: 'local', connection: id, part: 'credentials' });
    const { '~membrane': facts, ...rest } = entry as Record<string, unknown>;
    return { credentials: rest, ...(facts as { expiresAt?: number }) };
  };
  return { ...made, membrane, warnings, oidc, connect, credentials };
}

/** A person who does as told, and what they were told. */
export function consenting(
  how: { visit?: (visit: Visit) => Promise<string | undefined>; code?: (code: DeviceCode) => void } = {},
  rest: Partial<Consent> = {},
) {
  const told: { visits: Visit[]; codes: DeviceCode[]; open: number } = { visits: [], codes: [], open: 0 };
  const aborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      told.open += 1;
      const done = () => {
        told.open -= 1;
        resolve();
      };
      if (signal.aborted) done();
      else signal.addEventListener('abort', done, { once: true });
    });
  const consent: Consent = {
    way: 'browser',
    visit: async (visit, signal) => {
      told.visits.push(visit);
      void aborted(signal);
      return how.visit?.(visit);
    },
    showCode: (code, signal) => {
      told.codes.push(code);
      how.code?.(code);
      return aborted(signal);
    },
    ...rest,
  };
  return { consent, told };
}

/** Nobody listens where a browser was sent back to. */
export async function isClosed(redirectUri: string): Promise<boolean> {
  return fetch(redirectUri).then(
    () => false,
    () => true,
  );
}
