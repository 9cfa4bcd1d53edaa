import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject, same, type Json, type JsonObject } from '../core/json.js';
import { secretStrings } from '../core/redact.js';
import type { JsonSchema } from '../core/schema.js';
import type { TestConnection } from '../core/tape.js';
import { issueCredentials } from './auth-context.js';
import { isSensitiveHeader } from './client-redact.js';
import { fillIn } from './config-env.js';
import { secretTexts } from './connection-redactor.js';
import { recordOf, secretsFor, storeSecrets } from './connection-secrets.js';
import { listConnections } from './connections.js';
import { missingParameters, parametersSchema } from './connector-parameters.js';
import { parametersAddress, parametersDrawer } from './connector-parameters-given.js';
import type { Engine } from './engine.js';
import {
  authOptions,
  findAuth,
  findIntegration,
  usableIntegration,
  type Auth,
  type Integration,
} from './integration.js';
import { freshSecrets } from './refresh.js';

/** Makes an account that nobody has: what is not given of it is made up. Gives the key of its connection. */
export async function createTestConnection(
  engine: Engine,
  given: TestConnection & { readonly integration: string },
  signal: AbortSignal,
): Promise<string> {
  const files = findIntegration(engine, given.integration);
  const option = given.auth ?? authOptions(engine, files)[0]?.key;
  await giveConnectorParameters(engine, files, findAuth(engine, files, option), given.connectorParameters);
  const integration = await usableIntegration(engine, given.integration);
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
  const found = appSecrets(engine);
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

/** What membrane.yaml says to prove to the user's own app who asks; its address is no secret. */
function appSecrets(engine: Engine): string[] {
  const { secret: _secret, ...written } = engine.project.config.app;
  try {
    const { value: app, secrets } = fillIn(engine, written, 'app');
    const headers = Object.entries(app.headers ?? {}).filter(([name]) => isSensitiveHeader(name));
    const variables = secrets.filter((text) => app.baseUri?.includes(text) !== true);
    return [app.auth?.password ?? '', ...secretStrings(Object.fromEntries(headers)), ...variables];
  } catch (error) {
    // Without all of its variables the app cannot be asked, and nothing of it can come onto a tape.
    if (error instanceof MembraneError && error.code === 'config/variable') return [];
    throw error;
  }
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

/** What the connector is given beside what files say: what is required and not there is made up. */
async function giveConnectorParameters(
  engine: Engine,
  files: Integration,
  auth: Auth,
  given: JsonObject = {},
): Promise<void> {
  const integration = files.key;
  const all = madeUp(parametersSchema(files, auth), integration);
  const missing = missingParameters(files, auth).map((name) => [name, all[name] ?? `test-${name}`]);
  const connectorParameters = { ...(Object.fromEntries(missing) as JsonObject), ...given };
  if (Object.keys(connectorParameters).length === 0) return;
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
