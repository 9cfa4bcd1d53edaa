import { diagnostic } from '../../core/diagnostic.js';
import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import { didYouMean } from '../../core/nearest.js';
import {
  callFunction,
  fieldsSchemaFor,
  requireMethod,
  wholeFieldsSchema,
  type Collection,
} from './collection.js';
import { idsAsDeclared, names, pruneMarked } from './fields.js';
import { fieldOf, optionOf } from './functions-of-collection.js';
import { matchRecord, requireId } from './read.js';
import { transformOf } from './reader.js';
import { textOf, type DataRecord, type Fields } from './record.js';

/** What is known of a record that was written: at least its id. */
export interface Written {
  readonly id: string;
}

/** Creates a record. Rejects with `input/invalid` where a required field is missing, before anything is sent. */
export async function createRecord(collection: Collection, fields: Fields): Promise<Written> {
  const method = requireMethod(collection, 'create', 'created');
  const taken = await takenFields(collection, 'create', fields);
  requireFields(collection, taken);
  const given = await callFunction(method, await forApi(collection, undefined, taken));
  const id = idIn(given);
  if (id !== undefined) return { id };
  throw new MembraneError(
    'function/failed',
    `"create" of the data collection "${collection.key}" gives no id; the record was probably created`,
    {
      hint: 'it gives {id}: look at its responseMapping, and for the record in the app before you try again',
      span: method.element.locate(method.at, 'key'),
      class: 'configuration',
    },
  );
}

/** Changes the fields that are given, of the record with an id. */
export async function updateRecord(collection: Collection, id: unknown, fields: Fields): Promise<Written> {
  const method = requireMethod(collection, 'update', 'changed');
  const wanted = requireId(id);
  const taken = await takenFields(collection, 'update', fields);
  const given = await callFunction(method, await forApi(collection, wanted, taken));
  return { id: idIn(given) ?? wanted };
}

export async function deleteRecord(collection: Collection, id: unknown): Promise<Written> {
  const method = requireMethod(collection, 'delete', 'deleted');
  const wanted = requireId(id);
  await callFunction(method, { id: wanted });
  return { id: wanted };
}

/**
 * The record whose fields have the values of `query`, or a new one. Where another one creates the same record
 * meanwhile, and the API says that it exists, that one is found.
 */
export async function findOrCreateRecord(
  collection: Collection,
  query: Fields,
  fields: () => Promise<Fields>,
): Promise<DataRecord | Written> {
  const found = await matchRecord(collection, query);
  return found ?? createOrMatchRecord(collection, query, await fields());
}

/** The same for a record that was not there a moment ago. */
export async function createOrMatchRecord(
  collection: Collection,
  query: Fields,
  fields: Fields,
): Promise<DataRecord | Written> {
  try {
    return await createRecord(collection, fields);
  } catch (error) {
    if (!(error instanceof MembraneError) || error.key !== 'already_exists') throw error;
    const other = await matchRecord(collection, query);
    if (other === undefined) throw error;
    return other;
  }
}

/** Without the fields that the method does not take, and those that are only read. */
async function takenFields(
  collection: Collection,
  method: 'create' | 'update',
  fields: Fields,
): Promise<Fields> {
  const only = optionOf(collection.source, method, 'fields');
  const excluded = new Set(names(optionOf(collection.source, method, 'excludedFields')));
  const allowed = Array.isArray(only) ? new Set(names(only)) : undefined;
  const schema = await schemaForWriting(collection, fields);
  const writable = pruneMarked(schema, 'readOnly')?.(fields) ?? fields;
  const taken = Object.fromEntries(
    Object.entries(idsAsDeclared(schema, writable) as Fields).filter(
      ([name, value]) =>
        value !== undefined && (allowed === undefined || allowed.has(name)) && !excluded.has(name),
    ),
  );
  if (isObject(schema)) {
    warnOfUnknown(collection, method, schema as JsonObject, fields);
    warnOfMisfits(collection, method, schema as JsonObject, taken);
  }
  return taken;
}

