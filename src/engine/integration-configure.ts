import { defaultTenant } from '../core/connection.js';
import { parameterVariable } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Secrets } from '../core/ports.js';
import {
  configuredOf,
  configuredValues,
  parameterFacts,
  parametersAddress,
  parametersDrawer,
  type ParameterFact,
} from './connector-parameters-given.js';
import { parametersSchema } from './connector-parameters.js';
import { listConnections } from './connections.js';
import type { Engine } from './engine.js';
import { requireFit } from './input.js';
import { findIntegration, soundFiles } from './integration.js';

/** An integration as it stands on this machine and for this tenant. */
export interface IntegrationFacts {
  readonly key: string;
  readonly name: string;
  readonly connectorKey?: string;
  readonly parameters: readonly ParameterFact[];
  /** Names of parameters that are required and that nobody gives. */
  readonly missing: readonly string[];
  /** Keys of the tenant's connections. */
  readonly connections: readonly string[];
}

/** What is known of an integration. One without a connector, as in an export, has no parameters. */
export async function integrationFacts(engine: Engine, key: string): Promise<IntegrationFacts> {
  const connections = await listConnections(engine);
  const facts = {
    key,
    connections: connections.flatMap((one) => (one.integrationKey === key ? [one.key] : [])),
  };
  try {
    const integration = findIntegration(engine, key);
    const parameters = await parameterFacts(engine, integration);
    const missing = parameters.filter(({ required, from }) => required && from === undefined);
    const { name, connector } = integration;
    return {
      ...facts,
      name,
      connectorKey: connector.ref.key,
      parameters,
      missing: missing.map((one) => one.name),
    };
  } catch (error) {
    const there = engine.project.resolve('integration', key) !== undefined;
    if (!there || !(error instanceof MembraneError)) throw error;
    return { ...facts, name: key, parameters: [], missing: [] };
  }
}

export interface ConfigureOptions {
  /** New values; the others stay. */
  readonly values?: JsonObject | undefined;
  /** Names of values to forget. */
  readonly unset?: readonly string[] | undefined;
  /** Where to keep them instead of where they are, or of the project's store. */
  readonly secrets?: 'keychain' | 'file' | undefined;
}

/** What can be configured, before anybody is asked. */
export async function planConfigure(engine: Engine, key: string) {
  const integration = await soundFiles(engine, key);
  return {
    schema: requireSchema(key, parametersSchema(integration)),
    parameters: await parameterFacts(engine, integration),
  };
}

/**
 * Keeps parameters of a connector in the secret store, all of them as one secret: client ids are no secret, but
 * one place is easier to know than two. They belong to the project: every tenant's connections use them.
 */
export async function configureIntegration(
  engine: Engine,
  key: string,
  options: ConfigureOptions,
): Promise<IntegrationFacts> {
  const integration = await soundFiles(engine, key);
  const schema = requireSchema(key, parametersSchema(integration));
  const { values: given = {}, unset = [] } = options;
  refuseUnknown(key, schema, [...Object.keys(given), ...unset]);
  await requireFit(
    engine,
    { ...schema, required: [] },
    { ...integration.fileParameters, ...given },
    {
      code: 'input/invalid',
      name: 'what was given',
      hint: `see what it must be with "membrane integration show ${key}"`,
    },
  );
  const lock = await (await engine.ports.store()).lock(`integration/${key}`);
  try {
    const before = await configuredOf(engine, key);
    const name = options.secrets ?? before?.secrets ?? engine.secrets;
    if (name === 'env') throw envIsReadOnly(key, Object.keys(given));
    const values = { ...(await stillThere(engine, key)), ...given };
    for (const gone of unset) delete values[gone];
    await keep(engine, key, values, { name, before: before?.secrets });
  } finally {
    await lock.release();
  }
  return integrationFacts(engine, key);
}

/** What a store has lost is given anew: that must not stop anybody from giving it. */
async function stillThere(engine: Engine, key: string): Promise<JsonObject> {
  try {
    return await configuredValues(engine, key);
  } catch (error) {
    if (error instanceof MembraneError && error.code === 'secrets/corrupt') return {};
    throw error;
  }
}

/** The values before the row that names their store: what is found there can be read. */
async function keep(
  engine: Engine,
  key: string,
  values: JsonObject,
  { name, before }: { name: Secrets['name']; before: Secrets['name'] | undefined },
): Promise<void> {
  const drawer = (await engine.ports.store()).drawer(parametersDrawer);
  const names = Object.keys(values).sort();
  if (names.length > 0) {
    const store = await engine.ports.secrets(name);
    await store.probe();
    await store.write(parametersAddress(key), values);
    const previous = await drawer.get(defaultTenant, key);
    // later than the row before, also in the same millisecond: readers tell versions apart by it
    const time = Math.max(engine.ports.clock.now(), (previous?.time ?? 0) + 1);
    await drawer.put({ id: key, tenant: defaultTenant, time, data: { secrets: name, names } });
  } else {
    await drawer.remove(defaultTenant, [key]);
  }
  const obsolete = names.length === 0 ? (before ?? name) : before === name ? undefined : before;
  if (obsolete !== undefined) await (await engine.ports.secrets(obsolete)).remove(parametersAddress(key));
}

function requireSchema(key: string, schema: JsonObject | undefined): JsonObject {
  if (schema !== undefined) return schema;
  throw new MembraneError('usage/argument', `the connector of "${key}" takes no parameters`, {
    hint: 'those it takes are declared in "parametersSchema" of its spec.yaml',
  });
}

function refuseUnknown(key: string, schema: JsonObject, names: readonly string[]): void {
  const known = Object.keys(schema['properties'] as JsonObject);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new MembraneError('usage/argument', `the connector of "${key}" has no parameter "${unknown}"`, {
    hint: didYouMean(unknown, known) ?? `its parameters are ${known.join(', ')}`,
  });
}

function envIsReadOnly(key: string, names: readonly string[]): MembraneError {
  const variables = (names.length === 0 ? ['FIELD'] : names).map((name) => parameterVariable(key, name));
  return new MembraneError(
    'secrets/read-only',
    `secrets come from environment variables here, nothing is kept`,
    {
      hint: `set ${variables.join(', ')}`,
    },
  );
}
