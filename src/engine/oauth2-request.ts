import { Buffer } from 'node:buffer';
import type { AuthorizationServer, Client, ClientAuth } from 'oauth4webapi';
import type { AuthBinding } from './auth-context.js';
import type { Engine } from './engine.js';
import { readAnswer, refusesClient, type Answer } from './oauth2-answer.js';
import { oauthFetch } from './oauth2-fetch.js';
import { addressOf, type Settings } from './oauth2-settings.js';

type Way = 'headers' | 'body';

/** What a request to a provider is made of. */
export interface Request {
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly clientAuth: ClientAuth;
  /** Options of every function of oauth4webapi. */
  readonly options: object;
}

/** Where clients were recognised, by address and client, so that a provider is not asked the wrong way each time. */
const accepted = new WeakMap<Engine, Map<string, Way>>();

/**
 * Sends a request with the client's credentials: where the configuration says, else in the header, and in the body
 * if the server does not recognise the client there (RFC 6749 2.3.1 wants the header, many know only the body).
 */
export async function askProvider(
  engine: Engine,
  { integration, signal }: AuthBinding,
  settings: Settings,
  address: Parameters<typeof addressOf>[1],
  send: (request: Request) => Promise<Response>,
): Promise<Answer> {
  const url = addressOf(settings, address);
  const from = `${names[address]} of "${new URL(url).host}"`;
  const library = await import('oauth4webapi');
  const clientId = settings.text('clientId') ?? 'none';
  const ways = waysOf(engine, settings, url);
  let answer: Answer | undefined;
  for (const way of ways) {
    const secrets: string[] = [...integration.parameterSecrets];
    const fetch = oauthFetch(engine, signal);
    const response = await send({
      server: settings.server,
      // the library wants a name also where the request says by an assertion who asks
      client: { client_id: clientId },
      clientAuth: clientAuth(settings, way),
      options: {
        [library.customFetch]: (...request: Parameters<typeof fetch>) => {
          secrets.push(...secretsIn(settings, request[1].body));
          return fetch(...request);
        },
        [library.allowInsecureRequests]: url.startsWith('http:'),
        signal,
      },
    });
    answer = await readAnswer(from, response, secrets);
    if (way !== undefined && !refusesClient(answer)) remember(engine, settings, url, way);
    if (!refusesClient(answer)) break;
  }
  return answer as Answer; // there is always a way
}

const names: Readonly<Record<Parameters<typeof addressOf>[1], string>> = {
  authorizeUri: 'authorization endpoint',
  tokenUri: 'token endpoint',
  deviceAuthorizationUri: 'device authorization endpoint',
  revocationUri: 'revocation endpoint',
};

/** The ways to try, in order; undefined for a client without a secret. */
function waysOf(engine: Engine, settings: Settings, url: string): readonly (Way | undefined)[] {
  if (settings.text('clientSecret') === undefined) return [undefined];
  const said = settings.text('clientAuthLocation');
  if (said === 'headers' || said === 'body') return [said];
  if (said !== undefined) {
    throw settings.fault(`"clientAuthLocation" is "${said}"`, 'it is "headers" or "body", or is left out');
  }
  const before = accepted.get(engine)?.get(keyOf(settings, url));
  return before === undefined ? ['headers', 'body'] : [before];
}

function remember(engine: Engine, settings: Settings, url: string, way: Way): void {
  const all = accepted.get(engine) ?? new Map<string, Way>();
  accepted.set(engine, all.set(keyOf(settings, url), way));
}

function keyOf(settings: Settings, url: string): string {
  return `${settings.text('clientId')} ${url}`;
}

function clientAuth(settings: Settings, way: Way | undefined): ClientAuth {
  const id = settings.text('clientId');
  const secret = settings.text('clientSecret') ?? '';
  return (_server, _client, body, headers) => {
    if (id === undefined) return;
    if (way === 'headers') {
      // Not the library's own: it also encodes "-", "." and "_", which many servers forget to decode.
      const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`.replaceAll('%20', '+');
      headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
      return;
    }
    body.set('client_id', id);
    if (way === 'body') body.set('client_secret', secret);
  };
}

const secretParameters = [
  'code',
  'code_verifier',
  'refresh_token',
  'device_code',
  'assertion',
  'token',
  'client_secret',
];

/** What an answer must not repeat: what was sent, in whichever way. */
function secretsIn(settings: Settings, body: unknown): string[] {
  const sent = body instanceof URLSearchParams ? secretParameters.flatMap((name) => body.getAll(name)) : [];
  return [...sent, settings.text('clientSecret') ?? ''];
}
