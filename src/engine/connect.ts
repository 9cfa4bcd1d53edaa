import { secretVariable } from '../core/env-secrets.js';
import type { Issued } from '../core/auth.js';
import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import { defaultRedirectUri, type Consent } from '../core/oauth.js';
import type { JsonSchema } from '../core/schema.js';
import { issueCredentials } from './auth-context.js';
import { authFunction } from './auth-function.js';
import { authVariables, bindClient } from './bound-client.js';
import { alone } from './connection-lock.js';
import { recordOf, rememberSecrets, storeSecrets, type StoredSecrets } from './connection-secrets.js';
import { listConnections, unknownConnection } from './connections.js';
import type { Engine } from './engine.js';
import { callFunction } from './functions.js';
import { requireFit } from './input.js';
import { missingParameters, requireParameters } from './connector-parameters.js';
import { authOptions, findAuth, soundIntegration, type Auth, type Integration } from './integration.js';
import { attempt } from './log.js';
import { noticeConnection } from './notices.js';
import { leavingNoSecrets } from './secret-traces.js';

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
  /** The person who agrees, where the authentication wants that. */
  readonly consent?: Consent | undefined;
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
  /** To be registered at the provider; one without a port stands for any port. */
  readonly redirectUri?: string;
  /** Names of parameters that the connector needs and that nobody has given yet. */
  readonly missing: readonly string[];
  readonly secrets: string;
}

export async function planConnect(engine: Engine, options: ConnectOptions): Promise<ConnectPlan> {
  const integration = await soundIntegration(engine, options.integration);
  const key = options.key ?? integration.key;
  const existing = await engine.ports.connections.get(engine.tenant, key);
  if (existing === undefined && options.reconnect === true) throw await nothingToReconnect(engine, key);
  const choices = authOptions(engine, integration);
  const open = choices.length > 1 && options.auth === undefined && existing?.authOptionKey === undefined;
  const auth = open ? undefined : findAuth(engine, integration, options.auth ?? existing?.authOptionKey);
  const ui = auth?.value['ui'];
  const helpUri = isObject(ui) ? ui['helpUri'] : undefined;
  return {
    integrationKey: integration.key,
    integrationName: integration.name,
    connectionKey: key,
    ...(existing === undefined ? {} : { existing }),
    ...(auth === undefined ? {} : { authType: auth.type.name }),
    options: open ? choices : [],
    ...(auth?.inputSchema === undefined ? {} : { inputSchema: auth.inputSchema }),
    ...(typeof helpUri === 'string' ? { helpUri } : {}),
    ...(auth?.type.redirects === true ? { redirectUri: redirectUriOf(integration) } : {}),
    missing: missingParameters(integration, auth),
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
  else if (options.reconnect === true) throw await nothingToReconnect(engine, key);
  const auth = findAuth(engine, integration, options.auth ?? existing?.authOptionKey);
  requireParameters(integration, auth);
  const storeName = (options.secrets ?? existing?.secrets ?? engine.secrets) as 'keychain' | 'file' | 'env';
  if (storeName === 'env') throw envIsReadOnly(integration, key);
  const store = await engine.ports.secrets(storeName);
  await store.probe();
  const id = existing?.id ?? engine.ports.ids.next();
  const action = existing === undefined ? 'connect' : 'reconnect';
  return attempt(
    engine,
    { action, connection: key, id: existing?.id, integration: integration.key },
    async () => {
      const parameters = await checkedInput(engine, auth, options.input ?? {}, integration.key);
      const issued = await issueCredentials(engine, {
        integration,
        auth,
        parameters,
        signal,
        consent: options.consent,
      });
      if (options.skipTest !== true)
        await testAccount(engine, { integration, auth, parameters, issued, signal });
      const place = { id, tenantKey: engine.tenant, secrets: storeName };
      const before = existing === undefined || existing.secrets === storeName ? [] : [existing.secrets];
      const stores = existing?.secrets === storeName ? [] : [storeName, ...before];
      const saved = await alone(engine, id, () =>
        leavingNoSecrets(engine, id, stores, async () => {
          const secrets = await storeSecrets(engine, place, { ...issued, parameters });
          return save(engine, {
            id,
            key,
            existing,
            integration,
            auth,
            storeName,
            name: options.name,
            secrets,
          });
        }),
      );
      await noticeConnection(engine, existing === undefined ? 'created' : 'reconnected', saved);
      for (const message of issued.warnings ?? []) engine.emit({ type: 'warning', message });
      return saved;
    },
  );
}

/** Who means one that is there has misspelt it: a second connection must not come of that. */
async function nothingToReconnect(engine: Engine, key: string): Promise<MembraneError> {
  const all = await listConnections(engine);
  return unknownConnection(
    key,
    all.map((one) => one.key),
  );
}

/** A person comes back to any free port of this machine, unless the provider only takes what was registered. */
function redirectUriOf({ integration }: Integration): string {
  const fixed = integration.value['oAuthCallbackUri'];
  return typeof fixed === 'string' && fixed !== '' ? fixed : defaultRedirectUri;
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

async function testAccount(
  engine: Engine,
  account: {
    integration: Integration;
    auth: Auth;
    parameters: JsonObject;
    issued: Issued;
    signal: AbortSignal;
  },
): Promise<void> {
  const { integration, auth, parameters, issued, signal } = account;
  const secrets = { parameters, credentials: issued.credentials };
  const test = authFunction(auth, 'test');
  if (test === undefined) return;
  const { client } = bindClient(engine, { integration, auth, secrets, signal });
  const variables = authVariables(integration, secrets);
  try {
    await callFunction(engine, { ...test, variables, client, signal });
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const refused =
      error.code === 'auth/rejected' || error.key === 'not_authenticated' || error.key === 'access_denied';
    const check = auth.type.redirects === true ? '"scopes" of "getOAuthConfig"' : 'what you typed in';
    throw new MembraneError(
      refused ? 'auth/rejected' : 'connection/test',
      `the test request failed: ${error.message}`,
      {
        hint: refused
          ? `check ${check}; nothing was saved`
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
    secrets: StoredSecrets;
  },
): Promise<Connection> {
  const now = engine.ports.clock.now();
  const { id, key, existing, integration, auth, storeName, name, secrets } = made;
  const { generation, nextCredentialsRefreshAt } = recordOf(secrets);
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
    generation,
    ...(nextCredentialsRefreshAt === undefined ? {} : { nextCredentialsRefreshAt }),
  };
  // what is said of the credentials before does not hold for the new ones
  const change = { error: undefined, nextCredentialsRefreshAt, ...connection };
  const updated =
    existing === undefined ? undefined : await engine.ports.connections.update(engine.tenant, id, change);
  const saved = updated ?? connection;
  // also when it was deleted while it was connected again
  if (updated === undefined) await engine.ports.connections.create(connection);
  rememberSecrets(engine, saved, secrets);
  return saved;
}
