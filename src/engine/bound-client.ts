import type { Connection } from '../core/connection.js';
import { secretVariable } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import { isObject, valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import type { ApiClient } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';
import { createRedactor, secretStrings } from '../core/redact.js';
import {
  createClient,
  type ClientBase,
  type Exchange,
  type HandledError,
  type ReadResponse,
  type ResponseHandler,
} from './client.js';
import { secretsFor, type ConnectionSecrets } from './connection-secrets.js';
import type { Engine } from './engine.js';
import { evaluator } from './evaluate.js';
import { callFunction, hasFunction } from './functions.js';
import { findAuth, findIntegration, type Auth, type Integration } from './integration.js';

export interface BoundClientOptions {
  readonly signal: AbortSignal;
  /** Every try of every request, already redacted, for the log. */
  readonly onExchange?: (exchange: Exchange) => void;
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
  if (connection.disconnected) {
    throw new MembraneError('connection/disconnected', `the connection "${connection.key}" is disconnected`, {
      hint: `connect it again: membrane connect ${connection.integrationKey} --key ${connection.key} --reconnect`,
      class: 'connection',
      key: 'connection_is_defunct',
    });
  }
  const integration = findIntegration(engine, connection.integrationKey);
  const auth = findAuth(engine, integration, connection.authOptionKey);
  const secrets = await secretsFor(engine, connection, integration, auth);
  const { key } = connection;
  const reconnectHint =
    connection.secrets === 'env'
      ? `check the variables ${secretVariable(key, 'FIELD')}`
      : `connect it again: membrane connect ${integration.key} --key ${key} --reconnect`;
  return bindClient(engine, { integration, auth, secrets, reconnectHint, ...options });
}

/** The client of an account that may not be stored yet. */
export function bindClient(
  engine: Engine,
  bound: BoundClientOptions & {
    readonly integration: Integration;
    readonly auth: Auth;
    readonly secrets: ConnectionSecrets;
    /** What to do when the API refuses the credentials. */
    readonly reconnectHint?: string;
  },
): BoundClient {
  const { integration, auth, secrets, reconnectHint, signal, onExchange } = bound;
  const { redact, redactValue } = redactorOf(secrets, auth);
  const { limits } = engine.project.config;
  const client = createClient({
    http: engine.ports.http,
    clock: engine.ports.clock,
    emit: engine.emit,
    base: () => clientBase(engine, integration, auth, secrets, signal),
    redact,
    timeoutMs: limits.requestMs,
    maxBytes: limits.responseBytes,
    loggedBodyBytes: limits.loggedBodyBytes,
    reconnectHint,
    signal,
    ...(onExchange === undefined ? {} : { onExchange }),
  });
  return { client, redact: redactValue, integration, auth, variables: authVariables(integration, secrets) };
}

const redactors = new WeakMap<ConnectionSecrets, ReturnType<typeof createRedactor>>();

/** Made once for what is read once. */
function redactorOf(secrets: ConnectionSecrets, auth: Auth): ReturnType<typeof createRedactor> {
  const redactor = redactors.get(secrets) ?? createRedactor(secretsOf(secrets, auth));
  redactors.set(secrets, redactor);
  return redactor;
}

/** Every text of the credentials, but for what the user typed in as plain: an address or a region is no secret. */
function secretsOf({ credentials, parameters }: ConnectionSecrets, auth: Auth): string[] {
  const properties = isObject(auth.inputSchema) ? auth.inputSchema['properties'] : undefined;
  const [plain, secret]: [JsonObject, JsonObject] = [{}, {}];
  for (const [name, value] of Object.entries(parameters)) {
    const field = isObject(properties) ? properties[name] : undefined;
    const isSecret = !isObject(field) || field['isSensitive'] === true;
    (isSecret ? secret : plain)[name] = value;
  }
  const known = new Set(secretStrings(plain));
  const made = secretStrings(credentials).filter((text) => !known.has(text));
  return [...made, ...secretStrings(secret)];
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
  integration: Integration,
  auth: Auth,
  secrets: ConnectionSecrets,
  signal: AbortSignal,
): Promise<ClientBase> {
  const { connector } = integration;
  const own: JsonPath = [...auth.at, 'makeApiClient'];
  const at: JsonPath = hasFunction(connector, own) ? own : ['auth', 'makeApiClient'];
  if (!hasFunction(connector, at)) {
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
  const made = await callFunction(engine, { element: connector, at, variables, signal });
  const baseUri = isObject(made) ? (made['baseUri'] ?? made['baseUrl']) : undefined;
  if (!isObject(made) || typeof baseUri !== 'string') {
    throw new MembraneError('function/failed', '"makeApiClient" gives no "baseUri"', {
      hint: 'is a parameter of the connection missing that it is made of?',
      span: engine.project.locate(connector, at),
      class: 'configuration',
    });
  }
  const basic = made['auth'];
  return {
    baseUri,
    headers: isObject(made['headers']) ? made['headers'] : {},
    query: isObject(made['query']) ? made['query'] : {},
    ...(isObject(basic)
      ? { auth: { username: text(basic['username']), password: text(basic['password']) } }
      : {}),
    ...(isObject(made['retry']) ? { retry: made['retry'] } : {}),
    responseHandlers: responseHandlers(engine, connector, [...at, 'mapping', 'responseHandlers'], variables),
  };
}

/** Handlers see the response, so that they are evaluated per response and not with the rest. */
function responseHandlers(
  engine: Engine,
  connector: ResolvedElement,
  at: JsonPath,
  variables: Readonly<Record<string, unknown>>,
): ResponseHandler[] {
  const handlers = valueAt(connector.value, at);
  const depth = engine.project.config.limits.formulaDepth;
  return (Array.isArray(handlers) ? handlers : []).filter(isObject).map((handler, index) => {
    const evaluate = evaluator(
      handler as JsonObject,
      (path) => engine.project.locate(connector, [...at, index, ...path]),
      depth,
    );
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
