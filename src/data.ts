import type { Diagnostic } from './core/diagnostic.js';
import type { JsonObject } from './core/json.js';
import type { JsonSchema } from './core/schema.js';
import { describeData, openMapper, type DataDescription } from './data-look.js';
import { chooseConnection, type NamedSource } from './data-source-choice.js';
import { allPages } from './elements/records/all-records.js';
import { wholeFieldsSchema } from './elements/records/collection.js';
import { openDataSource, type DataSource } from './elements/records/data-source.js';
import { fieldsIn, findFieldMapping, openFieldMapping } from './elements/records/field-mapping.js';
import { elementsOf } from './elements/records/functions-of-collection.js';
import { requireKnownParameters } from './elements/records/parameters.js';
import { importer, type Import } from './elements/records/import.js';
import { findRecord, listRecords, matchRecord, searchRecords } from './elements/records/read.js';
import { readerOf } from './elements/records/reader.js';
import type { DataRecord, Fields, RecordPage } from './elements/records/record.js';
import { createRecord, deleteRecord, updateRecord, type Written } from './elements/records/write.js';
import { beginDataRun, type DataRun } from './engine/data-run.js';
import type { Engine } from './engine/engine.js';
import { requireSound } from './engine/sound.js';

export type { DataDescription, DataRecord, RecordPage, Written };

