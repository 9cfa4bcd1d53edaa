import { secretVariable } from '../core/env-secrets.js';
import { envConnections } from './env-connections.js';
import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { JsonSchema } from '../core/schema.js';
import { authVariables, bindClient, clientOf } from './bound-client.js';
import { makeCredentials, type ConnectionSecrets } from './connection-secrets.js';
import type { Engine } from './engine.js';
import { callFunction, hasFunction } from './functions.js';
import { requireFit } from './input.js';
import { authOptions, findAuth, soundIntegration, type Auth, type Integration } from './integration.js';
import { writeAttempt } from './log.js';

export interface ConnectOptions {
  readonly integration: string;
  /** Key of the connection; default: the integration's key. */
  readonly key?: string | undefined;
  readonly name?: string | undefined;
  /** Which of several ways to authenticate. */
  readonly auth?: string | undefined;
  /** Replace the credentials of the connection that has this key; its id stays. */
  readonly reconnect?: boolean | undefined;
  /** What the user typed in. */
  readonly input?: JsonObject | undefined;
  /** Save without the connector's test request. */
  readonly skipTest?: boolean | undefined;
  /** Secret store for this connection instead of the project's. */
  readonly secrets?: 'keychain' | 'file' | undefined;
}

/** What is to be asked before an integration can be connected. */
export interface ConnectPlan {
  readonly integrationKey: string;
  readonly integrationName: string;
  readonly connectionKey: string;
  readonly existing?: Connection;
  readonly authType?: string;
  /** Several ways to authenticate, while none is chosen. */
  readonly options: readonly { readonly key: string; readonly name: string }[];
  readonly inputSchema?: JsonSchema;
  readonly helpUri?: string;
  readonly secrets: string;
}

export async function listConnections(engine: Engine): Promise<Connection[]> {
  const stored = await engine.ports.connections.list(engine.tenant);
  return [...stored, ...envConnections(engine, stored)];
}

/** By key or id. Rejects with `connection/unknown`. */
export async function findConnection(engine: Engine, key: string): Promise<Connection> {
  const all = await listConnections(engine);
  const found = all.find((connection) => connection.key === key || connection.id === key);
  if (found !== undefined) return found;
  const names = all.map((connection) => connection.key);
  const known =
    names.length === 0
      ? 'make one: membrane connect INTEGRATION'
      : `there are ${names.slice(0, 8).join(', ')}`;
  throw new MembraneError('connection/unknown', `no connection "${key}"`, {
    hint: didYouMean(key, names) ?? known,
    class: 'connection',
  });
}

export async function planConnect(engine: Engine, options: ConnectOptions): Promise<ConnectPlan> {
  const integration = await soundIntegration(engine, options.integration);
  const key = options.key ?? integration.key;
  const existing = await engine.ports.connections.get(engine.tenant, key);
  const choices = authOptions(integration);
  const open = choices.length > 1 && options.auth === undefined && existing?.authOptionKey === undefined;
  const auth = open ? undefined : findAuth(engine, integration, options.auth ?? existing?.authOptionKey);
  const ui = auth?.value['ui'];
  const helpUri = typeof ui === 'object' && ui !== null && !Array.isArray(ui) ? ui['helpUri'] : undefined;
  return {
    integrationKey: integration.key,
    integrationName: integration.name,
    connectionKey: key,
    ...(existing === undefined ? {} : { existing }),
    ...(auth === undefined ? {} : { authType: auth.type.name }),
    options: open ? choices : [],
    ...(auth?.inputSchema === undefined ? {} : { inputSchema: auth.inputSchema }),
    ...(typeof helpUri === 'string' ? { helpUri } : {}),
    secrets: options.secrets ?? existing?.secrets ?? engine.secrets,
  };
}

/**
 * Connects an account: credentials are made, tried with the connector's test request, then saved. Secrets are
 * written before the connection is: one that is listed has its credentials. Nothing is left of a failure.
 */
export async function connect(
  engine: Engine,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const integration = await soundIntegration(engine, options.integration);
  const key = options.key ?? integration.key;
  const existing = await engine.ports.connections.get(engine.tenant, key);
  if (existing !== undefined) refuseExisting(existing, integration, options);
  const auth = findAuth(engine, integration, options.auth ?? existing?.authOptionKey);
  const storeName = (options.secrets ?? existing?.secrets ?? engine.secrets) as 'keychain' | 'file' | 'env';
  if (storeName === 'env') throw envIsReadOnly(integration, key);
  const store = await engine.ports.secrets(storeName);
  await store.probe();
  const id = existing?.id ?? engine.ports.ids.next();
  const started = engine.ports.clock.now();
  let secrets: ConnectionSecrets;
  try {
    const parameters = await checkedInput(engine, auth, options.input ?? {}, integration.key);
    secrets = {
      parameters,
      credentials: await makeCredentials(engine, integration, auth, parameters, signal),
    };
    if (options.skipTest !== true) await testSecrets(engine, integration, auth, secrets, signal);
  } catch (error) {
    await writeAttempt(engine, { connection: key, integration: integration.key, started, error });
    throw error;
  }
  const address = { tenant: engine.tenant, connection: id };
  const made = { id, key, existing, integration, auth, storeName, name: options.name };
  const saved = await alone(engine, id, async () => {
    await store.write({ ...address, part: 'parameters' }, secrets.parameters);
    await store.write({ ...address, part: 'credentials' }, secrets.credentials);
    return save(engine, made).catch(async (error: unknown) => {
      if (existing === undefined) {
        await store.remove({ ...address, part: 'credentials' });
        await store.remove({ ...address, part: 'parameters' });
      }
      throw error;
    });
  });
  await writeAttempt(engine, { connection: key, integration: integration.key, started });
  return saved;
}

