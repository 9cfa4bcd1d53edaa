import type { Connection } from '../core/connection.js';
import { secretVariable } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { Engine } from './engine.js';
import { callFunction, hasFunction } from './functions.js';
import { requireFit } from './input.js';
import type { Auth, Integration } from './integration.js';

/** What is secret of a connection. */
export interface ConnectionSecrets {
  readonly credentials: JsonObject;
  readonly parameters: JsonObject;
}

/** What was read of connections, as they stood when they were last written. */
const known = new WeakMap<Engine, Map<string, { updatedAt: number; secrets: ConnectionSecrets }>>();

/** The secrets of a connection. Asking the keychain takes milliseconds: it is asked once, until a reconnect. */
export async function secretsFor(
  engine: Engine,
  connection: Connection,
  integration: Integration,
  auth: Auth,
): Promise<ConnectionSecrets> {
  const all = known.get(engine) ?? new Map<string, { updatedAt: number; secrets: ConnectionSecrets }>();
  known.set(engine, all);
  const { id, updatedAt } = connection;
  const before = all.get(id);
  if (before?.updatedAt === updatedAt) return before.secrets;
  const secrets = await readSecrets(engine, connection, integration, auth);
  all.set(id, { updatedAt, secrets });
  return secrets;
}

async function readSecrets(
  engine: Engine,
  connection: Connection,
  integration: Integration,
  auth: Auth,
): Promise<ConnectionSecrets> {
  const store = await engine.ports.secrets(connection.secrets as 'keychain' | 'file' | 'env');
  const address = { tenant: connection.tenantKey, connection: connection.id };
  const parameters = (await store.read({ ...address, part: 'parameters' })) ?? {};
  const credentials = await store.read({ ...address, part: 'credentials' });
  if (credentials !== undefined) return { credentials, parameters };
  if (connection.secrets === 'env') {
    const complete = await completeFromEnv(engine, connection, auth, parameters);
    return { parameters: complete, credentials: await makeCredentials(engine, integration, auth, complete) };
  }
  throw new MembraneError(
    'secrets/corrupt',
    `the ${connection.secrets} has no credentials of the connection "${connection.key}"`,
    {
      hint: `connect it again: membrane connect ${connection.integrationKey} --key ${connection.key} --reconnect`,
      class: 'connection',
    },
  );
}

/** What variables give, with the defaults of the rest; rejects with the names of those that are missing. */
async function completeFromEnv(
  engine: Engine,
  connection: Connection,
  auth: Auth,
  parameters: JsonObject,
): Promise<JsonObject> {
  if (auth.inputSchema === undefined) return parameters;
  const required = isObject(auth.inputSchema) ? auth.inputSchema['required'] : undefined;
  const missing = (Array.isArray(required) ? required : []).filter(
    (name) => parameters[String(name)] === undefined,
  );
  const hint = `set ${missing.map((name) => secretVariable(connection.key, String(name))).join(', ') || 'the variables right'}`;
  const what = {
    code: 'connection/missing',
    name: `what the variables of "${connection.key}" give`,
    hint,
  } as const;
  return (await requireFit(engine, auth.inputSchema, parameters, what)) as JsonObject;
}

/** What the authentication type makes of what the user typed in. */
export async function makeCredentials(
  engine: Engine,
  integration: Integration,
  auth: Auth,
  parameters: JsonObject,
  signal: AbortSignal = new AbortController().signal,
): Promise<JsonObject> {
  if (auth.type.connect === undefined) {
    throw new MembraneError(
      'auth/unsupported',
      `authentication of type "${auth.type.name}" cannot be used by this version`,
      {
        hint: `the types that can are ${engine.authTypes.flatMap((type) => (type.connect === undefined ? [] : [type.name])).join(', ')}`,
        span: engine.project.locate(integration.connector, [...auth.at, 'type']),
      },
    );
  }
  const { connector, connectorParameters } = integration;
  const call = (name: string, variables: Readonly<Record<string, unknown>>) =>
    callFunction(engine, { element: connector, at: [...auth.at, name], variables, signal });
  const context = {
    connectorParameters,
    connectionParameters: parameters,
    has: (name: string) => hasFunction(connector, [...auth.at, name]),
    call,
  };
  return auth.type.connect(context, auth.value);
}
