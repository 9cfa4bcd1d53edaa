import { MembraneError } from './core/error.js';
import type { DataOptions } from './data.js';
import { chooseConnection, sourceOf, type NamedSource } from './data-source-choice.js';
import { openDataSource } from './elements/records/data-source.js';
import { describeCollection, type CollectionDescription } from './elements/records/describe.js';
import { findFieldMapping, openFieldMapping } from './elements/records/field-mapping.js';
import { importer, type Import } from './elements/records/import.js';
import { dataContext, type DataContext } from './engine/data-run.js';
import type { Engine } from './engine/engine.js';

/** What a collection can do, and with which connection it was looked at. */
export interface DataDescription extends CollectionDescription {
  readonly connection: string | undefined;
}

/** How something is looked at, without asking the API. */
export interface LookOptions extends DataOptions {
  /** Whose connector it is, where no connection is needed. */
  readonly integration?: string | undefined;
  readonly signal: AbortSignal;
}

export async function describeData(engine: Engine, key: string, how: LookOptions): Promise<DataDescription> {
  const { context, named, connection } = await look(engine, key, how);
  // what parameters there are is to be seen before they are known
  const unchecked = { ...context, validator: () => (value: unknown) => ({ value, problems: [] }) };
  const collectionKey =
    'collectionKey' in named ? named.collectionKey : (await openDataSource(unchecked, named)).collection.key;
  return { connection, ...(await describeCollection(context, collectionKey, how.parameters)) };
}

/** A field mapping, ready for any number of records of what a key names. */
export async function openMapper(
  engine: Engine,
  key: string,
  fieldMapping: string,
  how: LookOptions,
): Promise<Import> {
  const { context, named } = await look(engine, key, how);
  const more = how.parameters === undefined ? {} : { collectionParameters: how.parameters };
  const source = await openDataSource(context, { ...named, ...more });
  const { import: map } = openFieldMapping(findFieldMapping(context.others, fieldMapping), source);
  return importer(source, { map, raw: how.raw === true, unified: how.unified === true });
}

async function look(
  engine: Engine,
  key: string,
  { integration, connection, signal, warn = () => undefined }: LookOptions,
): Promise<{ context: DataContext; named: NamedSource; connection: string | undefined }> {
  const chosen =
    integration === undefined ? await chooseConnection(engine, key, connection, signal) : undefined;
  const context = await dataContext(engine, { connection: chosen?.connection, integration, signal, warn });
  const named = chosen?.source ?? sourceOf(context, key);
  if (named !== undefined) return { context, named, connection: chosen?.connection.key };
  throw new MembraneError('element/not-found', `"${integration}" has no records "${key}"`, {
    hint: 'see what its connector has: membrane data-collection list',
  });
}
