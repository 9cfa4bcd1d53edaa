import type { AuthType } from '../core/auth.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { ResolvedElement } from '../core/project.js';
import type { JsonSchema } from '../core/schema.js';
import type { Engine } from './engine.js';
import { requireReadable, requireSound } from './sound.js';

/** An integration with its connector: what is needed to connect an account and to call its API. */
export interface Integration {
  readonly key: string;
  readonly name: string;
  readonly integration: ResolvedElement;
  readonly connector: ResolvedElement;
  /** From the integration and from membrane.yaml, which wins. */
  readonly connectorParameters: JsonObject;
}

/** One way to authenticate with a connector. */
export interface Auth {
  readonly type: AuthType;
  readonly value: JsonObject;
  /** Where it stands in the connector: `auth`, or one of `auth.options`. */
  readonly at: JsonPath;
  readonly optionKey: string | undefined;
  readonly inputSchema: JsonSchema | undefined;
}

/** The integration of this key. Rejects where it, or its connector, is not there. */
export function findIntegration(engine: Engine, key: string): Integration {
  const { project } = engine;
  const integration = project.resolve('integration', key);
  if (integration === undefined) {
    for (const kind of ['integration', 'connector']) requireReadable(engine, kind, key);
    const names = project.list('integration').map((element) => element.ref.key);
    const known =
      names.length === 0
        ? 'there is none yet: "membrane new connector KEY"'
        : `there are ${names.slice(0, 8).join(', ')}`;
    throw new MembraneError('element/not-found', `no integration "${key}"`, {
      hint: didYouMean(key, names) ?? known,
    });
  }
  const named = integration.value['connectorKey'];
  const connectorKey = typeof named === 'string' ? named : key;
  const connector = project.resolve('connector', connectorKey);
  if (connector === undefined) {
    requireReadable(engine, 'connector', connectorKey);
    throw new MembraneError('ref/not-found', `the integration "${key}" has no connector "${connectorKey}"`, {
      hint: `make it with "membrane new connector ${connectorKey}"`,
      span: project.locate(integration, named === undefined ? [] : ['connectorKey']),
    });
  }
  const own = integration.value['parameters'];
  const connectorParameters = { ...(isObject(own) ? own : {}), ...project.config.parameters[key] };
  const name = integration.value['name'] ?? connector.value['name'];
  return { key, name: typeof name === 'string' ? name : key, integration, connector, connectorParameters };
}

/** The same, its files and those of its connector checked: nobody should type in a key for what cannot work. */
export async function soundIntegration(engine: Engine, key: string): Promise<Integration> {
  const found = findIntegration(engine, key);
  await requireSound(engine, found.integration);
  await requireSound(engine, found.connector);
  return found;
}

/** The ways to authenticate that a connector offers, by key; a single one has none. */
export function authOptions(integration: Integration): readonly { key: string; name: string }[] {
  const options = authValue(integration)['options'];
  if (!isObject(options)) return [];
  return Object.entries(options).map(([key, option]) => {
    const name = isObject(option) ? (option['name'] ?? option['title']) : undefined;
    return { key, name: typeof name === 'string' ? name : key };
  });
}

/** How to authenticate: the option that is asked for, or the only one. */
export function findAuth(engine: Engine, integration: Integration, optionKey: string | undefined): Auth {
  const auth = authValue(integration);
  const options = authOptions(integration);
  const chosen = optionKey ?? (options.length === 1 ? options[0]?.key : undefined);
  if (options.length > 0 && !options.some((option) => option.key === chosen)) {
    const names = options.map((option) => option.key);
    if (chosen !== undefined) {
      const hint = didYouMean(chosen, names) ?? `the options are ${names.join(', ')}`;
      throw new MembraneError(
        'usage/argument',
        `"${integration.key}" has no authentication option "${chosen}"`,
        { hint },
      );
    }
    throw new MembraneError('usage/ambiguous', `"${integration.key}" offers several ways to authenticate`, {
      hint: `choose one: --auth ${names.join('|')}`,
      data: { choices: names, flag: '--auth' },
    });
  }
  const at: JsonPath = chosen !== undefined && options.length > 0 ? ['auth', 'options', chosen] : ['auth'];
  const value =
    chosen !== undefined && options.length > 0
      ? ((auth['options'] as JsonObject)[chosen] as JsonObject)
      : auth;
  const type = engine.authTypes.find((candidate) => candidate.name === value['type']);
  if (type === undefined) {
    const names = engine.authTypes.map((candidate) => candidate.name).join(', ');
    throw new MembraneError('auth/unsupported', `the connector says no known authentication type`, {
      hint: `the types are ${names}`,
      span: engine.project.locate(integration.connector, [...at, 'type']),
    });
  }
  return {
    type,
    value,
    at,
    optionKey: options.length > 0 ? chosen : undefined,
    inputSchema: type.inputSchema?.(value),
  };
}

function authValue(integration: Integration): JsonObject {
  const auth = integration.connector.value['auth'];
  return isObject(auth) ? auth : {};
}
