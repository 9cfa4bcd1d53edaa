import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { Kind } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';
import type { Element, ResolvedElement, Scope } from '../core/project.js';
import type { Ref } from '../core/ref.js';
import { findConnection, listConnections } from './connections.js';
import type { Engine } from './engine.js';
import { customisedFor } from './instances-stored.js';
import { findIntegration } from './integration.js';
import { requireReadable } from './sound.js';

/** What is to be run, and with whose account. */
export interface Choice {
  readonly element: ResolvedElement;
  readonly connection: Connection | undefined;
  /** Everything that was set by command for the connection. */
  readonly customised: readonly Element[];
}

/** The element and the connection to run it with; `instance` of several that the connection has of it. */
export async function choose(
  engine: Engine,
  kind: Kind,
  key: string,
  wanted: string | undefined,
  instance?: string,
): Promise<Choice> {
  if (kind.owner !== undefined) return chooseInner(engine, kind, key, wanted);
  const { project, tenant } = engine;
  const scopeOf = ({ key: connection, integrationKey: integration }: Connection): Scope => ({
    integration,
    connection,
    tenant,
    instance,
  });
  const universal = project.resolve(kind.name, key);
  const layers =
    universal === undefined ? project.list(kind.name).filter((element) => element.ref.key === key) : [];
  if (universal === undefined && layers.length === 0) {
    requireReadable(engine, kind.name, key);
    throw notFound(engine, kind, key);
  }
  const needed = kind.needsConnection?.((universal ?? layers[0])?.value ?? {}) ?? false;
  if (wanted === undefined && !needed && universal !== undefined)
    return { element: universal, connection: undefined, customised: [] };
  const fitting = (connection: Connection) => project.resolve(kind.name, key, scopeOf(connection));
  const candidates =
    wanted === undefined
      ? (await listConnections(engine)).filter((connection) => fitting(connection) !== undefined)
      : [await findConnection(engine, wanted)];
  const connection = onlyOne(engine, kind, key, candidates, layers);
  const customised = await customisedFor(engine, connection);
  const element = project.resolve(kind.name, key, { ...scopeOf(connection), customised });
  if (element === undefined) {
    throw new MembraneError(
      'element/not-found',
      `${kind.name} "${key}" is not there for "${connection.integrationKey}"`,
      {
        hint: `it is declared for ${layers.map((layer) => layer.ref.integration ?? layer.ref.connection).join(', ')}`,
      },
    );
  }
  return { element, connection, customised };
}

/** An element on the layers of a scope. Rejects with `element/not-found`. */
export function requireElement(engine: Engine, kind: string, key: string, scope: Scope): ResolvedElement {
  const element = engine.project.resolve(kind, key, scope);
  if (element !== undefined) return element;
  requireReadable(engine, kind, key);
  throw notFound(engine, { name: kind }, key);
}

/** What lives inside of a connector is named by its key, or as CONNECTOR/KEY; every connection to it fits. */
async function chooseInner(
  engine: Engine,
  kind: Kind,
  name: string,
  wanted: string | undefined,
): Promise<Choice> {
  const { project } = engine;
  const slash = name.indexOf('/');
  const [owner, key] = slash === -1 ? [undefined, name] : [name.slice(0, slash), name.slice(slash + 1)];
  const layers = project
    .list(kind.name)
    .filter(({ ref }) => ref.key === key && (owner === undefined || ref.connector === owner));
  if (layers.length === 0) {
    if (owner !== undefined) requireReadable(engine, kind.name, name);
    throw notFound(engine, kind, name);
  }
  const fitting = ({ integrationKey }: Connection) => {
    const connector = findIntegration(engine, integrationKey).connector.ref.key;
    return owner === undefined || owner === connector
      ? project.resolve(kind.name, key, { connector })
      : undefined;
  };
  const candidates =
    wanted === undefined
      ? (await listConnections(engine)).filter((connection) => fitting(connection) !== undefined)
      : [await findConnection(engine, wanted)];
  const connection = onlyOne(engine, kind, name, candidates, layers);
  const element = fitting(connection);
  if (element !== undefined) {
    return { element, connection, customised: await customisedFor(engine, connection) };
  }
  const owners = layers.map(({ ref }) => ref.connector).join(', ');
  throw new MembraneError(
    'element/not-found',
    `${kind.name} "${name}" is not there for "${connection.integrationKey}"`,
    { hint: `it belongs to ${owners}` },
  );
}

/** Rejects where no connection fits, or several do. */
function onlyOne(
  engine: Engine,
  kind: Kind,
  key: string,
  candidates: readonly Connection[],
  layers: readonly Element[],
): Connection {
  const [connection, second] = candidates;
  if (connection === undefined)
    throw noConnection(
      engine,
      kind,
      key,
      layers.map(({ ref }) => ref.integration ?? ref.connector),
    );
  if (second !== undefined) {
    const choices = candidates.map((candidate) => candidate.key);
    throw new MembraneError(
      'usage/ambiguous',
      `several connections can run ${kind.name} "${key}": ${choices.join(', ')}`,
      {
        hint: `choose one: --connection ${choices[0]}`,
        data: { choices, flag: '--connection' },
      },
    );
  }
  return connection;
}

function notFound(engine: Engine, kind: Pick<Kind, 'name'>, key: string): MembraneError {
  const named = ({ connector, key: own }: Ref) => (connector === undefined ? own : `${connector}/${own}`);
  const names = [...new Set(engine.project.list(kind.name).map((element) => named(element.ref)))];
  const none = `there is none yet: membrane new ${kind.name} ${key}`;
  const hint =
    didYouMean(key, names) ?? (names.length === 0 ? none : `see them with "membrane ${kind.name} list"`);
  return new MembraneError('element/not-found', `no ${kind.name} "${key}"`, { hint });
}

function noConnection(
  engine: Engine,
  kind: Kind,
  key: string,
  integrations: readonly (string | undefined)[],
): MembraneError {
  const known = integrations.filter((one) => one !== undefined);
  const names =
    known.length > 0 ? known : engine.project.list('integration').map((element) => element.ref.key);
  const which = names.length === 1 ? names[0] : 'INTEGRATION';
  const list = names.length > 1 ? ` (${names.slice(0, 8).join(', ')})` : '';
  return new MembraneError(
    'connection/missing',
    `${kind.name} "${key}" needs a connection, and there is none`,
    {
      hint:
        names.length === 0
          ? 'make a connector first: membrane new connector KEY'
          : `make one: membrane connect ${which}${list}`,
      class: 'connection',
    },
  );
}