export interface DataOptions {
  /** Key or id; may be left out where only one connection has the records. */
  readonly connection?: string | undefined;
  /** Parameters of the collection. */
  readonly parameters?: Fields | undefined;
  /** Key of a field mapping: fields are in the shape of the app then. */
  readonly fieldMapping?: string | undefined;
  /** Give the fields as the API sent them, too. */
  readonly raw?: boolean | undefined;
  /** Give the fields of the universal data model, too. */
  readonly unified?: boolean | undefined;
  /** Cut the connection's secrets out of what came: for what is printed. */
  readonly redacted?: boolean | undefined;
  /** Told what is odd about records. */
  readonly warn?: ((warning: Diagnostic) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ListOptions extends DataOptions {
  readonly filter?: Fields | undefined;
  readonly cursor?: unknown;
}

/** The records of external apps. A key names a data source, a collection of a connector, or a universal data model. */
export function dataMethods(engine: Engine, ending: AbortSignal) {
  const ended = <Options extends DataOptions>(how: Options) => ({ ...how, signal: how.signal ?? ending });
  const during = <T>(what: Work, how: DataOptions, work: (opened: Opened) => Promise<T>): Promise<T> =>
    runOnce(engine, what, ended(how), work);

  return {
    /** One page of a list. */
    list: (key: string, how: ListOptions = {}): Promise<RecordPage> =>
      during({ method: 'list', key, input: inputOf(how) }, how, (opened) =>
        page(opened, (reader) => listRecords(opened.source.collection, how, reader)),
      ),
    /** All records of a list, page by page as they are taken; `query` searches for a text instead. */
    all: (key: string, how: ListOptions & { readonly query?: string } = {}): AsyncGenerator<DataRecord> =>
      oneByOne(streamPages(engine, key, ended(how))),
    /** The same by pages, which is faster. */
    pages: (key: string, how: ListOptions & { readonly query?: string } = {}): AsyncGenerator<RecordPage> =>
      streamPages(engine, key, ended(how)),
    /** One page of a search for a text. */
    search: (key: string, query: string, how: ListOptions = {}): Promise<RecordPage> =>
      during({ method: 'search', key, input: { query } }, how, (opened) =>
        page(opened, (reader) =>
          searchRecords(opened.source.collection, { query, cursor: how.cursor }, reader),
        ),
      ),
    /** The record with an id. Rejects with `record/not-found`, or with what the API says. */
    get: (key: string, id: string, how: DataOptions = {}): Promise<DataRecord> =>
      during({ method: 'get', key, input: { id } }, how, async ({ source, shown }) =>
        only(await shown([await findRecord(source.collection, id)])),
      ),
    /** The first record whose fields have these values; undefined where there is none. */
    match: (key: string, fields: Fields, how: DataOptions = {}): Promise<DataRecord | undefined> =>
      during(
        { method: 'match', key, input: { fields: jsonFields(fields) } },
        how,
        async ({ source, shown }) => {
          const found = await matchRecord(source.collection, fields);
          return found === undefined ? undefined : only(await shown([found]));
        },
      ),
    create: (key: string, fields: Fields, how: DataOptions = {}): Promise<Written> =>
      during(
        { method: 'create', key, input: { fields: jsonFields(fields) } },
        how,
        async ({ source, written }) => createRecord(source.collection, await written(fields)),
      ),
    update: (key: string, id: string, fields: Fields, how: DataOptions = {}): Promise<Written> =>
      during(
        { method: 'update', key, input: { id, fields: jsonFields(fields) } },
        how,
        async ({ source, written }) => updateRecord(source.collection, id, await written(fields)),
      ),
    delete: (key: string, id: string, how: DataOptions = {}): Promise<Written> =>
      during({ method: 'delete', key, input: { id } }, how, ({ source }) =>
        deleteRecord(source.collection, id),
      ),
    /** A field mapping ready for many records that came in another way. Needs no connection where `integration` says whose. */
    mapper: (
      key: string,
      fieldMapping: string,
      how: DataOptions & { readonly integration?: string } = {},
    ): Promise<Import> => openMapper(engine, key, fieldMapping, ended(how)),
    /** The schema of the fields, with those that only this connection has. */
    schema: (key: string, how: DataOptions = {}): Promise<JsonSchema> =>
      during({ method: 'schema', key }, how, async ({ source }) => {
        const schema = await wholeFieldsSchema(source.collection);
        return schema ?? true;
      }),
    /** What the collection can do. Needs no connection where `integration` says whose connector is meant. */
    describe: (
      key: string,
      how: DataOptions & { readonly integration?: string } = {},
    ): Promise<DataDescription> => describeData(engine, key, ended(how)),
  };
}

/** What is done, for the log. */
interface Work {
  readonly method: string;
  readonly key: string;
  readonly input?: JsonObject;
}

interface Opened {
  readonly source: DataSource;
  /** Records as they are given: mapped, and redacted where that is wanted. */
  readonly shown: (records: readonly DataRecord[]) => Promise<readonly DataRecord[]>;
  /** The fields of the collection, from what the caller gives. */
  readonly written: (fields: Fields) => Promise<Fields>;
}

async function open(engine: Engine, run: DataRun, named: NamedSource, how: DataOptions): Promise<Opened> {
  const { context, redact } = run;
  await requireSoundSource(engine, context, named);
  const more = how.parameters === undefined ? {} : { collectionParameters: how.parameters };
  const source = await openDataSource(context, { ...named, ...more });
  requireKnownParameters(elementsOf(source.collection.source), how.parameters ?? {});
  const mapping =
    how.fieldMapping === undefined
      ? undefined
      : openFieldMapping(findFieldMapping(context.others, how.fieldMapping), source);
  const mapped = importer(source, {
    map: mapping?.import,
    raw: how.raw === true,
    unified: how.unified === true,
  });
  return {
    source,
    async shown(records) {
      const all: DataRecord[] = [];
      for (const record of records) {
        const one = mapped(record);
        all.push(one instanceof Promise ? await one : one);
      }
      return how.redacted === true ? redactedRecords(all, redact) : all;
    },
    written: async (fields) =>
      mapping?.export === undefined ? fields : fieldsIn(await mapping.export(fields), 'the field mapping'),
  };
}

/** Rejects where the files of the data source, or of the collection, are wrong. */
async function requireSoundSource(
  engine: Engine,
  { others }: DataRun['context'],
  named: NamedSource,
): Promise<void> {
  const connector = others.connector()?.key;
  const element =
    'key' in named
      ? engine.project.resolve('data-source', named.key)
      : 'collectionKey' in named
        ? engine.project.resolve('data-collection', named.collectionKey, { connector })
        : undefined;
  if (element !== undefined) await requireSound(engine, element);
}

/** Seldom is there anything to cut out: one look at the text of all is much faster than one at each value. */
function redactedRecords(records: readonly DataRecord[], redact: DataRun['redact']): readonly DataRecord[] {
  const text = JSON.stringify(records);
  return redact(text) === text ? records : redact(records);
}

async function runOnce<T>(
  engine: Engine,
  what: Work,
  how: DataOptions & { readonly signal: AbortSignal },
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const { run, named } = await begin(engine, what, how);
  try {
    const result = await work(await open(engine, run, named, how));
    run.end({});
    return result;
  } catch (error) {
    run.fail(error);
    throw error;
  }
}

async function begin(
  engine: Engine,
  { method, key, input = {} }: Work,
  { connection: wanted, signal, warn = () => undefined }: DataOptions & { readonly signal: AbortSignal },
): Promise<{ run: DataRun; named: NamedSource }> {
  const { connection, source } = await chooseConnection(engine, key, wanted, signal);
  const ref = `data/${key}`;
  const run = await beginDataRun(engine, { connection, ref, input: { method, ...input }, signal, warn });
  return { run, named: source };
}

async function* streamPages(
  engine: Engine,
  key: string,
  how: ListOptions & { readonly query?: string; readonly signal: AbortSignal },
): AsyncGenerator<RecordPage> {
  const { run, named } = await begin(engine, { method: 'list', key, input: inputOf(how) }, how);
  let count = 0;
  let failed = false;
  try {
    const { source, shown } = await open(engine, run, named, how);
    const { query, filter, cursor } = how;
    const asked = query === undefined ? { filter, cursor } : { query, cursor };
    for await (const page of allPages(source.collection, asked)) {
      count += page.records.length;
      yield { ...page, records: await shown(page.records) };
    }
  } catch (error) {
    failed = true;
    run.fail(error);
    throw error;
  } finally {
    if (!failed) run.end({ records: count }); // also when nobody wants the rest
  }
}

async function* oneByOne(pages: AsyncGenerator<RecordPage>): AsyncGenerator<DataRecord> {
  for await (const { records } of pages) yield* records;
}

async function page(
  { source, shown }: Opened,
  ask: (reader: ReturnType<typeof readerOf>) => Promise<RecordPage>,
): Promise<RecordPage> {
  const reader = readerOf(source.collection);
  const { records, cursor } = await ask(reader);
  reader.end();
  const given = await shown(records);
  return cursor === undefined ? { records: given } : { records: given, cursor };
}

function only(records: readonly DataRecord[]): DataRecord {
  return records[0] as DataRecord; // of one record given, one is left
}

function inputOf({ filter, cursor }: ListOptions): JsonObject {
  return {
    ...(filter === undefined ? {} : { filter: jsonFields(filter) }),
    ...(cursor === undefined ? {} : { cursor: String(cursor) }),
  };
}

function jsonFields(fields: Fields): JsonObject {
  return JSON.parse(JSON.stringify(fields)) as JsonObject;
}
