import { defaultTenant } from '../core/connection.js';
import { envParameters, parameterVariable } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { SecretAddress, Secrets } from '../core/ports.js';
import {
  defaultsIn,
  isSensitive,
  parameterSecrets,
  parametersSchema,
  requiredIn,
} from './connector-parameters.js';
import type { Engine } from './engine.js';
import type { Integration } from './integration.js';

/** Where a parameter of a connector comes from; each one wins over those before it. */
export type ParameterSource = 'default' | 'project' | 'configured' | 'environment';

/** What is known of one parameter; never its value, which may be a secret. */
export interface ParameterFact {
  readonly name: string;
  readonly required: boolean;
  readonly isSensitive: boolean;
  /** Absent: nobody gives it. */
  readonly from?: ParameterSource;
  /** The variable that gives it where nothing can be stored, as in CI. */
  readonly variable: string;
}

/** What was configured on this machine: where it is kept and what it is called, without the values. */
export interface Configured {
  readonly secrets: Secrets['name'];
  readonly names: readonly string[];
  /** Changes with every change of the values. */
  readonly time: number;
}

/** What was found before: asking the keychain takes milliseconds. */
const known = new WeakMap<Engine, Map<string, { stamp: string; values: JsonObject }>>();

/**
 * The integration with what was configured on this machine and what variables say, over what its files say.
 * Connectors that declare no parameters ask no store.
 */
export async function withParameters(engine: Engine, integration: Integration): Promise<Integration> {
  const schema = parametersSchema(integration);
  if (schema === undefined) return integration;
  const connectorParameters = {
    ...defaultsIn(schema),
    ...integration.connectorParameters,
    ...(await configuredValues(engine, integration.key)),
    ...fromEnvironment(engine, integration),
  };
  const secrets = parameterSecrets(schema, connectorParameters);
  return { ...integration, connectorParameters, parameterSecrets: secrets };
}

/** What is known of each parameter of an integration, in the order of the schema. */
export async function parameterFacts(engine: Engine, integration: Integration): Promise<ParameterFact[]> {
  const schema = parametersSchema(integration);
  if (schema === undefined) return [];
  const configured = await configuredOf(engine, integration.key);
  const sources: [ParameterSource, readonly string[]][] = [
    ['environment', Object.keys(fromEnvironment(engine, integration))],
    ['configured', configured?.names ?? []],
    ['project', Object.keys(integration.fileParameters)],
    ['default', Object.keys(defaultsIn(schema))],
  ];
  const required = requiredIn(schema);
  return Object.entries(schema['properties'] as JsonObject).map(([name, field]) => {
    const from = sources.find(([, names]) => names.includes(name))?.[0];
    return {
      name,
      required: required.includes(name),
      isSensitive: isSensitive(name, field),
      ...(from === undefined ? {} : { from }),
      variable: parameterVariable(integration.key, name),
    };
  });
}

/** The drawer that says what is configured; the values themselves are in a secret store. */
export const parametersDrawer = 'connector-parameters';

/** Parameters belong to the project, and so to the default tenant; no connection has an id with a colon. */
export function parametersAddress(integration: string): SecretAddress {
  return { tenant: defaultTenant, connection: `integration:${integration}`, part: 'connector-parameters' };
}

export async function configuredOf(engine: Engine, integration: string): Promise<Configured | undefined> {
  const row = await (await engine.ports.store()).drawer(parametersDrawer).get(defaultTenant, integration);
  if (row === undefined) return undefined;
  const { secrets, names } = row.data as unknown as Configured;
  return { secrets, names, time: row.time };
}

export async function configuredValues(engine: Engine, integration: string): Promise<JsonObject> {
  const configured = await configuredOf(engine, integration);
  if (configured === undefined) return {};
  const all = known.get(engine) ?? new Map<string, { stamp: string; values: JsonObject }>();
  known.set(engine, all);
  const stamp = JSON.stringify(configured);
  const before = all.get(integration);
  if (before?.stamp === stamp) return before.values;
  const store = await engine.ports.secrets(configured.secrets);
  const values = await store.read(parametersAddress(integration));
  if (values === undefined) {
    throw new MembraneError(
      'secrets/corrupt',
      `the ${store.name} has lost the parameters of "${integration}"`,
      {
        hint: `give them again: membrane integration configure ${integration}`,
        class: 'configuration',
      },
    );
  }
  all.set(integration, { stamp, values });
  return values;
}

function fromEnvironment(engine: Engine, { key }: Integration): JsonObject {
  if (!Object.keys(engine.env).some((name) => name.startsWith('MEMBRANE_PARAMETER_'))) return {};
  const candidates = engine.project.list('integration').map(({ ref }) => {
    const connectorKey = engine.project.resolve('integration', ref.key)?.value['connectorKey'];
    const connector = engine.project.resolve(
      'connector',
      typeof connectorKey === 'string' ? connectorKey : ref.key,
    );
    const schema = connector === undefined ? undefined : parametersSchema({ connector });
    return { key: ref.key, properties: (schema?.['properties'] ?? {}) as JsonObject };
  });
  const own = candidates.find((candidate) => candidate.key === key)?.properties ?? {};
  const names = candidates.map((one) => ({ key: one.key, fields: Object.keys(one.properties) }));
  const given = envParameters(engine.env, key, names);
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, typed(text, own[name])]));
}

/** A variable is a text; where the schema wants a number or a yes or no, it is read as one. */
function typed(text: string, field: unknown): string | number | boolean {
  const type = isObject(field) ? field['type'] : undefined;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if ((type === 'number' || type === 'integer') && Number.isFinite(Number(text))) return Number(text);
  return text;
}
