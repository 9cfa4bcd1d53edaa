import { formatPath, isObject, type Json, type JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { OpenApiDocument } from './openapi-document.js';
import type { Spot } from './openapi-references.js';
import { shapeOf } from './openapi-shape.js';

/** The schema of a body as the input has it, and what of a request it becomes. */
export interface Sent {
  readonly schema: JsonSchema;
  /** `data`, `multipart` or `bodyFile` of the mapping. */
  readonly mapping: JsonObject;
  /** For the header; absent where the client says it. */
  readonly contentType?: string;
}

const body: Json = { $var: '$.input.body' };

/** How a body of a type is sent. `content`: where its schema and encoding stand. */
export function sentBody(
  document: OpenApiDocument,
  type: string,
  {
    content,
    schema,
    converted,
  }: { readonly content: Spot; readonly schema: Spot; readonly converted: JsonSchema },
): Sent {
  const header = isPlainJson(type) || isAny(type) ? {} : { contentType: type };
  if (isMultipart(type)) {
    const { properties } = shapeOf(document, schema);
    return {
      schema: withFiles(document, converted, properties),
      mapping: { multipart: formOf(document, properties) },
    };
  }
  if (isForm(type)) return { schema: converted, mapping: { data: bracketed(document, content) }, ...header };
  const isTold = isObject(schema.value) && Object.keys(schema.value).length > 0;
  if (isText(type) && !isTold) return { schema: { type: 'string' }, mapping: { data: body }, ...header };
  const isOpen = !isJson(type) && !isText(type) && !isAny(type);
  if (isOpen || isFile(document, schema))
    return { schema: fileSchema({}), mapping: { bodyFile: body }, ...header };
  return { schema: converted, mapping: { data: body }, ...header };
}

/** A form of parts; those that are files are given as stored files. */
export function formOf(document: OpenApiDocument, properties: ReadonlyMap<string, Spot>): Json {
  if (properties.size === 0) return body;
  return Object.fromEntries(
    [...properties].map(([name, spot]): [string, Json] => {
      const value: Json = { $var: `$.input.body.${formatPath([name])}` };
      const { type, items } = shapeOf(document, spot);
      if (isFile(document, spot)) return [name, { file: value }];
      if (type === 'object') return [name, { data: value }];
      const isFiles = type === 'list' && items !== undefined && isFile(document, items);
      return [name, isFiles ? { $iterate: { source: value, item: { file: { $var: '$.item' } } } } : value];
    }),
  );
}

/** The same schema, with what a file is here in the place of its bytes. */
export function withFiles(
  document: OpenApiDocument,
  schema: JsonSchema,
  properties: ReadonlyMap<string, Spot>,
): JsonSchema {
  if (typeof schema === 'boolean' || !isObject(schema['properties'])) return schema;
  const changed = Object.entries(schema['properties']).map(([name, property]): [string, Json] => {
    const spot = properties.get(name);
    if (spot === undefined || !isObject(property)) return [name, property];
    const { items } = shapeOf(document, spot);
    if (isFile(document, spot)) return [name, fileSchema(property)];
    return [
      name,
      items !== undefined && isFile(document, items) ? { ...property, items: fileSchema({}) } : property,
    ];
  });
  return { ...schema, properties: Object.fromEntries(changed) };
}

function fileSchema({ description }: JsonObject): JsonObject {
  const text = 'A stored file: its reference, or what a download gave.';
  return {
    type: ['string', 'object'],
    description: typeof description === 'string' ? `${description} ${text}` : text,
  };
}

/** Bytes: each version of OpenAPI says it in another way. */
function isFile({ references }: OpenApiDocument, spot: Spot): boolean {
  const { value } = references.follow(spot);
  if (!isObject(value)) return false;
  const { type, format, contentMediaType, contentEncoding } = value;
  if (type === 'file' || format === 'binary') return true;
  return contentMediaType === 'application/octet-stream' && contentEncoding === undefined;
}

/** In a form, `deepObject` on a list means `name[]`: the way of Rails and PHP. */
function bracketed(document: OpenApiDocument, content: Spot): Json {
  const { references } = document;
  const { properties } = shapeOf(document, references.at(content, 'schema'));
  const names = references.children(references.at(content, 'encoding')).flatMap(({ key, spot }) => {
    const isDeep = isObject(spot.value) && spot.value['style'] === 'deepObject';
    const property = properties.get(key);
    return isDeep && property !== undefined && shapeOf(document, property).type === 'list' ? [key] : [];
  });
  if (names.length === 0) return body;
  const named = names.map((name): [string, Json] => [
    `${name}[]`,
    { $var: `$.input.body.${formatPath([name])}` },
  ]);
  // null takes out what is sent under the other name
  const bare = names.map((name): [string, Json] => [name, null]);
  return { $mergeObjects: [body, Object.fromEntries([...bare, ...named])] };
}

export function isPlainJson(type: string): boolean {
  return /^application\/json\s*($|;)/i.test(type);
}

export function isJson(type: string): boolean {
  return /\bjson\b/i.test(type);
}

export function isForm(type: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(type);
}

export function isMultipart(type: string): boolean {
  return /^multipart\//i.test(type);
}

export function isText(type: string): boolean {
  return /^text\//i.test(type) || /\bxml\b/i.test(type);
}

export function isAny(type: string): boolean {
  return type.startsWith('*/') || type.startsWith('application/*');
}
