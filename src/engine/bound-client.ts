import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject, valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import type { ApiClient } from '../core/kind.js';
import type { LogLine } from '../core/sandbox.js';
import { authContext } from './auth-context.js';
import { authFunction, type FunctionPlace } from './auth-function.js';
import {
  createClient,
  type ClientBase,
  type Exchange,
  type HandledError,
  type ReadResponse,
  type ResponseHandler,
} from './client.js';
import type { Instead } from './client-instead.js';
import { declaredFor } from './client-declared.js';
import { redactorOf, secretTexts } from './connection-redactor.js';
import {
  secretsFor,
  type Account,
  type ConnectionSecrets,
  type StoredSecrets,
} from './connection-secrets.js';
import type { Engine } from './engine.js';
import { secretVariables } from './env-connections.js';
import { evaluator } from './evaluate.js';
import { filesOf } from './files.js';
import { callFunction } from './functions.js';
import { findAuth, usableIntegration, type Auth, type Integration } from './integration.js';
import { noteActivity } from './last-active.js';
import { createThrottle } from './rate-limit.js';
import { freshSecrets, renewSecrets } from './refresh.js';
import { isDisconnected, reconnectHint } from './refresh-errors.js';

export interface BoundClientOptions {
  readonly signal: AbortSignal;
  /** Every try of every request, already redacted, for the log. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** How much of each body goes to `onExchange` from now on, asked each time; `limits` of the project by default. */
  readonly loggedBodyBytes?: () => number | undefined;
  /** What code of the connector writes to its console. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
  /** Called before a request is sent that must not be sent twice, and waited for. */
  readonly beforeUnsafe?: (() => Promise<void>) | undefined;
  /** Takes requests that would change something in the place of sending them. */
  readonly instead?: Instead | undefined;
  /** Looking whether it works is no use of a connection. */
  readonly isTest?: boolean;
}