/** Calls the connector's test request with the stored credentials. */
export async function testConnection(
  engine: Engine,
  key: string,
  signal: AbortSignal,
): Promise<{ ms: number; tested: boolean }> {
  const connection = await findConnection(engine, key);
  const started = engine.ports.clock.now();
  const { client, integration, auth, variables } = await clientOf(engine, connection, { signal });
  const at = [...auth.at, 'test'];
  if (!hasFunction(integration.connector, at)) return { ms: 0, tested: false };
  await callFunction(engine, { element: integration.connector, at, variables, client, signal });
  return { ms: engine.ports.clock.now() - started, tested: true };
}

/** Forgets a connection: its secrets first, so that none is ever left without a name. */
export async function removeConnection(engine: Engine, key: string): Promise<Connection> {
  const connection = await findConnection(engine, key);
  if (connection.secrets === 'env') {
    throw new MembraneError('secrets/read-only', `the connection "${key}" comes from environment variables`, {
      hint: 'unset its MEMBRANE_SECRET_ variables',
    });
  }
  const store = await engine.ports.secrets(connection.secrets as 'keychain' | 'file');
  const address = { tenant: engine.tenant, connection: connection.id };
  await alone(engine, connection.id, async () => {
    await store.remove({ ...address, part: 'credentials' });
    await store.remove({ ...address, part: 'parameters' });
    await engine.ports.connections.remove(engine.tenant, connection.id);
  });
  return connection;
}

/** Does what two processes must not do at once: the parts of a connection's secrets belong together. */
async function alone<T>(engine: Engine, id: string, work: () => Promise<T>): Promise<T> {
  const lock = await (await engine.ports.store()).lock(`connection/${id}`);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

function refuseExisting(existing: Connection, integration: Integration, { reconnect }: ConnectOptions): void {
  if (existing.integrationKey !== integration.key) {
    throw new MembraneError(
      'connection/exists',
      `the key "${existing.key}" belongs to a connection of "${existing.integrationKey}"`,
      {
        hint: 'give another key: --key KEY',
      },
    );
  }
  if (reconnect === true) return;
  throw new MembraneError('connection/exists', `there is a connection "${existing.key}" already`, {
    hint: 'replace its credentials with --reconnect, or make a second one with --key KEY',
  });
}

function envIsReadOnly(integration: Integration, key: string): MembraneError {
  return new MembraneError(
    'secrets/read-only',
    `secrets come from environment variables here: "${integration.key}" needs no connect`,
    {
      hint: `set ${secretVariable(key, 'FIELD')} for each field`,
    },
  );
}

async function checkedInput(
  engine: Engine,
  auth: Auth,
  input: JsonObject,
  integration: string,
): Promise<JsonObject> {
  if (auth.inputSchema === undefined) return input;
  const hint = `give it on standard input: membrane connect ${integration} --input - (or in a terminal, which asks)`;
  return (await requireFit(engine, auth.inputSchema, input, {
    code: 'input/invalid',
    name: 'what was given',
    hint,
  })) as JsonObject;
}

async function testSecrets(
  engine: Engine,
  integration: Integration,
  auth: Auth,
  secrets: ConnectionSecrets,
  signal: AbortSignal,
): Promise<void> {
  const at = [...auth.at, 'test'];
  if (!hasFunction(integration.connector, at)) return;
  const { client } = bindClient(engine, { integration, auth, secrets, signal });
  const variables = authVariables(integration, secrets);
  try {
    await callFunction(engine, { element: integration.connector, at, variables, client, signal });
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const refused =
      error.code === 'auth/rejected' || error.key === 'not_authenticated' || error.key === 'access_denied';
    throw new MembraneError(
      refused ? 'auth/rejected' : 'connection/test',
      `the test request failed: ${error.message}`,
      {
        hint: refused
          ? 'check what you typed in; nothing was saved'
          : `${error.hint === undefined ? '' : `${error.hint}; `}nothing was saved`,
        cause: error,
        span: refused ? undefined : error.span,
        class: error.class,
        key: error.key,
        data: error.data,
      },
    );
  }
}

async function save(
  engine: Engine,
  made: {
    id: string;
    key: string;
    existing: Connection | undefined;
    integration: Integration;
    auth: Auth;
    storeName: string;
    name: string | undefined;
  },
): Promise<Connection> {
  const now = engine.ports.clock.now();
  const { id, key, existing, integration, auth, storeName, name } = made;
  const connection: Connection = {
    id,
    key,
    name: name ?? existing?.name ?? integration.name,
    tenantKey: engine.tenant,
    integrationKey: integration.key,
    ...(auth.optionKey === undefined ? {} : { authOptionKey: auth.optionKey }),
    secrets: storeName,
    createdAt: existing?.createdAt ?? now,
    updatedAt: now,
    state: 'READY',
    disconnected: false,
  };
  const updated =
    existing === undefined ? undefined : await engine.ports.connections.update(engine.tenant, id, connection);
  if (updated !== undefined) return updated;
  await engine.ports.connections.create(connection); // also when it was deleted while it was connected again
  return connection;
}
