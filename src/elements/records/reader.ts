import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { Prepared } from '../../core/kind.js';
import type { Validate } from '../../core/schema.js';
import { isDynamicSchema } from '../../formulas/dynamic-schema.js';
import { fieldsSchemaFor, type Collection } from './collection.js';
import { pruneMarked, schemaForReading, type Prune } from './fields.js';
import { findFunction, type CollectionFunction } from './functions-of-collection.js';
import { misfitsOf, type Misfits } from './misfits.js';
import { recordOf, type DataRecord } from './record.js';

/** Makes records of what functions of a collection give, and says what is odd about them. */
export interface Reader {
  /** At once where the functions of the collection allow. `place` says where it came from, for warnings. */
  read(given: unknown, place: string): DataRecord | Promise<DataRecord>;
  end: Misfits['end'];
}

export function readerOf(collection: Collection): Reader {
  const fromApi = transformOf(collection, 'recordFromApi');
  const fieldsFromApi = transformOf(collection, 'fieldsFromApi');
  const misfits = misfitsOf(collection);
  const check = fieldsCheck(collection, misfits);

  function finish(record: DataRecord, mapped: unknown, place: string): DataRecord | Promise<DataRecord> {
    let whole = record;
    if (mapped !== undefined) {
      if (!isObject(mapped)) throw noRecord(collection, `"fieldsFromApi" gives no fields for ${place}`);
      whole = { ...record, fields: mapped, rawFields: record.rawFields ?? record.fields };
    }
    if (whole.id === '') misfits.withoutId(place);
    return check(whole);
  }

  function withFields(given: unknown, raw: unknown, place: string): DataRecord | Promise<DataRecord> {
    const record = recordOf(given);
    if (record === undefined) throw noRecord(collection, `${place} is no object with fields`);
    const whole = raw === undefined ? record : { ...record, rawFields: record.rawFields ?? raw };
    const mapped = fieldsFromApi?.(whole.fields);
    if (mapped instanceof Promise)
      return mapped.then((fields: unknown) => finish(whole, fields ?? {}, place));
    return finish(whole, fieldsFromApi === undefined ? undefined : (mapped ?? {}), place);
  }

  return {
    read(given, place) {
      if (fromApi === undefined) return withFields(given, undefined, place);
      const made = fromApi(given);
      if (made instanceof Promise) return made.then((record: unknown) => withFields(record, given, place));
      return withFields(made, given, place);
    },
    end: misfits.end,
  };
}

/** Applies a function of the collection to one value, which is the root of its variables, and sees nothing else. */
export function transformOf(
  { source }: Collection,
  name: 'recordFromApi' | 'fieldsFromApi' | 'recordToApi' | 'fieldsToApi',
): Prepared | undefined {
  const found = findFunction(source, name);
  if (found === undefined || found.value['type'] === 'not-supported') return undefined;
  return found.value['type'] === 'mapping' ? preparedMapping(found) : calledAlone(found);
}

/** A mapping is evaluated here: a call for each of a hundred thousand records would cost more than what it does. */
function preparedMapping({ element, at, value }: CollectionFunction): Prepared {
  return element.prepare(value['mapping'], (path) => [...at, 'mapping', ...path]);
}

function calledAlone({ element, at }: CollectionFunction): Prepared {
  return (value) => element.call(at, isObject(value) ? value : {}, { alone: true });
}

/** Takes out what is only written, and says where a record does not fit. */
function fieldsCheck(
  collection: Collection,
  misfits: Misfits,
): (record: DataRecord) => DataRecord | Promise<DataRecord> {
  const { declared, ctx, hasCustomFields } = collection;
  const checkBy = (schema: JsonObject) => {
    const prune = pruneMarked(schema, 'writeOnly');
    const validate = ctx.validator(schemaForReading(schema, hasCustomFields));
    return (record: DataRecord) => checked(record, { prune, validate, misfits });
  };
  if (!isObject(declared)) return (record) => record;
  if (!isDynamicSchema(declared)) return checkBy(declared as JsonObject);
  return async (record) => {
    const schema = await fieldsSchemaFor(collection, record.fields);
    return isObject(schema) ? checkBy(schema as JsonObject)(record) : record;
  };
}

function checked(
  record: DataRecord,
  how: { readonly prune: Prune | undefined; readonly validate: Validate; readonly misfits: Misfits },
): DataRecord {
  const whole =
    how.prune === undefined
      ? record
      : { ...record, fields: how.prune(record.fields) as DataRecord['fields'] };
  how.misfits.look(whole, how.validate);
  return whole;
}

function noRecord({ key, source }: Collection, what: string): MembraneError {
  return new MembraneError('function/failed', `the data collection "${key}" gives no record: ${what}`, {
    hint: 'a record is an object: {id, fields: {…}}',
    span: source.element.locate([]),
    class: 'configuration',
  });
}
