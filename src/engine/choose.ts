import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { Kind } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';
import type { ResolvedElement } from '../core/project.js';
import { findConnection, listConnections } from './connections.js';
import type { Engine } from './engine.js';
import { requireReadable } from './sound.js';

/** The element and the connection to run it with. */
export async function choose(
  engine: Engine,
  kind: Kind,
  key: string,
  wanted: string | undefined,
): Promise<{ element: ResolvedElement; connection: Connection | undefined }> {
  const { project, tenant } = engine;
  const scopeOf = ({ key: connection, integrationKey: integration }: Connection) => ({
    integration,
    connection,
    tenant,
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
    return { element: universal, connection: undefined };
  const fitting = (connection: Connection) => project.resolve(kind.name, key, scopeOf(connection));
  const candidates =
    wanted === undefined
      ? (await listConnections(engine)).filter((connection) => fitting(connection) !== undefined)
      : [await findConnection(engine, wanted)];
  const [connection, second] = candidates;
  if (connection === undefined)
    throw noConnection(
      engine,
      kind,
      key,
      layers.map((layer) => layer.ref.integration),
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
  const element = fitting(connection);
  if (element === undefined) {
    throw new MembraneError(
      'element/not-found',
      `${kind.name} "${key}" is not there for "${connection.integrationKey}"`,
      {
        hint: `it is declared for ${layers.map((layer) => layer.ref.integration ?? layer.ref.connection).join(', ')}`,
      },
    );
  }
  return { element, connection };
}

function notFound(engine: Engine, kind: Kind, key: string): MembraneError {
  const names = [...new Set(engine.project.list(kind.name).map((element) => element.ref.key))];
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
