import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { OpenApiDocument } from './openapi-document.js';
import type { Spot } from './openapi-references.js';
import type { Uses } from './openapi-schema.js';
import {
  formOf,
  isAny,
  isForm,
  isJson,
  isMultipart,
  isPlainJson,
  isText,
  sentBody,
  withFiles,
  type Sent,
} from './openapi-sent.js';

/** The body of a request. */
export interface Body extends Sent {
  readonly required: boolean;
}

/** The body that an operation takes; undefined where it takes none. */
export function bodyOf(document: OpenApiDocument, operation: Spot, item: Spot, uses: Uses): Body | undefined {
  return document.version === '2.0'
    ? olderBody(document, operation, item, uses)
    : newerBody(document, operation, uses);
}

function newerBody(document: OpenApiDocument, operation: Spot, uses: Uses): Body | undefined {
  const { references, schemas } = document;
  const body = references.at(operation, 'requestBody');
  const contents = references.children(references.at(body, 'content'));
  const chosen = chooseContent(contents.map(({ key }) => key));
  const found = contents.find(({ key }) => key === chosen)?.spot;
  if (chosen === undefined || found === undefined || !isObject(body.value)) return undefined;
  const content = references.follow(found);
  const schema = schemaIn(content);
  const sent = sentBody(document, chosen, { content, schema, converted: schemas.inline(schema, uses) });
  const described = titled(sent.schema, body.value['description']);
  return { ...sent, schema: described, required: body.value['required'] === true };
}

function schemaIn({ value, file, path }: Spot): Spot {
  return { value: isObject(value) ? value['schema'] : undefined, file, path: [...path, 'schema'] };
}

function olderBody(document: OpenApiDocument, operation: Spot, item: Spot, uses: Uses): Body | undefined {
  const { references, schemas } = document;
  const all = [references.at(item, 'parameters'), references.at(operation, 'parameters')]
    .flatMap((list) => references.children(list))
    .map(({ spot }) => references.follow(spot));
  const consumes =
    [references.at(operation, 'consumes'), references.at(references.root, 'consumes')]
      .map(({ value }) => value)
      .find((value): value is string[] => Array.isArray(value) && value.length > 0) ?? [];
  const whole = all.find(({ value }) => isObject(value) && value['in'] === 'body');
  if (whole !== undefined) {
    const { required, description } = whole.value as JsonObject;
    const schema = schemaIn(whole);
    const type = chooseContent(consumes) ?? 'application/json';
    const sent = sentBody(document, type, {
      content: whole,
      schema,
      converted: schemas.inline(schema, uses),
    });
    return { ...sent, schema: titled(sent.schema, description), required: required === true };
  }
  const fields = all.filter(({ value }) => isObject(value) && value['in'] === 'formData');
  return fields.length === 0 ? undefined : olderForm(document, fields, consumes, uses);
}

function olderForm(
  document: OpenApiDocument,
  fields: readonly Spot[],
  consumes: readonly string[],
  uses: Uses,
): Body {
  const properties: JsonObject = {};
  const spots = new Map<string, Spot>();
  const required: Json[] = [];
  for (const spot of fields) {
    const { name, required: isRequired, in: _, ...schema } = spot.value as JsonObject;
    spots.set(String(name), { ...spot, value: schema });
    properties[String(name)] = document.schemas.schema({ ...spot, value: schema }, uses);
    if (isRequired === true) required.push(String(name));
  }
  const schema = { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
  const hasFile = [...spots.values()].some(({ value }) => (value as JsonObject)['type'] === 'file');
  const isSplit = hasFile || (consumes.some(isMultipart) && !consumes.some(isForm));
  const sent: Sent = isSplit
    ? { schema: withFiles(document, schema, spots), mapping: { multipart: formOf(document, spots) } }
    : {
        schema,
        mapping: { data: { $var: '$.input.body' } },
        contentType: 'application/x-www-form-urlencoded',
      };
  return { ...sent, required: required.length > 0 };
}

/** What a response of success holds; undefined where it says nothing of it. */
export function responseSchema(
  document: OpenApiDocument,
  operation: Spot,
  uses: Uses,
): JsonSchema | undefined {
  const schema = responseSpot(document, operation);
  if (schema === undefined || schema === 'file') return undefined;
  return schema === 'text' ? { type: 'string' } : document.schemas.inline(schema, uses);
}

/** Where the schema of a response of success stands; `text` or `file` for a body that is no JSON. */
export function responseSpot(document: OpenApiDocument, operation: Spot): Spot | 'text' | 'file' | undefined {
  const { references } = document;
  const response = successOf(document, operation);
  if (response === undefined) return undefined;
  if (document.version === '2.0') {
    const schema = schemaIn(response);
    if (!isObject(schema.value)) return undefined;
    return schema.value['type'] === 'file' ? 'file' : schema;
  }
  const contents = references.children(references.at(response, 'content'));
  const chosen = chooseContent(contents.map(({ key }) => key));
  const content = contents.find(({ key }) => key === chosen);
  if (chosen === undefined || content === undefined) return undefined;
  if (isText(chosen)) return 'text';
  if (!isJson(chosen) && !isAny(chosen)) return 'file';
  const schema = schemaIn(references.follow(content.spot));
  return schema.value === undefined ? undefined : schema;
}

/** The response of success: of several the first, in order of their status. */
export function successOf({ references }: OpenApiDocument, operation: Spot): Spot | undefined {
  const responses = references.children(references.at(operation, 'responses'));
  const chosen =
    responses.filter(({ key }) => /^2(\d\d|XX)$/i.test(key)).sort((a, b) => (a.key < b.key ? -1 : 1))[0] ??
    responses.find(({ key }) => key === 'default');
  return chosen === undefined ? undefined : references.follow(chosen.spot);
}

/** Of several types of content, the one that is easiest to make: JSON, a form, text, and then whatever is first. */
export function chooseContent(types: readonly string[]): string | undefined {
  const order = [isPlainJson, isJson, isAny, isForm, isMultipart, isText];
  return order.map((is) => types.find(is)).find((one) => one !== undefined) ?? types[0];
}

function titled(schema: JsonSchema, description: unknown): JsonSchema {
  if (typeof description !== 'string' || description.trim() === '' || typeof schema === 'boolean')
    return schema;
  return { ...schema, description: description.trim() };
}
