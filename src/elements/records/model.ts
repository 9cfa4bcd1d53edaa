import { isObject, valueAt, type JsonObject, type JsonPath } from '../../core/json.js';
import type { OtherElement, OtherElements } from '../../core/kind.js';
import type { Fields } from './record.js';

/** A collection that a connector maps to a universal data model. */
export interface ModelMapping {
  readonly model: string;
  readonly collectionKey: string;
  readonly element: OtherElement;
  readonly at: JsonPath;
}

/** The first collection that a connector maps to a model; with `collectionKey`, only that one. */
export function modelMapping(
  others: OtherElements,
  model: string,
  collectionKey?: string,
): ModelMapping | undefined {
  const element = others.connector();
  if (element === undefined) return undefined;
  const found = mappingIn(element.value, model, collectionKey);
  return found === undefined ? undefined : { model, element, ...found };
}

/** The same in the value of a connector. */
export function mappingIn(
  connector: JsonObject,
  model: string,
  collectionKey?: string,
): { readonly collectionKey: string; readonly at: JsonPath } | undefined {
  const at = ['udm', model, 'collectionMappings'];
  const mappings = valueAt(connector, at);
  if (!Array.isArray(mappings)) return undefined;
  for (const [index, mapping] of mappings.entries()) {
    const key = isObject(mapping) ? mapping['key'] : undefined;
    if (typeof key === 'string' && (collectionKey === undefined || key === collectionKey)) {
      return { collectionKey: key, at: [...at, index] };
    }
  }
  return undefined;
}

/** The models that a connector maps a collection to. */
export function modelsOf(others: OtherElements, collectionKey: string): string[] {
  const connector = others.connector()?.value;
  const models = connector?.['udm'];
  if (connector === undefined || !isObject(models)) return [];
  return Object.keys(models).filter((model) => mappingIn(connector, model, collectionKey) !== undefined);
}

/** Fields of the collection to fields of the model, or back. At once where the formulas allow. */
export type FieldsMap = (fields: Fields) => unknown;

/** The way from the collection to the model, and back; without a mapping the names are the same. */
export function modelMaps(mapping: ModelMapping | undefined): {
  toModel: FieldsMap;
  toCollection: FieldsMap;
} {
  const map = (name: 'fieldsFromCollection' | 'fieldsToCollection'): FieldsMap => {
    if (mapping === undefined) return (fields) => fields;
    const { element, at } = mapping;
    const value = valueAt(element.value, [...at, name]);
    if (value === undefined) return (fields) => fields;
    return element.prepare(value, (path) => [...at, name, ...path]);
  };
  return { toModel: map('fieldsFromCollection'), toCollection: map('fieldsToCollection') };
}
