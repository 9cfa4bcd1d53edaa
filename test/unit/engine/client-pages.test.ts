import { describe, expect, it } from 'vitest';
import { createHttp } from '../../../src/adapters/http-got.js';
import type { ClientRequest } from '../../../src/core/kind.js';
import type { PageLimits, Pagination } from '../../../src/core/pagination.js';
import { createClient } from '../../../src/engine/client.js';
import { withServer, type Answer, type Received, type Routes } from '../../support/server.js';
import { failure } from './world.js';

const numbers = Array.from({ length: 7 }, (_, index) => ({ id: index + 1 }));

function json(data: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(data));
  };
}

/** Answers with what `answer` makes of the query (and the body) of each request. */
function listing(
  answer: (query: URLSearchParams, request: Received) => { data: unknown; link?: string },
): Answer {
  return (response, request) => {
    const { data, link } = answer(new URL(request.path, 'http://host').searchParams, request);
    const headers: Record<string, string> = link === undefined ? {} : { link };
    return json(data, headers)(response, request);
  };
}

const http = createHttp();
let now = 0;
const clock = { now: () => (now += 1), sleep: async () => undefined };

async function list(
  routes: Routes,
  pagination: Pagination | Record<string, unknown> | undefined,
  how: { request?: Partial<ClientRequest>; limits?: PageLimits; basePath?: string } = {},
) {
  return withServer(routes, async (server) => {
    const base = { baseUri: server.url + (how.basePath ?? ''), query: { key: 'k' } };
    const options = {
      http,
      clock,
      emit: () => undefined,
      base: async () => base,
      redact: (text: string) => text,
    };
    const client = createClient({ ...options, ...(how.limits && { pageLimits: how.limits }) });
    const pages: number[] = [];
    const ids: unknown[] = [];
    const request = { path: '/items', ...how.request };
    const work = async () => {
      for await (const { items } of client.pages(request, pagination as Pagination | undefined)) {
        pages.push(items.length);
        ids.push(...items.map((item) => (item as { id: number }).id));
      }
    };
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => failure(Promise.reject(thrown as Error)),
    );
    const sent = server.requests.map(({ path, body }) => path + (body === '' ? '' : ` ${body}`));
    return { pages, ids, sent, ...(error === undefined ? {} : { error }) };
  });
}

const all = [1, 2, 3, 4, 5, 6, 7];

describe('the pages of a list', () => {
  it('follow a Link header, absolute or relative, and lose no parameter of it', async () => {
    const routes = {
      '/v1/items': listing((query) => {
        const page = Number(query.get('page') ?? 1);
        const data = numbers.slice((page - 1) * 3, page * 3);
        const next = `</v1/items?page=${page + 1}&size=3>; rel="next", </v1/items?page=1>; rel="first"`;
        return { data, ...(page < 3 ? { link: next } : {}) };
      }),
    };
    const request = { query: { size: 3 } };
    expect(await list(routes, { type: 'link-header' }, { request, basePath: '/v1' })).toEqual({
      pages: [3, 3, 1],
      ids: all,
      sent: ['/v1/items?key=k&size=3', '/v1/items?page=2&size=3&key=k', '/v1/items?page=3&size=3&key=k'],
    });
  });

  it('follow an address in the response', async () => {
    const routes = {
      '/items': json({ results: numbers.slice(0, 3), next: '/more?after=3' }),
      '/more': json({ results: numbers.slice(3), next: null }),
    };
    expect(await list(routes, { type: 'next-url', next: 'data.next', items: 'data.results' })).toEqual({
      pages: [3, 4],
      ids: all,
      sent: ['/items?key=k', '/more?after=3&key=k'],
    });
  });

  it('send a cursor back in the query, in the body or in a header', async () => {
    const answer = (cursor: string | undefined) => {
      const from = Number(cursor ?? 0);
      const next = from + 4 < numbers.length ? String(from + 4) : '';
      return { data: { items: numbers.slice(from, from + 4), meta: { next } } };
    };
    const pagination = { type: 'cursor', next: 'data.meta.next', items: 'data.items' } as const;
    const inQuery = { '/items': listing((query) => answer(query.get('cursor') ?? undefined)) };
    const inBody = {
      '/items': listing((_, { body }) => answer((JSON.parse(body) as { page: { from?: string } }).page.from)),
    };
    const inHeader = {
      '/items': listing((_, { headers }) => answer(headers['x-cursor'] as string | undefined)),
    };
    expect([
      await list(inQuery, pagination),
      await list(
        inBody,
        { ...pagination, in: 'body', parameter: 'page.from', limit: 4, limitParameter: 'page.size' },
        { request: { method: 'POST', data: { filter: 'x' } } },
      ),
      await list(inHeader, { ...pagination, in: 'header', parameter: 'X-Cursor' }),
    ]).toEqual([
      { pages: [4, 3], ids: all, sent: ['/items?key=k', '/items?key=k&cursor=4'] },
      {
        pages: [4, 3],
        ids: all,
        sent: [
          '/items?key=k {"filter":"x","page":{"size":4}}',
          '/items?key=k {"filter":"x","page":{"size":4,"from":"4"}}',
        ],
      },
      { pages: [4, 3], ids: all, sent: ['/items?key=k', '/items?key=k'] },
    ]);
  });

  it('count items or pages, and end with a page that is not full, a total, a flag or an empty page', async () => {
    const sliced = (more: (from: number) => object = () => ({})) => ({
      '/items': listing((query) => {
        const size = Number(query.get('limit') ?? 4);
        const page = query.get('page');
        const from = page === null ? Number(query.get('offset') ?? 0) : (Number(page) - 1) * size;
        return { data: { items: numbers.slice(from, from + size), ...more(from + size) } };
      }),
    });
    const limited = { limit: 4, limitParameter: 'limit' };
    expect([
      (await list(sliced(), { type: 'offset', ...limited })).sent,
      (await list(sliced(), { type: 'page', ...limited, firstPage: 1 })).sent,
      (
        await list(
          sliced(() => ({ total: 7 })),
          { type: 'offset', total: 'data.total' },
        )
      ).sent,
      (
        await list(
          sliced((end) => ({ more: end < 7 })),
          { type: 'page', hasMore: 'data.more' },
        )
      ).sent,
      (await list(sliced(), { type: 'offset' })).sent,
    ]).toEqual([
      ['/items?key=k&limit=4', '/items?key=k&limit=4&offset=4'],
      ['/items?key=k&limit=4&page=1', '/items?key=k&limit=4&page=2'],
      ['/items?key=k', '/items?key=k&offset=4'],
      ['/items?key=k', '/items?key=k&page=2'],
      ['/items?key=k', '/items?key=k&offset=4', '/items?key=k&offset=7'],
    ]);
  });
});

