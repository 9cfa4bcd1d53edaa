import { MembraneError } from '../../core/error.js';
import type { FormulaPorts, LookupRequest } from '../../core/formula-env.js';
import { isObject } from '../../core/json.js';
import type { PortContext } from '../../core/kind.js';
import type { JsonSchema } from '../../core/schema.js';
import { openCollection, wholeFieldsSchema, type Collection } from '../records/collection.js';
import { openDataSource } from '../records/data-source.js';
import { matchRecord } from '../records/read.js';
import type { Fields } from '../records/record.js';
import { createOrMatchRecord } from '../records/write.js';
import { remembering } from './remembering.js';

/** So many different queries of one run are remembered. */
const rememberedQueries = 20_000;

/** Lookups of records, and the schemas of their fields. */
export function formulaPorts(ctx: PortContext): FormulaPorts {
  return {
    lookup: lookups(ctx),
    async dataSchema({ type, key, parameters = {} }) {
      if (type !== 'data-collection') return undefined;
      requireConnection(ctx, `the schema of the data collection "${key}"`);
      return (await wholeFieldsSchema(await openCollection(ctx, key, parameters))) ?? true;
    },
  };
}

/** The API is asked once for each different query of a run, also where the same one is asked at the same time. */
function lookups(ctx: PortContext): NonNullable<FormulaPorts['lookup']> {
  const found = remembering<string | undefined>(rememberedQueries);
  const made = remembering<string>(rememberedQueries);
  const opened = remembering<Collection>(rememberedQueries);
  return async ({ query, createIfNotFound, create }: LookupRequest, target) => {
    const source = sourceOf(target);
    if (Object.keys(query).length === 0) return undefined;
    requireConnection(ctx, 'a "$lookup"');
    const where = JSON.stringify(source);
    const name = `${where} ${sortedText(query)}`;
    const collection = () => opened.once(where, async () => (await openDataSource(ctx, source)).collection);
    const id = await found.once(name, async () => (await matchRecord(await collection(), query))?.id);
    if (id !== undefined || !createIfNotFound) return id;
    const fields: Fields = create?.fields ?? query;
    return made.once(name, async () => {
      const record = await createOrMatchRecord(await collection(), query, fields);
      found.set(name, record.id);
      return record.id;
    });
  };
}

/** Which records the field refers to that the result of a lookup becomes. */
function sourceOf(target: JsonSchema | undefined): Readonly<Record<string, unknown>> {
  const { referenceCollection, referenceUdm } = isObject(target) ? target : {};
  if (isObject(referenceCollection) && typeof referenceCollection['key'] === 'string') {
    const { key: collectionKey, parameters: collectionParameters } = referenceCollection;
    return { collectionKey, ...(collectionParameters === undefined ? {} : { collectionParameters }) };
  }
  if (typeof referenceUdm === 'string') return { udm: referenceUdm };
  const what = target === undefined ? 'it is not known what it becomes' : 'its field does not say so';
  throw new MembraneError('formula/port', `"$lookup" cannot tell which records are meant: ${what}`, {
    hint: 'it stands in a field whose schema has "referenceCollection" or "referenceUdm", where records are written',
    class: 'configuration',
  });
}

function requireConnection({ links }: PortContext, what: string): void {
  if (links !== undefined) return;
  throw new MembraneError('connection/missing', `${what} needs a connection`, {
    hint: 'make one with "membrane connect", or name one with --connection',
    class: 'connection',
  });
}

/** The same text for the same query, whatever the order of its fields. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
