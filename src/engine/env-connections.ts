import type { Issued } from '../core/auth.js';
import type { Connection } from '../core/connection.js';
import { defaultTenant } from '../core/connection.js';
import { envConnections as keysInEnv, secretVariable } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import { authContext, issueCredentials, type AuthBinding } from './auth-context.js';
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

/**
 * The fields of a connection that variables can give: those that its connector would ask for, and the credentials
 * that a person's agreement would give, since nobody can agree there.
 */
export function secretFields(engine: Engine, connection: string): string[] {
  try {
    const auth = findAuth(engine, findIntegration(engine, connection), undefined);
    return [...new Set([...propertiesOf(auth.inputSchema), ...credentialFields(auth)])];
  } catch (error) {
    if (error instanceof MembraneError) return []; // a connector that is wrong asks for nothing; using it says why
    throw error;
  }
}

/** The variables that make up a connection, for who has to set them. */
export function secretVariables(engine: Engine, key: string, integration = key): string {
  const fields = secretFields(engine, integration);
  return (fields.length === 0 ? ['FIELD'] : fields).map((field) => secretVariable(key, field)).join(', ');
}

function credentialFields({ type, value, inputSchema }: Auth): string[] {
  if (type.credentialFields === undefined) return [];
  const asked = propertiesOf(inputSchema);
  const all = new Set([...propertiesOf(value['credentialsSchema']), ...type.credentialFields]);
  return [...all].filter((field) => !asked.includes(field));
}

function propertiesOf(schema: unknown): string[] {
  const properties = isObject(schema) ? schema['properties'] : undefined;
  return isObject(properties) ? Object.keys(properties) : [];
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
  const names = credentialFields(auth);
  const [tokens, typed] = split(given ?? {}, names);
  const parameters = await complete(engine, connection, auth, typed);
  const { signal } = new AbortController();
  const { key: connectionKey } = connection;
  const binding = { integration, auth, parameters, signal, connectionKey };
  const { credentials, expiresAt } =
    Object.keys(tokens).length > 0
      ? await usable(engine, binding, tokens)
      : await issueCredentials(engine, binding).catch((error: unknown) => {
          throw names.length === 0 ? error : namingVariables(error, engine, connection);
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

/** Fields that are credentials, and the others. */
function split(given: JsonObject, names: readonly string[]): [tokens: JsonObject, typed: JsonObject] {
  const part = (isToken: boolean) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name) === isToken));
  return [part(true), part(false)];
}

/** Tokens that were got elsewhere. A refresh token alone is good for an access token. */
async function usable(engine: Engine, binding: AuthBinding, tokens: JsonObject): Promise<Issued> {
  const isRefreshOnly = Object.keys(tokens).every((name) => /^refresh_?token$/i.test(name));
  const { type, value } = binding.auth;
  const issued = isRefreshOnly
    ? await type.refresh?.(authContext(engine, binding), value, tokens)
    : undefined;
  return issued === undefined
    ? { credentials: tokens }
    : { ...issued, credentials: { ...tokens, ...issued.credentials } };
}

/** Nobody can agree here: variables take the place of that. */
function namingVariables(error: unknown, engine: Engine, { key, integrationKey }: Connection): unknown {
  if (!(error instanceof MembraneError) || error.code !== 'auth/unsupported') return error;
  return new MembraneError(
    'connection/missing',
    `the connection "${key}" has no tokens, and nobody can agree here`,
    {
      hint: `set of these what there is: ${secretVariables(engine, key, integrationKey)}`,
      class: 'connection',
      cause: error,
    },
  );
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
