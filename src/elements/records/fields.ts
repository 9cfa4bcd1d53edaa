import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';

/** Leaves out of a value the parts that a schema marks. */
export type Prune = (value: unknown) => unknown;

/** What takes the fields out of a value that `schema` marks with `keyword`, in depth; undefined where it marks none. */
export function pruneMarked(schema: unknown, keyword: 'readOnly' | 'writeOnly'): Prune | undefined {
  if (!isObject(schema)) return undefined;
  const marked = new Set<string>();
  const inner = new Map<string, Prune>();
  const { properties, items } = schema;
  for (const [name, field] of Object.entries(isObject(properties) ? properties : {})) {
    if (isObject(field) && field[keyword] === true) marked.add(name);
    else {
      const prune = pruneMarked(field, keyword);
      if (prune !== undefined) inner.set(name, prune);
    }
  }
  const ofItems = pruneMarked(items, keyword);
  if (marked.size === 0 && inner.size === 0 && ofItems === undefined) return undefined;
  return (value) => {
    if (Array.isArray(value)) return ofItems === undefined ? value : value.map(ofItems);
    if (!isObject(value)) return value;
    const kept: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(value)) {
      if (!marked.has(name)) kept[name] = inner.get(name)?.(part) ?? part;
    }
    return kept;
  };
}

/** The fields of a collection and those that a connection has beyond them; what both declare, the collection says. */
export function withCustomFields(fields: JsonSchema | undefined, custom: JsonObject): JsonSchema {
  if (!isObject(fields)) return fields === false ? false : custom;
  return mergeSchemas(custom, fields);
}

function mergeSchemas(below: JsonObject, above: JsonObject): JsonObject {
  const merged: JsonObject = { ...below, ...above };
  const [ofBelow, ofAbove] = [below['properties'], above['properties']];
  if (isObject(ofBelow) && isObject(ofAbove)) {
    const properties: JsonObject = { ...ofAbove };
    for (const [name, field] of Object.entries(ofBelow)) {
      const declared = properties[name];
      properties[name] =
        isObject(declared) && isObject(field) ? mergeSchemas(field, declared) : (declared ?? field);
    }
    merged['properties'] = properties;
  }
  const required = [...names(above['required']), ...names(below['required'])];
  if (required.length > 0) merged['required'] = [...new Set(required)];
  return merged;
}

/** The same for reading: what is missing is no fault, and neither are fields that only this connection may have. */
export function schemaForReading(fields: JsonObject, hasCustomFields: boolean): JsonObject {
  const { required: _, minProperties: __, ...rest } = fields;
  return hasCustomFields ? { ...rest, additionalProperties: true } : rest;
}

export function names(value: unknown): string[] {
  return Array.isArray(value) ? (value as Json[]).filter((name) => typeof name === 'string') : [];
}
