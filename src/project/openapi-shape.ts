import { isObject, type JsonObject } from '../core/json.js';
import { allowedValues } from './openapi-keywords.js';
import type { OpenApiDocument } from './openapi-document.js';
import type { Spot } from './openapi-references.js';

/** What is plain to see of a schema: enough to guess by. */
export interface Shape {
  readonly type: 'object' | 'list' | 'string' | 'number' | 'boolean' | 'unknown';
  readonly properties: ReadonlyMap<string, Spot>;
  readonly required: ReadonlySet<string>;
  /** Of a list. */
  readonly items: Spot | undefined;
  readonly value: Readonly<Record<string, unknown>>;
}

const types: Readonly<Record<string, Shape['type']>> = {
  object: 'object',
  array: 'list',
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
};

/** What a schema plainly is; `allOf` is put together, and of alternatives the first that says something is taken. */
export function shapeOf(document: OpenApiDocument, spot: Spot, depth = 0): Shape {
  const { references } = document;
  const here = references.follow(spot);
  const value = isObject(here.value) ? here.value : {};
  const properties = new Map<string, Spot>();
  const required = new Set<string>();
  let type = typeOf(value);
  let items = value['items'] === undefined ? undefined : below(here, 'items');
  const parts = depth > 8 ? [] : [...inner(document, here, 'allOf'), ...alternatives(document, here)];
  for (const part of parts) {
    const shape = shapeOf(document, part, depth + 1);
    for (const [name, property] of shape.properties) properties.set(name, property);
    for (const name of shape.required) required.add(name);
    if (type === 'unknown') type = shape.type;
    items ??= shape.items;
  }
  for (const { key, spot: property } of references.children(below(here, 'properties'))) {
    properties.set(key, property);
  }
  if (Array.isArray(value['required'])) for (const name of value['required']) required.add(String(name));
  if (type === 'unknown' && properties.size > 0) type = 'object';
  return { type, properties, required, items, value };
}

function typeOf({ type }: Readonly<Record<string, unknown>>): Shape['type'] {
  const names = (Array.isArray(type) ? (type as unknown[]) : [type]).filter((name) => name !== 'null');
  return names.length === 1 ? (types[String(names[0])] ?? 'unknown') : 'unknown';
}

function inner({ references }: OpenApiDocument, spot: Spot, keyword: string): Spot[] {
  return references.children(below(spot, keyword)).map(({ spot: part }) => part);
}

function alternatives(document: OpenApiDocument, spot: Spot): Spot[] {
  const all = [...inner(document, spot, 'oneOf'), ...inner(document, spot, 'anyOf')];
  const told = all.find((one) => typeOf(objectOf(document.references.follow(one).value)) !== 'unknown');
  return told === undefined ? all.slice(0, 1) : [told];
}

function below({ value, file, path }: Spot, key: string): Spot {
  const inside = isObject(value) ? value[key] : undefined;
  return { value: inside, file, path: [...path, key] };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** How deep a schema is written out, and how many values it may list. */
const limits = { depth: 2, values: 30, description: 160 };

/** A schema without references, of the outer levels only: for files that people read. */
export function plainSchema(document: OpenApiDocument, spot: Spot, depth = 0): JsonObject {
  const shape = shapeOf(document, spot);
  const { value } = shape;
  const plain: JsonObject = {};
  const description = firstSentence(value['description']);
  if (shape.type === 'list') plain['type'] = 'array';
  else if (shape.type !== 'unknown') plain['type'] = value['type'] === 'integer' ? 'integer' : shape.type;
  if (allowsNull(value) && plain['type'] !== undefined) plain['type'] = [plain['type'], 'null'];
  if (typeof value['format'] === 'string' && shape.type === 'string') plain['format'] = value['format'];
  if (description !== undefined) plain['description'] = description;
  const values =
    plain['type'] === undefined
      ? undefined
      : allowedValues(value['enum'], [plain['type']].flat() as string[]);
  if (values !== undefined && values.length <= limits.values) {
    plain['enum'] = allowsNull(value) && !values.includes(null) ? [...values, null] : values;
  }
  if (value['readOnly'] === true) plain['readOnly'] = true;
  if (value['writeOnly'] === true) plain['writeOnly'] = true;
  if (depth >= limits.depth) return plain;
  if (shape.type === 'list' && shape.items !== undefined) {
    const items = plainSchema(document, shape.items, depth + 1);
    if (Object.keys(items).length > 0) plain['items'] = items;
  }
  if (shape.type === 'object' && shape.properties.size > 0) {
    plain['properties'] = Object.fromEntries(
      [...shape.properties].map(([name, property]) => [name, plainSchema(document, property, depth + 1)]),
    );
    // documents rarely name all
    plain['additionalProperties'] = true;
  }
  return plain;
}

function allowsNull({ nullable, type }: Readonly<Record<string, unknown>>): boolean {
  return nullable === true || (Array.isArray(type) && type.includes('null'));
}

/** For files that people read: one line, no more than the first sentence. */
export function firstSentence(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const line = text
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const sentence = /^.*?[.!?](?= [A-Z])/.exec(line)?.[0] ?? line;
  const short =
    sentence.length > limits.description
      ? `${sentence.slice(0, limits.description - 1).trimEnd()}…`
      : sentence;
  return short === '' ? undefined : short;
}
