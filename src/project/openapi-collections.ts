import type { Json, JsonObject, JsonPath } from '../core/json.js';
import { responseSpot } from './openapi-body.js';
import type { OpenApiDocument, OperationEntry } from './openapi-document.js';
import { calleeOf, callOf, listMethod, locator, operationMapping, type Callee } from './openapi-methods.js';
import type { Input } from './openapi-operation.js';
import { guessPagination, type GuessedPagination } from './openapi-pagination.js';
import type { Remark } from './openapi-print.js';
import type { Spot } from './openapi-references.js';
import { guessIdentity } from './openapi-identity.js';
import type { Resource } from './openapi-resources.js';
import { plainSchema, shapeOf, type Shape } from './openapi-shape.js';

/** A data collection, as its file is to be. */
export interface GuessedCollection {
  readonly key: string;
  readonly value: JsonObject;
  readonly remarks: readonly Remark[];
  readonly pagination: GuessedPagination | undefined;
}

/** A method that was guessed, and what the collection needs for it. */
interface Method {
  readonly value: JsonObject;
  readonly parameters: readonly Input[];
  readonly remark: string;
}

/** A resource of the API as a data collection of the connector. */
export function collectionOf(document: OpenApiDocument, resource: Resource): GuessedCollection {
  const item = shapeOf(document, resource.item);
  const identity = guessIdentity(document, item, resource);
  const list = listOf(document, resource, item);
  const methods: Record<string, Method | undefined> = {
    list,
    findById: itemMethod(document, resource, resource.get, 'findById'),
    create: writeMethod(document, resource, resource.create, identity.id),
    update: writeMethod(document, resource, resource.update, undefined),
    delete: itemMethod(document, resource, resource.remove, 'delete'),
  };
  const found = Object.entries(methods).flatMap(([name, method]) =>
    method === undefined ? [] : [{ name, ...method }],
  );
  const parameters = found.flatMap((method) => method.parameters);
  const value: JsonObject = {
    name: titleOf(resource.key),
    ...parametersSchema(parameters),
    fieldsSchema: fieldsSchema(document, resource, item),
    methods: Object.fromEntries(found.map(({ name, value: method }) => [name, method])),
    recordFromApi: { type: 'mapping', mapping: identity.mapping },
  };
  const remarks: Remark[] = [
    ...(parameters.length === 0
      ? []
      : [{ at: ['parametersSchema'], text: 'guessed: what the paths need beside the id' }]),
    ...found.map(({ name, remark }) => ({ at: ['methods', name], text: `guessed: ${remark}` })),
    { at: ['recordFromApi'], text: `guessed: ${identity.remark}` },
  ];
  return { key: resource.key, value, remarks, pagination: list.pagination };
}

function listOf(
  document: OpenApiDocument,
  { list, response, itemsAt }: Resource,
  item: Shape,
): Method & { readonly pagination: GuessedPagination | undefined } {
  const callee = calleeOf(document, list);
  const pagination = guessPagination(document, callee.operation, callee.inputs, response);
  const filters = callee.inputs.filter((input) => isFilter(document, input, item, pagination));
  const known = Object.fromEntries(
    filters.map((input): [string, Json] => [input.property, { $var: locator('filter', [input.name]) }]),
  );
  const call = callOf(callee, known);
  const value = listMethod(callee, call, { pagination, itemsAt });
  return {
    value: filters.length === 0 ? value : { ...value, filterFields: filters.map(({ name }) => name) },
    parameters: call.parameters,
    remark: `${routeOf(list)}, ${pagingText(pagination)}`,
    pagination,
  };
}

/** A parameter of a list that is called like a field of its items filters by that, most likely. */
function isFilter(
  document: OpenApiDocument,
  { place, name, sort, required }: Input,
  item: Shape,
  pagination: GuessedPagination | undefined,
): boolean {
  const field = item.properties.get(name);
  if (place !== 'query' || sort !== 'value' || required || field === undefined) return false;
  const used = [
    pagination?.limit?.input,
    pagination !== undefined && 'input' in pagination ? pagination.input : undefined,
  ];
  if (used.some((input) => input?.name === name)) return false;
  return ['string', 'number', 'boolean'].includes(shapeOf(document, field).type);
}

