import { MembraneError } from '../../core/error.js';
import { isObject } from '../../core/json.js';
import { didYouMean } from '../../core/nearest.js';
import { callFunction, methodOf, requireMethod, unsupported, type Collection } from './collection.js';
import { names } from './fields.js';
import { optionOf, type CollectionFunction } from './functions-of-collection.js';
import { readerOf, type Reader } from './reader.js';
import { textOf, type DataRecord, type Fields, type RecordPage } from './record.js';

export interface ListQuery {
  readonly cursor?: unknown;
  readonly filter?: Fields | undefined;
}

/** One page of a list. Rejects with `input/invalid` where a filter names a field that the list does not filter by. */
export async function listRecords(
  collection: Collection,
  query: ListQuery = {},
  reader: Reader = readerOf(collection),
): Promise<RecordPage> {
  const method = requireMethod(collection, 'list', 'listed');
  requireFilterable(collection, method, query.filter);
  const { cursor, filter = {} } = query;
  const page = await callFunction(method, { cursor, filter });
  return pageOf(collection, 'list', page, reader);
}

/** One page of a search for a text. */
export async function searchRecords(
  collection: Collection,
  { query, cursor }: { readonly query: string; readonly cursor?: unknown },
  reader: Reader = readerOf(collection),
): Promise<RecordPage> {
  const method = requireMethod(collection, 'search', 'searched');
  return pageOf(collection, 'search', await callFunction(method, { query, cursor }), reader);
}

/** The record with an id. Rejects with `record/not-found`, or with what the API says. */
export async function findRecord(collection: Collection, id: unknown): Promise<DataRecord> {
  const method = requireMethod(collection, 'findById', 'found by id');
  const wanted = requireId(id);
  const given = oneOf(await callFunction(method, { id: wanted }));
  if (given !== undefined) return readOne(collection, given, wanted);
  throw new MembraneError('record/not-found', `no record "${wanted}" in "${collection.key}"`, {
    hint: 'it may be deleted, or the connection may not see it',
    class: 'bad_request',
    key: 'not_found',
  });
}

/**
 * The first record whose fields have these values; undefined where there is none. Where the API cannot match, and
 * its list filters by all of these fields, the list is asked, and what comes is compared.
 */
export async function matchRecord(collection: Collection, query: Fields): Promise<DataRecord | undefined> {
  const fields = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  if (Object.keys(fields).length === 0) {
    throw new MembraneError('input/invalid', `nothing says which record of "${collection.key}" is wanted`, {
      hint: 'give at least one field and its value: without any, every record would fit',
      class: 'bad_request',
    });
  }
  const method = methodOf(collection, 'match');
  if (method === undefined) return matchByList(collection, fields);
  const given = oneOf(await callFunction(method, { fields, query: fields }));
  return given === undefined ? undefined : readOne(collection, given);
}

async function matchByList(collection: Collection, fields: Fields): Promise<DataRecord | undefined> {
  const filterable = names(optionOf(collection.source, 'list', 'filterFields'));
  const unknown = Object.keys(fields).filter((name) => !filterable.includes(name));
  if (methodOf(collection, 'list') === undefined || unknown.length > 0) {
    const by =
      filterable.length === 0 ? 'it has no "match"' : `its list filters by ${filterable.join(', ')} only`;
    throw unsupported(collection, `found by ${Object.keys(fields).join(', ')}`, by);
  }
  const guard = collection.ctx.pageGuard();
  const reader = readerOf(collection);
  for (let cursor: unknown; ;) {
    guard.ask(JSON.stringify(cursor ?? null));
    const page = await listRecords(collection, { cursor, filter: fields }, reader);
    const found = page.records.find((record) => hasValues(record, fields));
    if (found !== undefined || page.cursor === undefined) return found;
    cursor = page.cursor;
  }
}

/** APIs filter in their own way, and some do not at all: the record must have what was asked for. */
function hasValues(record: DataRecord, fields: Fields): boolean {
  return Object.entries(fields).every(([name, value]) => {
    const own = name === 'id' ? record.id : record.fields[name];
    return String(own).toLowerCase() === String(value).toLowerCase();
  });
}

async function pageOf(
  collection: Collection,
  method: 'list' | 'search',
  given: unknown,
  reader: Reader,
): Promise<RecordPage> {
  const items = Array.isArray(given) ? given : isObject(given) ? (given['records'] ?? []) : given;
  if (items !== undefined && items !== null && !Array.isArray(items)) {
    throw new MembraneError(
      'function/failed',
      `"${method}" of the data collection "${collection.key}" gives no list of records`,
      {
        hint: 'it gives {records: […], cursor}',
        span: collection.source.element.locate([]),
        class: 'configuration',
      },
    );
  }
  const records: DataRecord[] = [];
  for (const [index, item] of (items ?? []).entries()) {
    const record = reader.read(item, `record ${index + 1} of a page`);
    records.push(record instanceof Promise ? await record : record);
  }
  const cursor = isObject(given) ? cursorOf(given['cursor']) : undefined;
  return { records, ...(cursor === undefined ? {} : { cursor }) };
}

/** What ends a list, in all the ways in which APIs say so. */
function cursorOf(given: unknown): unknown {
  if (given === null || given === '' || given === false) return undefined;
  return typeof given === 'number' ? String(given) : given;
}

/** A method gives `{record}`, or the record itself. */
function oneOf(given: unknown): unknown {
  const record = isObject(given) && Object.hasOwn(given, 'record') ? given['record'] : given;
  if (record === null || (isObject(record) && Object.keys(record).length === 0)) return undefined;
  return record;
}

async function readOne(collection: Collection, given: unknown, id?: string): Promise<DataRecord> {
  const reader = readerOf(collection);
  // who asks by id knows it, also where the answer does not repeat it
  const whole = id !== undefined && isObject(given) && isObject(given['fields']) ? { id, ...given } : given;
  const record = await reader.read(whole, 'a record');
  reader.end();
  return record;
}

export function requireId(id: unknown): string {
  const text = textOf(id);
  if (text !== undefined) return text;
  throw new MembraneError('input/invalid', 'nothing says which record is meant: the id is missing', {
    hint: 'give the id of the record; is the field there that it comes from?',
    class: 'bad_request',
  });
}

/** A filter that nobody looks at would list everything. */
function requireFilterable(
  collection: Collection,
  method: CollectionFunction,
  filter: Fields | undefined,
): void {
  const asked = Object.keys(filter ?? {});
  if (asked.length === 0) return;
  const declared = optionOf(collection.source, 'list', 'filterFields');
  const known = names(declared);
  const unknown = asked.find((name) => !known.includes(name));
  const looked = declared === undefined && JSON.stringify(method.value).includes('filter');
  if (unknown === undefined || looked) return;
  throw new MembraneError(
    'input/invalid',
    `the list of "${collection.key}" does not filter by "${unknown}"`,
    {
      hint:
        didYouMean(unknown, known) ??
        (known.length === 0 ? 'it has no "filterFields"' : `it filters by ${known.join(', ')}`),
      class: 'bad_request',
    },
  );
}
