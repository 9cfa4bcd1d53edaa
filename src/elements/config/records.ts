import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { Neighbour, TypeWorld } from '../../core/type-world.js';
import { isFormula } from '../places.js';
import { collectionKeyOf } from '../records/collection-key.js';
import { mappingIn } from '../records/model.js';
import { oneOfTypes, written, type Type } from '../types/parts.js';
import { fieldsOf } from './collection-fields.js';

/** What is known of the records that a data source names. */
export interface Records {
  /** The value of their collection. */
  readonly collection: JsonObject | undefined;
  /** The fields of the collection. */
  readonly collectionFields: Type;
  /** The fields of the universal data model. */
  readonly unified: Type;
  /** What mappings of the layer in question address: the fields of the model, or of the collection. */
  readonly fields: Type;
  /** The fields of a record that nothing maps. */
  readonly unmapped: Type;
}

const unknown: Records = {
  collection: undefined,
  collectionFields: undefined,
  unified: undefined,
  fields: undefined,
  unmapped: undefined,
};

/** The records of a `dataSource`: `{key}`, `{collectionKey}` or `{udm}`. */
export function recordsOf(dataSource: unknown, world: TypeWorld): Records {
  if (!isObject(dataSource as Json) || isFormula(dataSource)) return unknown;
  const { key, ...own } = dataSource as JsonObject;
  if (key === undefined) return describe(own, world, false);
  const found = typeof key === 'string' ? world.find('data-source', key) : undefined;
  return found === undefined ? unknown : named(found, own);
}

const ofSources = new WeakMap<Neighbour, Records>();

function named(source: Neighbour, own: JsonObject): Records {
  const { value, world } = source;
  if (Object.keys(own).length > 0) return describe({ ...value, ...own }, world, world.varies);
  let records = ofSources.get(source);
  if (records === undefined) ofSources.set(source, (records = describe(value, world, world.varies)));
  return records;
}

function describe(source: JsonObject, world: TypeWorld, varies: boolean): Records {
  const model = typeof source['udm'] === 'string' ? source['udm'] : undefined;
  const key = collectionKeyOf(source) ?? mappedCollection(model, world);
  const collection = key === undefined || varies ? undefined : world.findInConnector('data-collection', key);
  const collectionFields = fieldsOf(collection, world);
  const unified = model === undefined ? undefined : written(world.udm(model));
  if (world.layer !== 'universal' || source['udm'] === undefined)
    return { collection, collectionFields, unified, fields: collectionFields, unmapped: collectionFields };
  const unmapped = collectionFields === undefined ? unified : oneOfTypes([collectionFields, unified]);
  return { collection, collectionFields, unified, fields: unified, unmapped };
}

/** The collection that the connector maps to a model. */
function mappedCollection(model: string | undefined, world: TypeWorld): string | undefined {
  const connector = model === undefined ? undefined : world.connector();
  return connector && model && mappingIn(connector, model)?.collectionKey;
}