/** The connection's own fields are asked for only where some of the fields may be of them. */
async function schemaForWriting(collection: Collection, fields: Fields): Promise<unknown> {
  const declared = await fieldsSchemaFor(collection, fields);
  if (!collection.hasCustomFields) return declared;
  const known = isObject(declared) && isObject(declared['properties']) ? declared['properties'] : {};
  const others = Object.keys(fields).some((name) => !Object.hasOwn(known, name));
  return others ? wholeFieldsSchema(collection) : declared;
}

/** A name that nothing declares is a slip most likely, but where a schema leaves room for others. */
function warnOfUnknown(
  { ctx, source, key, hasCustomFields }: Collection,
  method: 'create' | 'update',
  schema: JsonObject,
  fields: Fields,
): void {
  const { properties } = schema;
  const open = ['additionalProperties', 'patternProperties', 'allOf', 'anyOf', 'oneOf', 'if', '$ref'];
  if (hasCustomFields || !isObject(properties) || open.some((name) => schema[name] !== undefined)) return;
  const options = ['fields', 'requiredFields', 'excludedFields'];
  const declared = [
    ...Object.keys(properties),
    ...options.flatMap((option) => names(optionOf(source, method, option))),
  ];
  const unknown = Object.keys(fields).filter(
    (name) => fields[name] !== undefined && !declared.includes(name),
  );
  const [first] = unknown;
  if (first === undefined) return;
  const element = fieldOf(source, 'fieldsSchema')?.element ?? source.element;
  const what = unknown.slice(0, 3).map((name) => `"${name}"`);
  ctx.warn(
    diagnostic(
      'record/invalid',
      `"${key}" declares no ${what.length === 1 ? 'field' : 'fields'} ${what.join(', ')}, which "${method}" was given`,
      element.locate(['fieldsSchema'], 'key'),
      {
        help:
          didYouMean(first, declared) ??
          'declare it in "fieldsSchema", or allow others there: additionalProperties: true',
        ref: `data-collection/${key}`,
      },
    ),
  );
}

/** Whether it may be written is for the API to say: what is declared may be older than the app. */
function warnOfMisfits(collection: Collection, method: string, schema: JsonObject, fields: Fields): void {
  const { ctx, source, key } = collection;
  const { required: _, minProperties: __, ...rest } = schema;
  const { problems } = ctx.validator(rest)(fields);
  if (problems.length === 0) return;
  const what = problems.slice(0, 3).map(({ message }) => message);
  const element = fieldOf(source, 'fieldsSchema')?.element ?? source.element;
  ctx.warn(
    diagnostic(
      'record/invalid',
      `the fields for "${method}" of "${key}" do not fit: ${what.join('; ')}`,
      element.locate(['fieldsSchema'], 'key'),
      { help: problems[0]?.help, ref: `data-collection/${key}` },
    ),
  );
}

function requireFields(collection: Collection, fields: Fields): void {
  const required = names(optionOf(collection.source, 'create', 'requiredFields'));
  const missing = required.filter((name) => fields[name] === undefined || fields[name] === null);
  if (missing.length === 0) return;
  throw new MembraneError(
    'input/invalid',
    `a new record of "${collection.key}" needs ${missing.map((name) => `"${name}"`).join(', ')}`,
    {
      hint: `see what it takes: membrane data describe ${collection.key}`,
      class: 'bad_request',
      data: { fields: missing.map((field) => ({ field, message: 'missing' })) },
    },
  );
}

/** The arguments of a method that writes: `fields`, and the whole `record` where the collection makes one. */
async function forApi(
  collection: Collection,
  id: string | undefined,
  fields: Fields,
): Promise<Record<string, unknown>> {
  const fieldsToApi = transformOf(collection, 'fieldsToApi');
  const mapped = fieldsToApi === undefined ? fields : ((await fieldsToApi(fields)) ?? {});
  const known = id === undefined ? {} : { id };
  const recordToApi = transformOf(collection, 'recordToApi');
  const record = recordToApi === undefined ? undefined : await recordToApi({ ...known, fields: mapped });
  return { ...known, fields: mapped, ...(record === undefined ? {} : { record }) };
}

function idIn(given: unknown): string | undefined {
  if (!isObject(given)) return textOf(given);
  const { id, record, fields } = given;
  return (
    textOf(id) ??
    (isObject(record) ? idIn(record) : undefined) ??
    (isObject(fields) ? textOf(fields['id']) : undefined)
  );
}