function pagingText(pagination: GuessedPagination | undefined): string {
  if (pagination === undefined) return 'all in one page';
  if (pagination.type === 'link') return 'paged by the header "Link"';
  if (pagination.type === 'next-url') return `paged by the address in "${pagination.next.join('.')}"`;
  return `paged by "${pagination.input.name}"`;
}

function itemMethod(
  document: OpenApiDocument,
  { idParameter }: Resource,
  entry: OperationEntry | undefined,
  name: 'findById' | 'delete',
): Method | undefined {
  if (entry === undefined) return undefined;
  const callee = calleeOf(document, entry);
  if (callee.needsBody || (name === 'findById' && !givesRecord(document, callee))) return undefined;
  const call = callOf(callee, {}, idParameter);
  const output: Json =
    name === 'delete' ? { id: { $var: '$.id' } } : { $var: locator('output', wrapperOf(document, callee)) };
  return {
    value: operationMapping(entry, call.values, output),
    parameters: call.parameters,
    remark: routeOf(entry),
  };
}

function writeMethod(
  document: OpenApiDocument,
  { idParameter }: Resource,
  entry: OperationEntry | undefined,
  id: string | undefined,
): Method | undefined {
  const callee = entry === undefined ? undefined : calleeOf(document, entry);
  if (entry === undefined || callee?.body === undefined) return undefined;
  const body = bodyFields(document, callee);
  const call = callOf(callee, { body: body.value }, id === undefined ? idParameter : undefined);
  const given = id === undefined ? { $var: '$.id' } : createdId(document, callee, id, body.shape);
  if (given === undefined) return undefined;
  const required = [...body.shape.required].filter((name) => body.shape.properties.has(name));
  return {
    value: {
      ...operationMapping(entry, call.values, { id: given }),
      fields: [...body.shape.properties.keys()],
      ...(id === undefined || required.length === 0 ? {} : { requiredFields: required }),
    },
    parameters: call.parameters,
    remark: routeOf(entry),
  };
}

/** A body whose one property is an object wraps the fields: `{contact: {…}}`. What is only read is none of them. */
function bodyFields(document: OpenApiDocument, { body }: Callee): { value: Json; shape: Shape } {
  const shape = shapeOf(document, body ?? document.references.root);
  const [first, second] = [...shape.properties];
  const fields: Json = { $var: '$.fields' };
  const taken = { value: fields, shape: writable(document, shape) };
  if (first === undefined || second !== undefined) return taken;
  const inner = shapeOf(document, first[1]);
  const isWrapper = inner.type === 'object' && inner.properties.size > 0;
  return isWrapper ? { value: { [first[0]]: fields }, shape: writable(document, inner) } : taken;
}

function writable(document: OpenApiDocument, shape: Shape): Shape {
  const isWritten = ([, spot]: [string, Spot]) => shapeOf(document, spot).value['readOnly'] !== true;
  return { ...shape, properties: new Map([...shape.properties].filter(isWritten)) };
}

/** Where the id of a new record is: in the response, or among the fields; undefined where nothing gives it. */
function createdId(document: OpenApiDocument, callee: Callee, id: string, body: Shape): Json | undefined {
  const response = responseOf(document, callee);
  const path = [...wrapperOf(document, callee), id];
  const [outer = id, inner] = path;
  const found = response?.properties.get(String(outer));
  const isThere =
    found !== undefined && (inner === undefined || shapeOf(document, found).properties.has(String(inner)));
  // what is said of it may be too little; what is not said may be anything
  if (isThere || response === undefined || response.type === 'unknown')
    return { $var: locator('output', path) };
  return body.properties.has(id) ? { $var: locator('fields', [id]) } : undefined;
}

