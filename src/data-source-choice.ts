import type { Connection } from './core/connection.js';
import { MembraneError } from './core/error.js';
import { didYouMean } from './core/nearest.js';
import { udmKeys, udmSchema } from './core/udm.js';
import { mappingIn } from './elements/records/model.js';
import { findConnection, listConnections } from './engine/connections.js';
import { dataContext, type DataContext } from './engine/data-run.js';
import type { Engine } from './engine/engine.js';

/** What a key of the `data` commands names, as the `dataSource` of an action would say it. */
export type NamedSource =
  { readonly key: string } | { readonly collectionKey: string } | { readonly udm: string };

/** A data source, else a collection of the connector, else a universal data model; undefined for none of these. */
export function sourceOf({ others }: DataContext, key: string): NamedSource | undefined {
  if (others.find('data-source', key) !== undefined) return { key };
  if (others.find('data-collection', key) !== undefined) return { collectionKey: key };
  const connector = others.connector();
  return connector !== undefined && mappingIn(connector.value, key) !== undefined ? { udm: key } : undefined;
}

/** The connection whose records a key names: the one that is asked for, or the only one that has them. */
export async function chooseConnection(
  engine: Engine,
  key: string,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<{ connection: Connection; source: NamedSource }> {
  const look = async (connection: Connection) =>
    sourceOf(await dataContext(engine, { connection, signal, warn: () => undefined }), key);
  const all = wanted === undefined ? await listConnections(engine) : [await findConnection(engine, wanted)];
  const fitting: { connection: Connection; source: NamedSource }[] = [];
  for (const connection of all) {
    const source = await look(connection);
    if (source !== undefined) fitting.push({ connection, source });
  }
  const [first, second] = fitting;
  if (first === undefined) throw notThere(engine, key, all, wanted);
  if (second === undefined) return first;
  const choices = fitting.map(({ connection }) => connection.key);
  throw new MembraneError('usage/ambiguous', `several connections have "${key}": ${choices.join(', ')}`, {
    hint: `choose one: --connection ${choices[0]}`,
    data: { choices, flag: '--connection' },
  });
}

/** The records that a key may name, of all connectors. */
export function sourceKeys({ project }: Engine): string[] {
  const keys = ['data-source', 'data-collection'].flatMap((kind) =>
    project.list(kind).map(({ ref }) => ref.key),
  );
  return [...new Set(keys)].sort();
}

function notThere(
  engine: Engine,
  key: string,
  all: readonly Connection[],
  wanted: string | undefined,
): MembraneError {
  const keys = sourceKeys(engine);
  const known = keys.length === 0 ? 'there are none yet' : `there are ${keys.slice(0, 8).join(', ')}`;
  if (!keys.includes(key) && udmSchema(key) === undefined) {
    return new MembraneError('element/not-found', `no data source or collection "${key}"`, {
      hint: didYouMean(key, [...keys, ...udmKeys()]) ?? known,
    });
  }
  if (wanted !== undefined) {
    return new MembraneError('element/not-found', `"${all[0]?.integrationKey}" has no records "${key}"`, {
      hint: 'see what its connector has: membrane data-collection list',
    });
  }
  const owners = engine.project
    .list('data-collection')
    .flatMap(({ ref }) => (ref.key === key ? [ref.connector] : []));
  return new MembraneError('connection/missing', `no connection has the records "${key}"`, {
    hint: `make one: membrane connect ${owners.length === 1 ? owners[0] : 'INTEGRATION'}`,
    class: 'connection',
  });
}
