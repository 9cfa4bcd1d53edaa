import { formatPath, type Json, type JsonObject, type JsonPath } from '../core/json.js';
import { bodyOf } from './openapi-body.js';
import type { OpenApiDocument, OperationEntry } from './openapi-document.js';
import { namedInputs, spotsOf, type Input } from './openapi-operation.js';
import type { GuessedEnd, GuessedPagination } from './openapi-pagination.js';
import { parametersOf } from './openapi-parameters.js';
import type { Spot } from './openapi-references.js';
import { shapeOf } from './openapi-shape.js';

/** An operation with what it takes, for whoever calls it. */
export interface Callee {
  readonly entry: OperationEntry;
  readonly operation: Spot;
  readonly inputs: readonly Input[];
  /** The schema of its body, where that is an object. */
  readonly body: Spot | undefined;
  readonly needsBody: boolean;
}

export function calleeOf(document: OpenApiDocument, entry: OperationEntry): Callee {
  const { operation, item } = spotsOf(document, entry);
  const body = bodyOf(document, operation, item, new Set());
  const parameters = parametersOf(document, { operation, item, path: entry.path }, new Set());
  return {
    entry,
    operation,
    inputs: namedInputs(parameters, body !== undefined),
    body: body === undefined ? undefined : bodySpot(document, operation, item),
    needsBody: body?.required === true,
  };
}

/** Where the schema of a body of JSON or a form stands, if it is an object. */
function bodySpot(document: OpenApiDocument, operation: Spot, item: Spot): Spot | undefined {
  const { references, version } = document;
  if (version === '2.0') {
    const lists = [references.at(operation, 'parameters'), references.at(item, 'parameters')];
    const all = lists.flatMap((list) => references.children(list)).map(({ spot }) => references.follow(spot));
    const body = all.find(({ value }) => (value as JsonObject | undefined)?.['in'] === 'body');
    return body === undefined ? undefined : ofObject(document, references.at(body, 'schema'));
  }
  const contents = references.children(references.at(operation, 'requestBody', 'content'));
  const content =
    contents.find(({ key }) => /\bjson\b/i.test(key)) ??
    contents.find(({ key }) => /form-urlencoded/i.test(key));
  return content === undefined ? undefined : ofObject(document, references.at(content.spot, 'schema'));
}

function ofObject(document: OpenApiDocument, spot: Spot): Spot | undefined {
  const { type, properties } = shapeOf(document, spot);
  return type === 'object' && properties.size > 0 ? spot : undefined;
}

/** What is known where a method of a collection is called. */
export interface Call {
  /** Values by the property of the input. */
  readonly values: JsonObject;
  /** Parameters that the collection itself takes. */
  readonly parameters: readonly Input[];
}

/** The input of an operation: what the collection knows, and what must be a parameter of the collection. */
export function callOf({ inputs }: Callee, known: JsonObject, idParameter?: string): Call {
  const values: JsonObject = known['body'] === undefined ? {} : { body: known['body'] };
  const parameters: Input[] = [];
  for (const input of inputs) {
    const given = known[input.property];
    if (given !== undefined) values[input.property] = given;
    else if (input.place === 'path' && input.name === idParameter) values[input.property] = idFor(input);
    else if (input.required) {
      parameters.push(input);
      values[input.property] = { $var: `$.parameters.${formatPath([input.property])}` };
    }
  }
  return { values, parameters };
}

/** Ids are texts here; an API may want numbers. */
function idFor({ schema }: Input): Json {
  const type = typeof schema === 'boolean' ? undefined : schema['type'];
  if (type === 'string') return { $var: '$.id' };
  return { $jsonata: type === 'integer' || type === 'number' ? '$number(id)' : 'id' };
}

/** `list` as a call of its operation, or, where the way to go on is an address, as a request of its own. */
export function listMethod(
  callee: Callee,
  call: Call,
  how: { readonly pagination: GuessedPagination | undefined; readonly itemsAt: JsonPath },
): JsonObject {
  const { pagination, itemsAt } = how;
  if (pagination?.type === 'link' || pagination?.type === 'next-url') {
    return byAddress(callee, call, { ...how, pagination });
  }
  const marked = pagination === undefined ? {} : { [pagination.input.property]: cursorValue(pagination) };
  const limit = pagination?.limit;
  const inputMapping: JsonObject = {
    ...call.values,
    ...(limit === undefined ? {} : { [limit.input.property]: limit.value }),
    ...marked,
  };
  const cursor = pagination === undefined ? undefined : nextCursor(pagination, itemsAt);
  return operationMapping(callee.entry, inputMapping, {
    records: { $var: locator('output', itemsAt) },
    ...(cursor === undefined ? {} : { cursor }),
  });
}

