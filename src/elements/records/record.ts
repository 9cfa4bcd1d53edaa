import { isObject } from '../../core/json.js';
import { instant } from '../../formulas/instant.js';

/** A record of an external app as everybody sees it. */
export interface DataRecord {
  /** A text, whatever the API has. Empty where the API gave none. */
  readonly id: string;
  readonly name?: string;
  readonly uri?: string;
  /** ISO 8601, as the other times; what is no time stays as it was. */
  readonly createdTime?: string;
  readonly updatedTime?: string;
  readonly deletedTime?: string;
  readonly createdById?: string;
  readonly updatedById?: string;
  readonly fields: Fields;
  /** As the API sent them. */
  readonly rawFields?: unknown;
  /** Of the universal data model. */
  readonly unifiedFields?: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

/** One page of records. */
export interface RecordPage {
  readonly records: readonly DataRecord[];
  /** Where to go on; absent at the end. */
  readonly cursor?: unknown;
}

/**
 * What a function of a connector gave, as a record. Of an object without `fields` all is taken for its fields, as
 * APIs send it. Undefined for what is no object.
 */
export function recordOf(given: unknown): DataRecord | undefined {
  if (!isObject(given)) return undefined;
  const own = given['fields'];
  const fields = isObject(own) ? own : own === undefined || own === null ? given : undefined;
  if (fields === undefined) return undefined;
  const record: Record<string, unknown> = { id: textOf(given['id'] ?? fields['id']) ?? '' };
  const set = (name: string, value: unknown) => {
    if (value !== undefined) record[name] = value;
  };
  set('name', textOf(given['name']));
  set('uri', textOf(given['uri']));
  set('createdTime', timeOf(given['createdTime']));
  set('updatedTime', timeOf(given['updatedTime']));
  set('deletedTime', timeOf(given['deletedTime']));
  set('createdById', personOf(given['createdById'] ?? given['createdBy']));
  set('updatedById', personOf(given['updatedById'] ?? given['updatedBy']));
  record['fields'] = fields;
  set('rawFields', given['rawFields']);
  return record as unknown as DataRecord;
}

/** An id as a text; undefined where there is none. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

/** As times are written here; the last days of a month are left to who knows how long it is. */
const exact = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Numbers are seconds since 1970, or milliseconds where seconds would lie thousands of years ahead. */
function timeOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && value.length === 24 && exact.test(value)) return value;
  const ms = typeof value === 'number' ? (Math.abs(value) < 1e11 ? value * 1000 : value) : instantOf(value);
  if (ms === undefined || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return String(value);
  return new Date(ms).toISOString();
}

function instantOf(value: unknown): number | undefined {
  return typeof value === 'string' ? instant(value) : undefined;
}

function personOf(value: unknown): string | undefined {
  return textOf(isObject(value) ? value['id'] : value);
}
