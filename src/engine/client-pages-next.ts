import { isObject, valueAt } from '../core/json.js';
import type { ClientRequest, ClientResponse } from '../core/kind.js';
import { parseLocator } from '../core/locator.js';
import type { Pagination } from '../core/pagination.js';

/** What came so far of a list. */
export interface Progress {
  /** As it was asked for, without the marks of a page. */
  readonly request: ClientRequest;
  readonly pagination: Pagination;
  readonly response: ClientResponse;
  /** The address that answered: the next one may be relative to it. */
  readonly url: URL;
  /** Of the page that came, from 0. */
  readonly number: number;
  /** Items of all pages so far, and of this one. */
  readonly listed: number;
  readonly count: number;
  /** The last item of this page: some APIs want its id as the cursor. */
  readonly last: unknown;
}

/** The request of the first page: the limit is put in, and where pages are counted, the first number. */
export function firstRequest(request: ClientRequest, pagination: Pagination): ClientRequest {
  const limited = withLimit(request, pagination);
  if (pagination.type !== 'page' || pagination.firstPage === undefined) return limited;
  return withMark(limited, pagination, pagination.firstPage);
}

/** The request of the page after, undefined at the end of the list. */
export async function nextRequest(progress: Progress): Promise<ClientRequest | undefined> {
  const { request, pagination, response, url, number, listed } = progress;
  const { type, next, hasMore } = pagination;
  const { data, headers, status: statusCode } = response;
  const root = { data, headers, statusCode, last: progress.last };
  const at = (locator: string): unknown => valueAt(root, parseLocator(locator));
  const more = hasMore === undefined ? undefined : at(hasMore);
  if (hasMore !== undefined && (more === undefined || more === null || more === false || more === 'false')) {
    return undefined;
  }
  switch (type) {
    case 'link-header':
      return follow(request, url, await linkOf(response));
    case 'next-url':
      return follow(request, url, next === undefined ? undefined : at(next));
    case 'cursor': {
      const cursor = next === undefined ? undefined : at(next);
      if (cursor === undefined || cursor === null || cursor === '' || cursor === false) return undefined;
      return withMark(withLimit(request, pagination), pagination, cursor);
    }
    case 'offset':
    case 'page': {
      if (isLast(progress, at)) return undefined;
      const place = type === 'offset' ? listed : (pagination.firstPage ?? 1) + number + 1;
      return withMark(withLimit(request, pagination), pagination, place);
    }
  }
}

/** Without a total or a flag, a page that is not full is the last one, and an empty one always is. */
function isLast({ pagination, listed, count }: Progress, at: (locator: string) => unknown): boolean {
  const { total, limit, hasMore } = pagination;
  if (count === 0) return true;
  if (total !== undefined) {
    const all = Number(at(total));
    if (Number.isFinite(all)) return listed >= all;
  }
  return hasMore === undefined && limit !== undefined && count < limit;
}

async function linkOf(response: ClientResponse): Promise<string | undefined> {
  const header = response.headers['link'];
  if (header === undefined) return undefined;
  const { default: LinkHeader } = await import('http-link-header');
  return LinkHeader.parse(header).rel('next')[0]?.uri;
}

/** An address of the server brings its own query: that of the first page would be given twice. */
function follow(request: ClientRequest, url: URL, address: unknown): ClientRequest | undefined {
  if (typeof address !== 'string' || address === '') return undefined;
  const { query: _, pathParameters: __, ...rest } = request;
  return { ...rest, path: URL.canParse(address, url.href) ? new URL(address, url.href).href : address };
}

function withLimit(request: ClientRequest, pagination: Pagination): ClientRequest {
  const { limit, limitParameter } = pagination;
  if (limit === undefined || limitParameter === undefined) return request;
  return put(request, pagination.in === 'body' ? 'body' : 'query', limitParameter, limit);
}

function withMark(request: ClientRequest, pagination: Pagination, value: unknown): ClientRequest {
  return put(request, pagination.in ?? 'query', pagination.parameter ?? pagination.type, value);
}

function put(
  request: ClientRequest,
  place: 'query' | 'body' | 'header',
  name: string,
  value: unknown,
): ClientRequest {
  if (place === 'query') return { ...request, query: { ...request.query, [name]: value } };
  if (place === 'header') return { ...request, headers: { ...request.headers, [name]: value } };
  return { ...request, data: putAt(request.data, parseLocator(name), value) };
}

function putAt(data: unknown, [name, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (name === undefined) return value;
  const object = isObject(data) ? data : {};
  return { ...object, [name]: putAt(object[name], rest, value) };
}