export function operationMapping(
  { key }: OperationEntry,
  input: JsonObject,
  output: Json | undefined,
): JsonObject {
  return {
    type: 'operation-mapping',
    mapping: {
      operationKey: key,
      ...(Object.keys(input).length === 0 ? {} : { inputMapping: input }),
      ...(output === undefined ? {} : { outputMapping: output }),
    },
  };
}

function cursorValue({ type }: GuessedPagination): Json {
  const isNumber = type === 'page' || type === 'offset';
  return isNumber ? { $jsonata: '$exists(cursor) ? $number(cursor) : undefined' } : { $var: '$.cursor' };
}

function nextCursor(
  pagination: Exclude<GuessedPagination, { type: 'link' | 'next-url' }>,
  itemsAt: JsonPath,
): Json {
  const items = expression('output', itemsAt);
  switch (pagination.type) {
    case 'cursor':
      return { $var: locator('output', pagination.next) };
    case 'last-id':
      return { $jsonata: `${expression('output', pagination.more)} ? ${items}[-1].id : null` };
    case 'page': {
      const here = '($exists(cursor) ? $number(cursor) : 1)';
      return { $jsonata: `${isLast(pagination, items, here)} ? null : ${here} + 1` };
    }
    case 'offset': {
      const next = `($exists(cursor) ? $number(cursor) : 0) + $count(${items})`;
      return { $jsonata: `${isLast(pagination, items, next)} ? null : ${next}` };
    }
  }
}

/** A page that is not full may be followed by others: APIs give fewer than they are asked for. An empty one is the end. */
function isLast({ more, total }: GuessedEnd, items: string, reached: string): string {
  return [
    `$count(${items}) = 0`,
    ...(more === undefined ? [] : [`${expression('output', more)} = false`]),
    ...(total === undefined ? [] : [`${reached} >= ${expression('output', total)}`]),
  ].join(' or ');
}

function byAddress(
  { entry, inputs }: Callee,
  { values }: Call,
  {
    pagination,
    itemsAt,
  }: { pagination: Extract<GuessedPagination, { type: 'link' | 'next-url' }>; itemsAt: JsonPath },
): JsonObject {
  const of = (place: string): JsonObject =>
    Object.fromEntries(
      inputs.flatMap((input) => {
        const value = values[input.property];
        return input.place === place && value !== undefined ? [[input.name, value]] : [];
      }),
    );
  const limit = pagination.limit;
  // a key that begins with "$" would be taken for a formula, and OData has such parameters
  const isOdd = limit?.input.name.startsWith('$') === true;
  const asked = limit === undefined ? {} : { [limit.input.name]: limit.value };
  const path = isOdd ? `${entry.path}?${limit.input.name}=${limit.value}` : entry.path;
  const query = { ...of('query'), ...(isOdd ? {} : asked) };
  const [pathParameters, headers] = [of('path'), of('header')];
  const sent: JsonObject = { pathParameters, query, headers };
  for (const name of Object.keys(sent))
    if (Object.keys(sent[name] as JsonObject).length === 0) delete sent[name];
  return {
    type: 'rest-api-mapping',
    mapping: {
      path: { $firstNotEmpty: [{ $var: '$.cursor' }, path] },
      method: 'GET',
      ...(Object.keys(sent).length === 0 ? {} : { requestMapping: sent }),
      responseMapping: {
        records: { $var: locator('response', ['data', ...itemsAt]) },
        cursor:
          pagination.type === 'link'
            ? { $jsonata: '$match(response.headers.link, /<([^>]*)>\\s*;[^,]*rel="?next"?/).groups[0]' }
            : { $var: locator('response', ['data', ...pagination.next]) },
      },
    },
  };
}

export function locator(root: string, path: JsonPath): string {
  return `$.${formatPath([root, ...path])}`;
}

/** The same in JSONata. */
function expression(root: string, path: JsonPath): string {
  return [root, ...path].map((part) => (/^\w+$/.test(String(part)) ? String(part) : `\`${part}\``)).join('.');
}
