import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import { defaultRedirectUri, type Consent } from '../core/oauth.js';
import type { JsonSchema } from '../core/schema.js';
import { issueCredentials } from './auth-context.js';
import { endNewGrant, namingParameters, observed, testAccount } from './connect-test.js';
import { checkKey } from './connection-key.js';
import { alone } from './connection-lock.js';
import { recordOf, rememberSecrets, storeSecrets, type StoredSecrets } from './connection-secrets.js';
import { listConnections, unknownConnection } from './connections.js';
import type { Engine } from './engine.js';
import { secretVariables } from './env-connections.js';
import { checkedInput } from './connect-input.js';
import { missingParameters, requireParameters } from './connector-parameters.js';
import { authOptions, findAuth, soundIntegration, type Auth, type Integration } from './integration.js';
import { attempt } from './log.js';
import { endAlert } from './alerts.js';
import { tellingOf } from './notices.js';
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
  /** Parameters of the connector were asked for just now, and are kept. */
  readonly configured?: boolean | undefined;
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
  if (existing === undefined) await refuseNew(engine, { key, integrationKey: integration.key }, options);
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
  else await refuseNew(engine, { key, integrationKey: integration.key }, options);
  const auth = findAuth(engine, integration, options.auth ?? existing?.authOptionKey);
  requireParameters(integration, auth);
  const storeName = (options.secrets ?? existing?.secrets ?? engine.secrets) as 'keychain' | 'file' | 'env';
  if (storeName === 'env') throw envIsReadOnly(engine, integration, key);
  const store = await engine.ports.secrets(storeName);
  await store.probe();
  const id = existing?.id ?? engine.ports.ids.next();
  const action = existing === undefined ? 'connect' : 'reconnect';
  const how = { id, key, existing, integration, auth, storeName };
  return attempt(
    engine,
    { action, connection: key, id: existing?.id, integration: integration.key },
    async () => {
      try {
        const { connection, warnings } = await makeConnection(engine, how, options, signal);
        for (const message of warnings) engine.emit({ type: 'warning', message });
        return connection;
      } catch (error) {
        throw namingParameters(error, integration, auth, options);
      }
    },
  );
}

interface Making {
  readonly id: string;
  readonly key: string;
  readonly existing: Connection | undefined;
  readonly integration: Integration;
  readonly auth: Auth;
  readonly storeName: 'keychain' | 'file' | 'env';
}

async function makeConnection(
  engine: Engine,
  made: Making,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<{ connection: Connection; warnings: readonly string[] }> {
  const { existing, integration, auth, key } = made;
  const parameters = await checkedInput(engine, auth, options);
  const person = observed(options.consent);
  const issued = await issueCredentials(engine, {
    integration,
    auth,
    parameters,
    signal,
    consent: person.consent,
    connectionKey: existing?.key,
  });
  const account = { integration, auth, parameters, issued };
  try {
    const saved = options.configured === true ? 'no connection was saved' : 'nothing was saved';
    if (options.skipTest !== true) await testAccount(engine, { ...account, signal }, saved);
    const connection = await saveAccount(engine, made, { ...issued, parameters }, options.name);
    return { connection, warnings: issued.warnings ?? [] };
  } catch (error) {
    // the grant of a connection that is there may be the same one: it goes on
    if (existing === undefined && person.hasAgreed()) await endNewGrant(engine, account);
    throw existing === undefined ? takenMeanwhile(error, key) : error;
  }
}

/** Somebody else has connected under the same key while a person was asked. */
function takenMeanwhile(error: unknown, key: string): unknown {
  if (!(error instanceof MembraneError) || error.code !== 'connection/exists') return error;
  return new MembraneError(error.code, `another process has made a connection "${key}" meanwhile`, {
    hint: 'use that one, or connect again with another --key; nothing was saved',
    cause: error,
  });
}

async function saveAccount(
  engine: Engine,
  made: Making,
  account: Parameters<typeof storeSecrets>[2],
  name: string | undefined,
): Promise<Connection> {
  const { id, existing, storeName } = made;
  const place = { id, tenantKey: engine.tenant, secrets: storeName };
  const before = existing === undefined || existing.secrets === storeName ? [] : [existing.secrets];
  const stores = existing?.secrets === storeName ? [] : [storeName, ...before];
  return alone(engine, id, () =>
    leavingNoSecrets(engine, id, stores, async () => {
      const secrets = await storeSecrets(engine, place, account);
      return save(engine, { ...made, name, secrets });
    }),
  );
}

async function refuseNew(
  engine: Engine,
  bearer: { readonly key: string; readonly integrationKey: string },
  { reconnect }: ConnectOptions,
): Promise<void> {
  if (reconnect === true) throw await nothingToReconnect(engine, bearer.key);
  checkKey(bearer, await engine.ports.connections.list(engine.tenant));
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

function envIsReadOnly(engine: Engine, integration: Integration, key: string): MembraneError {
  return new MembraneError(
    'secrets/read-only',
    `secrets come from environment variables here: "${integration.key}" needs no connect`,
    {
      hint: `set its variables: ${secretVariables(engine, key, integration.key)}`,
    },
  );
}

async function save(
  engine: Engine,
  made: Making & { readonly name: string | undefined; readonly secrets: StoredSecrets },
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
  const event = existing === undefined ? 'created' : 'reconnected';
  const saved = await tellingOf(engine, event, connection, async () => {
    const updated =
      existing === undefined ? undefined : await engine.ports.connections.update(engine.tenant, id, change);
    // also when it was deleted while it was connected again
    if (updated === undefined) await engine.ports.connections.create(connection);
    return updated ?? connection;
  });
  await endAlert(engine, { type: 'connection_disconnected', subject: id });
  rememberSecrets(engine, saved, secrets);
  return saved;
}