/** Some paths of one thing give a list, or a file. */
function givesRecord(document: OpenApiDocument, callee: Callee): boolean {
  return ['object', 'unknown'].includes(responseOf(document, callee)?.type ?? 'unknown');
}

function responseOf(document: OpenApiDocument, { operation }: Callee): Shape | undefined {
  const spot = responseSpot(document, operation);
  if (spot === undefined) return undefined;
  return shapeOf(document, typeof spot === 'string' ? { ...operation, value: { type: 'string' } } : spot);
}

/** Where in a response the record is: some wrap it in `data`, or in an object of its name. */
function wrapperOf(document: OpenApiDocument, callee: Callee): JsonPath {
  const properties = responseOf(document, callee)?.properties ?? new Map<string, never>();
  const objects = [...properties].filter(([, inner]) => shapeOf(document, inner).properties.size > 0);
  const data = objects.find(([name]) => /^(data|result|record|item)$/i.test(name));
  const chosen = properties.has('id')
    ? undefined
    : (data ?? (properties.size === 1 ? objects[0] : undefined));
  return chosen === undefined ? [] : [chosen[0]];
}

/** The fields of what is listed, and those that are only written. */
function fieldsSchema(document: OpenApiDocument, { create, update }: Resource, item: Shape): JsonObject {
  const properties: JsonObject = {};
  for (const [name, spot] of item.properties) properties[name] = plainSchema(document, spot);
  for (const entry of [create, update]) {
    const callee = entry === undefined ? undefined : calleeOf(document, entry);
    if (callee?.body === undefined) continue;
    for (const [name, spot] of bodyFields(document, callee).shape.properties) {
      const written = plainSchema(document, spot);
      const read = properties[name] as JsonObject | undefined;
      properties[name] = read === undefined ? { ...written, writeOnly: true } : bothWays(read, written);
    }
  }
  return { type: 'object', properties };
}

/** What is written in another form than it is read keeps what both have. */
function bothWays(read: JsonObject, written: JsonObject): JsonObject {
  const aside = ['description', 'readOnly', 'writeOnly'];
  const form = (schema: JsonObject) =>
    JSON.stringify(schema, (key, value: unknown) => (aside.includes(key) ? undefined : value));
  const { description, type, writeOnly } = read;
  // what is written is not only read, whatever the item says
  if (form(read) === form(written)) {
    const { readOnly: _, ...rest } = read;
    return rest;
  }
  const types = [type, written['type']].flat();
  const all = [...new Set(types)].filter((one) => one !== undefined);
  return {
    ...(types.includes(undefined as never)
      ? {}
      : { type: all.length === 1 ? (all[0] as Json) : (all as Json) }),
    ...(description === undefined ? {} : { description }),
    ...(writeOnly === undefined ? {} : { writeOnly }),
  };
}

/** What several methods need is one parameter; where they say different types of it, it has none. */
function parametersSchema(inputs: readonly Input[]): JsonObject {
  if (inputs.length === 0) return {};
  const properties: JsonObject = {};
  for (const input of inputs) {
    const known = properties[input.property] as JsonObject | undefined;
    const own = simple(input);
    const { type: _, ...open } = known ?? {};
    if (known === undefined) properties[input.property] = own;
    else if (JSON.stringify(known['type']) !== JSON.stringify(own['type'])) properties[input.property] = open;
  }
  return { parametersSchema: { type: 'object', properties, required: Object.keys(properties) } };
}

function simple({ schema }: Input): JsonObject {
  if (typeof schema === 'boolean') return {};
  const { type, description } = schema;
  return { ...(type === undefined ? {} : { type }), ...(description === undefined ? {} : { description }) };
}

function routeOf({ method, path }: OperationEntry): string {
  return `${method.toUpperCase()} ${path}`;
}

export function titleOf(key: string): string {
  const words = key.replaceAll(/[-_.]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
