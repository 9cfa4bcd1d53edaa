import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject, same, type Json, type JsonObject } from '../core/json.js';
import { secretStrings } from '../core/redact.js';
import type { JsonSchema } from '../core/schema.js';
import type { TestConnection } from '../core/tape.js';
import { issueCredentials } from './auth-context.js';
import { isSensitiveHeader } from './client-redact.js';
import { secretTexts } from './connection-redactor.js';
import { recordOf, secretsFor, storeSecrets } from './connection-secrets.js';
import { listConnections } from './connections.js';
import { parametersAddress, parametersDrawer } from './connector-parameters-given.js';
import type { Engine } from './engine.js';
import { authOptions, findAuth, findIntegration, usableIntegration } from './integration.js';
import { freshSecrets } from './refresh.js';

/** Makes an account that nobody has: what is not given of it is made up. Gives the key of its connection. */
export async function createTestConnection(
  engine: Engine,
  given: TestConnection & { readonly integration: string },
  signal: AbortSignal,
): Promise<string> {
  await giveConnectorParameters(engine, given);
  const integration = await usableIntegration(engine, given.integration);
  const option = given.auth ?? authOptions(engine, integration)[0]?.key;
  const auth = findAuth(engine, integration, option);
  const parameters = { ...madeUp(auth.inputSchema, integration.key), ...given.parameters };
  const binding = { integration, auth, parameters, signal };
  const credentials =
    given.credentials ??
    (auth.type.redirects === true
      ? { access_token: 'test-token' }
      : (await issueCredentials(engine, binding)).credentials);
  const id = engine.ports.ids.next();
  const place = { id, tenantKey: engine.tenant, secrets: 'file' };
  const stored = await storeSecrets(engine, place, { credentials, parameters });
  const { generation } = recordOf(stored);
  const now = engine.ports.clock.now();
  const key = given.key ?? integration.key;
  await engine.ports.connections.create({
    ...place,
    key,
    name: given.name ?? integration.name,
    integrationKey: integration.key,
    ...(auth.optionKey === undefined ? {} : { authOptionKey: auth.optionKey }),
    createdAt: now,
    updatedAt: now,
    state: 'READY',
    disconnected: false,
    generation,
  });
  return key;
}

/** The account of a recording as a test describes one, with its secrets. Its credentials are made new if need be. */
export async function describeConnection(
  engine: Engine,
  connection: Connection,
  signal: AbortSignal,
): Promise<TestConnection> {
  const integration = await usableIntegration(engine, connection.integrationKey);
  const auth = findAuth(engine, integration, connection.authOptionKey);
  await secretsFor(engine, connection, integration, auth);
  const { credentials, parameters } = await freshSecrets(engine, { connection, integration, auth }, signal);
  const configured = Object.entries(integration.connectorParameters).filter(
    ([name]) => !Object.hasOwn(integration.fileParameters, name),
  );
  return {
    integration: integration.key,
    ...(connection.key === integration.key ? {} : { key: connection.key }),
    ...(auth.optionKey === undefined ? {} : { auth: auth.optionKey }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    // those that are what was typed in are made of it again
    ...(same(credentials, parameters) ? {} : { credentials }),
    ...(configured.length === 0 ? {} : { connectorParameters: Object.fromEntries(configured) as JsonObject }),
  };
}

/** The account to record a test with that names an integration; undefined where it leaves that open. */
export async function connectionOf(
  engine: Engine,
  integration: string | undefined,
): Promise<string | undefined> {
  if (integration === undefined) return undefined;
  const own = (await listConnections(engine)).filter(({ integrationKey }) => integrationKey === integration);
  const choices = own.map(({ key }) => key);
  if (choices.length > 1) {
    const message = `several connections of "${integration}" can be recorded with: ${choices.join(', ')}`;
    const hint = `choose one: --connection ${choices[0]}`;
    throw new MembraneError('usage/ambiguous', message, { hint, data: { choices, flag: '--connection' } });
  }
  if (choices[0] !== undefined) return choices[0];
  throw new MembraneError('connection/missing', `there is no connection of "${integration}" to record with`, {
    hint: `make one: membrane connect ${integration}`,
    class: 'connection',
  });
}

/** Every text that is secret of any connection of the tenant, and of the project. */
export async function knownSecrets(engine: Engine): Promise<string[]> {
  const { app } = engine.project.config;
  const headers = Object.entries(app.headers ?? {}).filter(([name]) => isSensitiveHeader(name));
  const found = [app.auth?.password ?? '', ...secretStrings(Object.fromEntries(headers))];
  for (const connection of await listConnections(engine)) {
    try {
      const integration = await usableIntegration(engine, connection.integrationKey);
      const auth = findAuth(engine, integration, connection.authOptionKey);
      const secrets = await secretsFor(engine, connection, integration, auth);
      found.push(...secretTexts(secrets, auth), ...integration.parameterSecrets);
    } catch (error) {
      if (!(error instanceof MembraneError)) throw error;
      const message = `the secrets of "${connection.key}" cannot be read, so that the tape is not searched for them: ${error.message}`;
      engine.emit({ type: 'warning', message });
    }
  }
  return found;
}

/** The integration that a test means that names none. */
export function likelyIntegration(engine: Engine, connector: string | undefined): string | undefined {
  const all = engine.project.list('integration').map(({ ref }) => ref.key);
  const own =
    connector === undefined
      ? all
      : all.filter((key) => findIntegration(engine, key).connector.ref.key === connector);
  return own.length === 1 || own.includes(connector ?? '')
    ? (own.find((key) => key === connector) ?? own[0])
    : undefined;
}

async function giveConnectorParameters(
  engine: Engine,
  { integration, connectorParameters }: TestConnection & { readonly integration: string },
): Promise<void> {
  if (connectorParameters === undefined) return;
  const secrets = await engine.ports.secrets('file');
  await secrets.write(parametersAddress(integration), connectorParameters);
  const { tenant } = parametersAddress(integration);
  const data = { secrets: 'file', names: Object.keys(connectorParameters) };
  const time = engine.ports.clock.now();
  await (await engine.ports.store()).drawer(parametersDrawer).put({ id: integration, tenant, time, data });
}

/** Values that fit what a person is asked for. */
function madeUp(schema: JsonSchema | undefined, integration: string): JsonObject {
  const properties = isObject(schema) ? schema['properties'] : undefined;
  if (!isObject(properties)) return {};
  const entries = Object.entries(properties).map(([name, field]) => [
    name,
    madeUpValue(field, name, integration),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

function madeUpValue(field: unknown, name: string, integration: string): Json {
  if (!isObject(field)) return `test-${name}`;
  const { type, format, enum: choices } = field;
  if (field['default'] !== undefined) return field['default'] as Json;
  if (Array.isArray(choices)) return choices[0] as Json;
  if (type === 'boolean') return false;
  if (type === 'number' || type === 'integer') return 1;
  const isAddress = format === 'uri' || /ur[il]$/i.test(name);
  return isAddress ? `https://${integration}.example` : `test-${name}`;
}
