import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { TypeWorld } from '../../core/type-world.js';
import { isFormula } from '../places.js';
import { asObject, partial, plain, written, type Type } from '../types/parts.js';

/** What is known of the records that a data source names. */
export interface Records {
  /** The value of their collection. */
  readonly collection: JsonObject | undefined;
  /** The fields of the collection. */
  readonly collectionFields: Type;
  /** The fields of the universal data model. */
  readonly unified: Type;
  /** What values of the layer in question address: the fields of the model, or of the collection. */
  readonly fields: Type;
}

const unknown: Records = {
  collection: undefined,
  collectionFields: undefined,
  unified: undefined,
  fields: undefined,
};

/** The records of a `dataSource`: `{key}`, `{collectionKey}` or `{udm}`. */
export function recordsOf(dataSource: unknown, world: TypeWorld): Records {
  if (!isObject(dataSource as Json) || isFormula(dataSource)) return unknown;
  const { key, ...own } = dataSource as JsonObject;
  if (key === undefined) return describe(own, world, false);
  const found = typeof key === 'string' ? world.find('data-source', key) : undefined;
  if (found === undefined) return unknown;
  return describe({ ...found.value, ...own }, found.world, found.world.varies);
}

/** `collectionParameters` of a data source becomes what its collection asks for. */
export function collectionParametersType(collection: JsonObject | undefined): Type {
  return written(collection?.['parametersSchema']);
}

function describe(source: JsonObject, world: TypeWorld, varies: boolean): Records {
  const key = collectionKey(source);
  const collection = key === undefined || varies ? undefined : world.findInConnector('data-collection', key);
  const collectionFields = fieldsOf(collection, world);
  const unified = typeof source['udm'] === 'string' ? written(world.udm(source['udm'])) : undefined;
  const byModel = world.layer === 'universal' && source['udm'] !== undefined;
  return { collection, collectionFields, unified, fields: byModel ? unified : collectionFields };
}

/** Exports write a collection as `/data/KEY`, too. */
function collectionKey(source: JsonObject): string | undefined {
  if (typeof source['collectionKey'] === 'string') return source['collectionKey'];
  const path = source['path'] ?? source['defaultPath'];
  return typeof path === 'string' ? /^\/?data\/([^/?]+)$/.exec(path)?.[1] : undefined;
}

/** The fields of a collection; where a connection may have more of them, other names are no slip. */
export function fieldsOf(collection: JsonObject | undefined, world: TypeWorld): Type {
  if (collection === undefined) return undefined;
  const fields = plain(written(collection['fieldsSchema']), world);
  const custom = ['customFields', 'customFieldsSchema'].some((name) => collection[name] !== undefined);
  const whole = asObject(fields);
  return custom && whole !== undefined ? { ...whole, additionalProperties: true } : fields;
}

/** What `create` or `update` of a collection takes. */
export function writtenFields(
  { collection, collectionFields }: Records,
  method: 'create' | 'update',
  world: TypeWorld,
): Type {
  const whole = asObject(collectionFields);
  if (collection === undefined || whole === undefined) return partial(collectionFields, world);
  const methods = collection['methods'];
  const found = collection[method] ?? (isObject(methods) ? methods[method] : undefined);
  const options: JsonObject = isObject(found) ? found : {};
  const [only, excluded] = [names(options['fields']), names(options['excludedFields'])];
  const taken = Object.entries(whole.properties).filter(
    ([name]) => (only.length === 0 || only.includes(name)) && !excluded.includes(name),
  );
  const readOnly = (name: string) => {
    const field = whole.properties[name];
    return isObject(field) && field['readOnly'] === true;
  };
  const asked = [...names(whole['required']), ...names(options['requiredFields'])];
  const { required: _, ...rest } = whole;
  const required = method === 'create' ? [...new Set(asked)].filter((name) => !readOnly(name)) : [];
  return { ...rest, properties: Object.fromEntries(taken), required };
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
