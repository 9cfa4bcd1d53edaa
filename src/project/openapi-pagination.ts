import { formatPath, isObject, type JsonObject, type JsonPath } from '../core/json.js';
import type { OpenApiDocument } from './openapi-document.js';
import { successOf } from './openapi-body.js';
import type { Input } from './openapi-operation.js';
import type { Spot } from './openapi-references.js';
import { shapeOf, type Shape } from './openapi-shape.js';

/** How a list seems to be paged. Paths start at the data of the response. */
export type GuessedPagination = {
  readonly limit?: { readonly input: Input; readonly value: number | string };
} & (
  | { readonly type: 'link' }
  | { readonly type: 'next-url'; readonly next: JsonPath }
  | { readonly type: 'cursor'; readonly input: Input; readonly next: JsonPath }
  | { readonly type: 'last-id'; readonly input: Input; readonly more: JsonPath }
  | ({ readonly type: 'offset' | 'page'; readonly input: Input } & GuessedEnd)
);

/** Where a page that is counted says whether it is the last one; nothing where only an empty page tells. */
export interface GuessedEnd {
  /** A boolean. */
  readonly more?: JsonPath;
  /** How many there are: records for an offset, pages for a page. */
  readonly total?: JsonPath;
}

const cursorNames =
  /^(cursor|next_?cursor|page_?token|next_?(page_?)?token|after|starting_after|marker|continue|continuation_?token|start_?cursor|page\[cursor\]|page\[after\]|bookmark)$/i;
const nextNames =
  /^(next|next_?cursor|next_?(page_?)?token|next_?page|cursor|after|end_?cursor|continue|continuation_?token|next_?marker|bookmark)$/i;
const urlNames = /^(next|next_?(page_?)?(url|uri|link)|next_?page|@odata\.nextLink)$/i;
const holders =
  /^(meta|metadata|_?links?|paging|pagination|cursors?|page_?info|response_?metadata|next|page)$/i;
const limitNames =
  /^(limit|per_?page|page_?size|size|count|max_?results|\$?top|first|page_?len|rows|page\[(limit|size)\])$/i;
const offsetNames = /^(offset|skip|\$skip|start|start_?at|start_?index|page\[offset\])$/i;
const pageNames = /^(page|page_?(number|no|num)|page\[number\]|p)$/i;
const moreNames = /^has_?(more|next(_?page)?)$/i;
const totalNames = /^(total|total_?(count|items|results|records|elements|size))$/i;
const totalPagesNames = /^(total_?pages|pages?_?count|num_?pages|last_?page)$/i;

/** Of one page where the document does not say how many there may be. */
const usualLimit = 100;

/** How a list is paged, by the names of its parameters and of what it gives; undefined where nothing tells. */
export function guessPagination(
  document: OpenApiDocument,
  operation: Spot,
  inputs: readonly Input[],
  response: Shape,
): GuessedPagination | undefined {
  const queries = inputs.filter(({ place }) => place === 'query');
  const named = (names: RegExp) => queries.find(({ name }) => names.test(name));
  const limit = limitOf(named(limitNames));
  const [cursor, more] = [named(cursorNames), findField(document, response, moreNames, ['boolean'])];
  if (cursor !== undefined && /^starting_after$/i.test(cursor.name) && more !== undefined) {
    return { type: 'last-id', input: cursor, more, ...limit };
  }
  const next = findField(document, response, nextNames, ['string', 'number', 'unknown']);
  if (cursor !== undefined && next !== undefined) return { type: 'cursor', input: cursor, next, ...limit };
  const url = findField(document, response, urlNames, ['string']);
  if (url !== undefined) return { type: 'next-url', next: url, ...limit };
  if (hasLinkHeader(document, operation)) return { type: 'link', ...limit };
  const page = named(pageNames);
  const end = (names: RegExp): GuessedEnd => {
    const total = findField(document, response, names, ['number']);
    return { ...(more === undefined ? {} : { more }), ...(total === undefined ? {} : { total }) };
  };
  if (page !== undefined) return { type: 'page', input: page, ...end(totalPagesNames), ...limit };
  const offset = named(offsetNames);
  return offset === undefined ? undefined : { type: 'offset', input: offset, ...end(totalNames), ...limit };
}

function limitOf(input: Input | undefined): { limit?: { input: Input; value: number | string } } {
  if (input === undefined || typeof input.schema === 'boolean') return {};
  const { maximum, enum: values, type } = input.schema;
  const numbers = Array.isArray(values) ? values.filter((one) => typeof one === 'number') : [];
  if (numbers.length > 0) return { limit: { input, value: Math.max(...numbers) } };
  if (type === 'string') return { limit: { input, value: String(usualLimit) } };
  const isKnown = typeof maximum === 'number' && maximum >= 1 && maximum <= 1000;
  return { limit: { input, value: isKnown ? Math.floor(maximum) : usualLimit } };
}

/** The first field of such a name and type, at the top or in one of the objects that usually hold it. */
function findField(
  document: OpenApiDocument,
  shape: Shape,
  names: RegExp,
  wanted: readonly Shape['type'][],
  depth = 0,
): JsonPath | undefined {
  for (const [name, spot] of shape.properties) {
    if (names.test(name) && wanted.includes(shapeOf(document, spot).type)) return [name];
  }
  if (depth === 3) return undefined;
  for (const [name, spot] of shape.properties) {
    if (!holders.test(name)) continue;
    const found = findField(document, shapeOf(document, spot), names, wanted, depth + 1);
    if (found !== undefined) return [name, ...found];
  }
  return undefined;
}

function hasLinkHeader(document: OpenApiDocument, operation: Spot): boolean {
  const response = successOf(document, operation);
  const headers = response === undefined ? undefined : document.references.at(response, 'headers').value;
  return isObject(headers) && Object.keys(headers).some((name) => name.toLowerCase() === 'link');
}

/** The same as `pagination` of `makeApiClient` says it. */
export function clientPagination(guess: GuessedPagination): JsonObject {
  const limit: JsonObject =
    guess.limit === undefined
      ? {}
      : { limit: Number(guess.limit.value), limitParameter: guess.limit.input.name };
  switch (guess.type) {
    case 'link':
      return { type: 'link-header', ...limit };
    case 'next-url':
      return { type: 'next-url', next: formatPath(['data', ...guess.next]), ...limit };
    case 'cursor':
      return {
        type: 'cursor',
        parameter: guess.input.name,
        next: formatPath(['data', ...guess.next]),
        ...limit,
      };
    case 'last-id': {
      const more = formatPath(['data', ...guess.more]);
      return { type: 'cursor', parameter: guess.input.name, next: 'last.id', hasMore: more, ...limit };
    }
    case 'offset':
    case 'page':
      return { type: guess.type, parameter: guess.input.name, ...clientEnd(guess, limit) };
  }
}

/** With a limit alone, a page that is not full would be the last one; APIs may give fewer than they are asked for. */
function clientEnd({ type, more, total }: GuessedEnd & { type: string }, limit: JsonObject): JsonObject {
  const end: JsonObject = {
    ...(more === undefined ? {} : { hasMore: formatPath(['data', ...more]) }),
    ...(total === undefined || type === 'page' ? {} : { total: formatPath(['data', ...total]) }),
  };
  return Object.keys(end).length === 0 ? {} : { ...end, ...limit };
}
