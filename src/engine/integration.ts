import type { AuthType } from '../core/auth.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { ResolvedElement } from '../core/project.js';
import type { JsonSchema } from '../core/schema.js';
import { withParameters } from './connector-parameters-given.js';
import { parameterSecrets, parametersSchema } from './connector-parameters.js';
import type { Engine } from './engine.js';
import { requireReadable, requireSound } from './sound.js';

/** An integration with its connector: what is needed to connect an account and to call its API. */
export interface Integration {
  readonly key: string;
  readonly name: string;
  readonly integration: ResolvedElement;
  readonly connector: ResolvedElement;
  /** From the integration and from membrane.yaml, which wins. */
  readonly fileParameters: JsonObject;
  /**
   * All that the connector is given. Of `findIntegration`: what the files say. Of the others: with defaults,
   * with what was configured on this machine, and with what variables say.
   */
  readonly connectorParameters: JsonObject;
  /** The texts among them that nobody may see. */
  readonly parameterSecrets: readonly string[];
}

/** One way to authenticate with a connector. */
export interface Auth {
  readonly type: AuthType;
  readonly value: JsonObject;
  /** Where it stands in the connector: `auth`, or one of `auth.options`. */
  readonly at: JsonPath;
  /** Where its functions are looked for, in order: here, then in the connectors whose authentication is used. */
  readonly sources: readonly AuthSource[];
  readonly optionKey: string | undefined;
  readonly inputSchema: JsonSchema | undefined;
}

/** Where an authentication is written. */
export interface AuthSource {
  readonly connector: ResolvedElement;
  readonly at: JsonPath;
}

/** The integration of this key, as its files say. Throws where it, or its connector, is not there. */
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
  const fileParameters = { ...(isObject(own) ? own : {}), ...project.config.parameters[key] };
  const name = integration.value['name'] ?? connector.value['name'];
  const found: Integration = {
    key,
    name: typeof name === 'string' ? name : key,
    integration,
    connector,
    fileParameters,
    connectorParameters: fileParameters,
    parameterSecrets: [],
  };
  return { ...found, parameterSecrets: parameterSecrets(parametersSchema(found), fileParameters) };
}

/** The same, with all that its connector is given: what calling the API needs. */
export async function usableIntegration(engine: Engine, key: string): Promise<Integration> {
  return withParameters(engine, findIntegration(engine, key));
}

/** The same, its files and those of its connector checked: nobody should type in a key for what cannot work. */
export async function soundIntegration(engine: Engine, key: string): Promise<Integration> {
  return withParameters(engine, await soundFiles(engine, key));
}

/** As its files say, which were checked. */
export async function soundFiles(engine: Engine, key: string): Promise<Integration> {
  const found = findIntegration(engine, key);
  await requireSound(engine, found.integration);
  await requireSound(engine, found.connector);
  return found;
}

/** The ways to authenticate that a connector offers, by key; a single one has none. */
export function authOptions(
  engine: Engine,
  { connector }: Pick<Integration, 'connector'>,
  behind: readonly AuthSource[] = [],
): readonly { key: string; name: string }[] {
  const auth = authValue(connector);
  const options = auth['options'];
  if (!isObject(options)) {
    const source = { connector, at: ['auth'] };
    const proxied = proxiedBy(engine, source, auth, behind);
    return proxied === undefined ? [] : authOptions(engine, { connector: proxied }, [...behind, source]);
  }
  return Object.entries(options).map(([key, option]) => {
    const name = isObject(option) ? (option['name'] ?? option['title']) : undefined;
    return { key, name: typeof name === 'string' ? name : key };
  });
}

/** How to authenticate: the option that is asked for, or the only one. */
export function findAuth(engine: Engine, integration: Integration, optionKey: string | undefined): Auth {
  const { connector } = integration;
  const options = authOptions(engine, integration);
  const chosen = optionKey ?? (options.length === 1 ? options[0]?.key : undefined);
  if (options.length > 0 && !options.some((option) => option.key === chosen)) {
    throw noOption(integration, options, chosen);
  }
  const key = options.length > 0 ? chosen : undefined;
  const found = authIn(engine, connector, key, []);
  return { ...found, optionKey: key };
}

/** The authentication of a connector, or that of the one whose authentication it uses. */
function authIn(
  engine: Engine,
  connector: ResolvedElement,
  option: string | undefined,
  behind: readonly AuthSource[],
): Omit<Auth, 'optionKey'> {
  const auth = authValue(connector);
  const options = auth['options'];
  const own = option !== undefined && isObject(options) ? options[option] : auth;
  const at: JsonPath = own === auth || option === undefined ? ['auth'] : ['auth', 'options', option];
  const value = (isObject(own) ? own : {}) as JsonObject;
  const source = { connector, at };
  const sources = [...behind, source];
  const type = engine.authTypes.find((candidate) => candidate.name === value['type']);
  if (type === undefined) {
    const names = engine.authTypes.map((candidate) => candidate.name).join(', ');
    throw new MembraneError('auth/unsupported', `the connector says no known authentication type`, {
      hint: `the types are ${names}`,
      span: engine.project.locate(connector, [...at, 'type']),
    });
  }
  const inputSchema = type.inputSchema?.(value);
  const proxied = proxiedBy(engine, source, value, behind);
  if (proxied === undefined) return { type, value, at, sources, inputSchema };
  const inner = authIn(engine, proxied, option, sources);
  return { ...inner, at, inputSchema: inputSchema ?? inner.inputSchema };
}

/** The connector whose authentication takes the place of this one; undefined where none does. */
function proxiedBy(
  engine: Engine,
  { connector, at }: AuthSource,
  value: JsonObject,
  behind: readonly AuthSource[] = [],
): ResolvedElement | undefined {
  const type = engine.authTypes.find((candidate) => candidate.name === value['type']);
  const key = type?.proxyOf?.(value);
  if (key === undefined) return undefined;
  const span = engine.project.locate(connector, [...at, 'proxyKey']);
  if (key === connector.ref.key || behind.some((source) => source.connector.ref.key === key)) {
    throw new MembraneError(
      'auth/config',
      `connectors use each other's authentication in a circle: "${key}"`,
      {
        hint: 'one of them must say how to authenticate',
        span,
        class: 'configuration',
      },
    );
  }
  const found = engine.project.resolve('connector', key);
  if (found !== undefined) return found;
  requireReadable(engine, 'connector', key);
  const names = engine.project.list('connector').map(({ ref }) => ref.key);
  throw new MembraneError('ref/not-found', `no connector "${key}", whose authentication is to be used`, {
    hint: didYouMean(key, names) ?? `there are ${names.slice(0, 8).join(', ')}`,
    span,
  });
}

function noOption(
  { key }: Integration,
  options: readonly { readonly key: string }[],
  chosen: string | undefined,
): MembraneError {
  const names = options.map((option) => option.key);
  if (chosen === undefined) {
    return new MembraneError('usage/ambiguous', `"${key}" offers several ways to authenticate`, {
      hint: `choose one: --auth ${names.join('|')}`,
      data: { choices: names, flag: '--auth' },
    });
  }
  const hint = didYouMean(chosen, names) ?? `the options are ${names.join(', ')}`;
  return new MembraneError('usage/argument', `"${key}" has no authentication option "${chosen}"`, { hint });
}

function authValue(connector: ResolvedElement): JsonObject {
  const auth = connector.value['auth'];
  return isObject(auth) ? auth : {};
}
