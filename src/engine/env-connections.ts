import type { Connection } from '../core/connection.js';
import { defaultTenant } from '../core/connection.js';
import { envConnections as keysInEnv, secretVariable } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import { issueCredentials } from './auth-context.js';
import type { Account, StoredSecrets } from './connection-secrets.js';
import type { Engine } from './engine.js';
import { requireFit } from './input.js';
import { findAuth, findIntegration, type Auth } from './integration.js';

/** Connections that exist because variables hold their secrets: no connect is needed, as in CI. */
export function envConnections(engine: Engine, stored: readonly Connection[]): Connection[] {
  if (engine.secrets !== 'env' || engine.tenant !== defaultTenant) return [];
  if (!Object.keys(engine.env).some((name) => name.startsWith('MEMBRANE_SECRET_'))) return [];
  const taken = new Set(stored.map((connection) => connection.key));
  const candidates = engine.project.list('integration').filter(({ ref }) => !taken.has(ref.key));
  const keys = keysInEnv(
    engine.env,
    candidates.map(({ ref }) => ({ key: ref.key, fields: secretFields(engine, ref.key) })),
  );
  return candidates
    .filter(({ ref }) => keys.includes(ref.key))
    .map(({ ref }) => ({
      id: ref.key,
      key: ref.key,
      name: findIntegration(engine, ref.key).name,
      tenantKey: engine.tenant,
      integrationKey: ref.key,
      secrets: 'env',
      createdAt: 0,
      updatedAt: 0,
      state: 'READY',
      disconnected: false,
    }));
}

/** Keys of stored connections that variables describe too: what is stored wins. */
export function hiddenEnvConnections(engine: Engine, stored: readonly Connection[]): string[] {
  if (engine.secrets !== 'env' || engine.tenant !== defaultTenant) return [];
  const described = stored.map(({ key, integrationKey }) => ({
    key,
    fields: secretFields(engine, integrationKey),
  }));
  return keysInEnv(engine.env, described);
}

/** The fields of a connection that variables can give: those that its connector would ask for. */
export function secretFields(engine: Engine, connection: string): string[] {
  try {
    const { inputSchema } = findAuth(engine, findIntegration(engine, connection), undefined);
    const properties = isObject(inputSchema) ? inputSchema['properties'] : undefined;
    return isObject(properties) ? Object.keys(properties) : [];
  } catch (error) {
    if (error instanceof MembraneError) return []; // a connector that is wrong asks for nothing; using it says why
    throw error;
  }
}

/** What variables give, with the defaults of the rest, and the credentials that are made of it; kept in memory only. */
export async function envSecrets(engine: Engine, account: Account): Promise<StoredSecrets> {
  const { connection, integration, auth } = account;
  const store = await engine.ports.secrets('env');
  const given = await store.read({
    tenant: connection.tenantKey,
    connection: connection.id,
    part: 'parameters',
  });
  const parameters = await complete(engine, connection, auth, given ?? {});
  const { signal } = new AbortController();
  const { credentials, expiresAt } = await issueCredentials(engine, {
    integration,
    auth,
    parameters,
    signal,
  });
  const issuedAt = engine.ports.clock.now();
  return {
    parameters,
    credentials,
    generation: 0,
    issuedAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** Rejects with the names of those that are missing. */
async function complete(
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