describe('a list that would go on for ever', () => {
  const hint =
    'look at "pagination": does the parameter arrive, and is this the end of the list? "limits" of membrane.yaml sets how many pages and how long';

  it('is stopped when a cursor comes again', async () => {
    const routes = {
      '/items': listing((query) => ({
        data: { items: [{ id: query.get('cursor') }], next: query.get('cursor') === 'a' ? 'b' : 'a' },
      })),
    };
    const { pages, error } = await list(routes, { type: 'cursor', next: 'data.next' });
    expect({ pages, error }).toEqual({
      pages: [1, 1, 1],
      error: { code: 'http/pagination', message: 'the API gave the same cursor twice', hint },
    });
  });

  it('is stopped when a page comes again, for the parameter is not understood', async () => {
    const { pages, error } = await list({ '/items': json(numbers) }, { type: 'page' });
    expect({ pages, error }).toEqual({
      pages: [7],
      error: { code: 'http/pagination', message: 'the API gave the same page twice', hint },
    });
  });

  it('is stopped after so many pages, and after so long', async () => {
    const routes = { '/items': listing((query) => ({ data: [{ id: query.get('page') }] })) };
    const pages = { pages: 3, ms: 1e9 };
    const time = { pages: 1e9, ms: 0 };
    expect([
      (await list(routes, { type: 'page' }, { limits: pages })).error,
      (await list(routes, { type: 'page' }, { limits: time })).error,
    ]).toEqual([
      { code: 'http/pagination', message: 'the list has more than 3 pages', hint },
      { code: 'http/pagination', message: 'the list took longer than 0 s', hint },
    ]);
  });
});

describe('a declaration that does not fit', () => {
  const say = async (pagination: Record<string, unknown> | undefined, data: unknown = numbers) =>
    (await list({ '/items': json(data) }, pagination)).error;

  it.each([
    [undefined, 'nothing says how this API pages its lists'],
    [{ type: 'curser' }, '"type" of the pagination is "curser"'],
    [{}, '"type" of the pagination is missing'],
    [{ type: 'page', in: 'path' }, '"in" of the pagination is "path"'],
    [{ type: 'cursor' }, '"pagination" of type "cursor" has no "next"'],
    [{ type: 'page', limit: 0 }, '"limit" of the pagination is 0'],
    [{ type: 'page', limit: 'many' }, '"limit" of the pagination is no whole number'],
    [{ type: 'page', items: 'data[0].id' }, '"items" of the pagination leads to no list: "data[0].id"'],
  ])('is explained: %j', async (pagination, message) => {
    expect((await say(pagination))?.['message']).toBe(message);
  });

  it('whose items are elsewhere is explained; a list that is left out is an empty one', async () => {
    const pagination = { type: 'page', items: 'data.itms' };
    expect([await say(pagination, { items: [] }), await say(pagination, { total: 0 })]).toEqual([
      {
        code: 'http/pagination',
        message: '"items" of the pagination leads to no list: "data.itms"',
        hint: 'say where the items are, such as "items: data.items"',
      },
      undefined,
    ]);
  });

  it('is explained where the response holds no list, or several', async () => {
    expect([await say({ type: 'page' }, { id: 1 }), await say({ type: 'page' }, { a: [], b: [] })]).toEqual([
      {
        code: 'http/pagination',
        message: 'the response holds no list to go through',
        hint: 'say where the items are, such as "items: data.results"',
      },
      {
        code: 'http/pagination',
        message: 'the response holds several lists, and "items" does not say which is meant',
        hint: 'say where the items are, such as "items: data.results"',
      },
    ]);
  });
});
