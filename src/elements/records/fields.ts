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

/** Ids are texts here: those that refer to records become numbers where the schema of their field says so. */
export function idsAsDeclared(schema: unknown, value: unknown): unknown {
  if (!isObject(schema)) return value;
  const { properties, items } = schema;
  if (typeof value === 'string') return isNumberOfRecord(schema) ? numberIn(value) : value;
  if (Array.isArray(value)) return isObject(items) ? value.map((one) => idsAsDeclared(items, one)) : value;
  if (!isObject(value) || !isObject(properties)) return value;
  const entries = Object.entries(value).map(([name, part]): [string, unknown] => [
    name,
    Object.hasOwn(properties, name) ? idsAsDeclared(properties[name], part) : part,
  ]);
  return Object.fromEntries(entries);
}

function isNumberOfRecord(schema: Readonly<Record<string, unknown>>): boolean {
  const types = [schema['type']].flat();
  const refers = schema['referenceCollection'] !== undefined || schema['referenceUdm'] !== undefined;
  return refers && !types.includes('string') && (types.includes('integer') || types.includes('number'));
}

/** Only where nothing of the text is lost. */
function numberIn(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : text;
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