/** A client with somebody's address and credentials, and how to cut these out of texts. */
export interface BoundClient {
  readonly client: ApiClient;
  readonly redact: <T>(value: T) => T;
  readonly integration: Integration;
  readonly auth: Auth;
  /** Of the functions of `auth`. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The client of a stored connection. */
export async function clientOf(
  engine: Engine,
  connection: Connection,
  options: BoundClientOptions,
): Promise<BoundClient> {
  return bindClient(engine, { ...(await accountOf(engine, connection, options.isTest)), ...options });
}

/** A stored connection with its secrets: any number of clients can be bound to it. */
export async function accountOf(
  engine: Engine,
  connection: Connection,
  isTest = false,
): Promise<BoundAccount> {
  if (connection.disconnected) throw isDisconnected(connection);
  const integration = await usableIntegration(engine, connection.integrationKey);
  const auth = findAuth(engine, integration, connection.authOptionKey);
  const secrets = await secretsFor(engine, connection, integration, auth);
  if (!isTest) await noteActivity(engine, connection);
  const hint =
    connection.secrets === 'env'
      ? `check the variables ${secretVariables(engine, connection.key, connection.integrationKey)}`
      : reconnectHint(connection);
  return {
    integration,
    auth,
    secrets,
    reconnectHint: hint,
    connectionId: connection.id,
    refreshed: connection,
  };
}

/** Whom a client is bound to. */
export interface BoundAccount {
  readonly integration: Integration;
  readonly auth: Auth;
  readonly secrets: ConnectionSecrets;
  /** What to do when the API refuses the credentials. */
  readonly reconnectHint?: string;
  /** Of a stored connection: its requests keep to one rate limit. */
  readonly connectionId?: string;
  /** One whose credentials are refreshed; not for who holds its lock. */
  readonly refreshed?: Connection;
}

/** The client of an account that may not be stored yet. */
export function bindClient(engine: Engine, bound: BoundClientOptions & BoundAccount): BoundClient {
  const { integration, auth, secrets, reconnectHint, signal, onExchange, beforeUnsafe } = bound;
  const { redact, redactValue, add } = redactorOf(secrets, auth, integration);
  const connection = bound.refreshed;
  const live = connection && liveSecrets(engine, { connection, integration, auth }, signal);
  const { limits } = engine.project.config;
  const client = createClient({
    http: engine.ports.http,
    clock: engine.ports.clock,
    emit: engine.emit,
    base: async () => {
      const current = (await live?.current()) ?? secrets;
      if (current !== secrets) secretTexts(current, auth).forEach(add);
      const base = await clientBase(engine, {
        integration,
        auth,
        secrets: current,
        signal,
        onLine: bound.onLine,
      });
      live?.usedBy(base, current);
      return base;
    },
    onUnauthorized: live?.renew,
    redact,
    timeoutMs: limits.requestMs,
    maxBytes: limits.responseBytes,
    get loggedBodyBytes() {
      return bound.loggedBodyBytes?.() ?? limits.loggedBodyBytes;
    },
    pageLimits: { pages: limits.listPages, ms: limits.listMs },
    throttle: createThrottle({
      store: engine.ports.store,
      clock: engine.ports.clock,
      emit: engine.emit,
      name: `${engine.tenant}/${bound.connectionId ?? integration.key}`,
    }),
    reconnectHint,
    files: filesOf(engine),
    signal,
    beforeUnsafe,
    instead: bound.instead,
    ...(onExchange === undefined ? {} : { onExchange }),
  });
  return { client, redact: redactValue, integration, auth, variables: authVariables(integration, secrets) };
}

/** The credentials of a stored connection, of which other processes and other requests make new ones. */
function liveSecrets(engine: Engine, account: Account, signal: AbortSignal) {
  const used = new WeakMap<ClientBase, StoredSecrets>();
  return {
    current: () => freshSecrets(engine, account, signal),
    usedBy: (base: ClientBase, secrets: ConnectionSecrets) => used.set(base, secrets as StoredSecrets),
    /** Only those are refused that this very request was made with: others may be newer. */
    renew: async (base: ClientBase): Promise<boolean | 'replaced'> => {
      const refused = used.get(base);
      const began = engine.ports.clock.now();
      const next = refused && (await renewSecrets(engine, account, refused, signal));
      if (next === undefined) return false;
      return next.issuedAt !== undefined && next.issuedAt < began ? 'replaced' : true;
    },
  };
}

/** The variables of the functions of `auth`. */
export function authVariables(integration: Integration, secrets: ConnectionSecrets): Record<string, unknown> {
  const { credentials, parameters } = secrets;
  return {
    connectorParameters: integration.connectorParameters,
    connectionParameters: parameters,
    connectionInput: parameters,
    credentials,
  };
}

/** Address and credentials as `makeApiClient` gives them, made anew for every try. */
async function clientBase(
  engine: Engine,
  bound: Pick<BoundClientOptions, 'signal' | 'onLine'> & {
    readonly integration: Integration;
    readonly auth: Auth;
    readonly secrets: ConnectionSecrets;
  },
): Promise<ClientBase> {
  const { integration, auth, secrets, signal, onLine } = bound;
  const { connector } = integration;
  const make = authFunction(auth, 'makeApiClient');
  if (make === undefined) {
    throw new MembraneError(
      'function/failed',
      `the connector "${connector.ref.key}" has no "makeApiClient"`,
      {
        hint: 'write auth/make-api-client.map.yml with baseUri and headers',
        span: engine.project.locate(connector, auth.at),
        class: 'configuration',
      },
    );
  }
  const variables = authVariables(integration, secrets);
  const made = await callFunction(engine, { ...make, variables, signal, onLine });
  const baseUri = isObject(made) ? (made['baseUri'] ?? made['baseUrl']) : undefined;
  if (!isObject(made) || typeof baseUri !== 'string') {
    throw new MembraneError('function/failed', '"makeApiClient" gives no "baseUri"', {
      hint: 'is a parameter of the connection missing that it is made of?',
      span: engine.project.locate(make.element, make.at),
      class: 'configuration',
    });
  }
  const basic = made['auth'];
  const { sign } = auth.type;
  const { parameters } = secrets;
  const context = () => authContext(engine, { integration, auth, parameters, signal });
  return {
    baseUri,
    headers: isObject(made['headers']) ? made['headers'] : {},
    query: isObject(made['query']) ? made['query'] : {},
    ...(isObject(basic)
      ? { auth: { username: text(basic['username']), password: text(basic['password']) } }
      : {}),
    ...declaredFor(made, () => engine.project.locate(make.element, make.at)),
    ...(sign === undefined ? {} : { sign: (request) => sign(context(), secrets.credentials, request) }),
    responseHandlers: responseHandlers(engine, make, variables),
  };
}

/** Handlers see the response, so that they are evaluated per response and not with the rest. */
function responseHandlers(
  engine: Engine,
  { element: connector, at: made }: FunctionPlace,
  variables: Readonly<Record<string, unknown>>,
): ResponseHandler[] {
  const at: JsonPath = [...made, 'mapping', 'responseHandlers'];
  const handlers = valueAt(connector.value, at);
  const depth = engine.project.config.limits.formulaDepth;
  return (Array.isArray(handlers) ? handlers : []).filter(isObject).map((handler, index) => {
    const evaluate = evaluator(handler as JsonObject, {
      locate: (path) => engine.project.locate(connector, [...at, index, ...path]),
      depth,
    });
    const part = (name: string) => async (response: ReadResponse) =>
      evaluate([name], { ...variables, response: { ...response, statusCode: response.status } });
    const error = part('error');
    return {
      match: async (response) => handler['match'] === undefined || (await part('match')(response)) === true,
      ...(handler['isSuccess'] === undefined
        ? {}
        : { isSuccess: async (response: ReadResponse) => (await part('isSuccess')(response)) === true }),
      ...(handler['data'] === undefined ? {} : { data: part('data') }),
      ...(handler['error'] === undefined
        ? {}
        : { error: async (response: ReadResponse) => ((await error(response)) ?? {}) as HandledError }),
    };
  });
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
