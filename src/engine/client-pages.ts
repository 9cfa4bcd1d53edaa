import { MembraneError } from '../core/error.js';
import { isObject, valueAt } from '../core/json.js';
import type { ClientRequest, ClientResponse, Page } from '../core/kind.js';
import { parseLocator } from '../core/locator.js';
import { pageGuard } from '../core/page-guard.js';
import type { PageLimits, Pagination } from '../core/pagination.js';
import type { Clock } from '../core/ports.js';
import { firstRequest, nextRequest } from './client-pages-next.js';

export interface PagesOptions {
  /** `url`: the address that answered. */
  readonly send: (
    request: ClientRequest,
  ) => Promise<{ readonly response: ClientResponse; readonly url: URL }>;
  readonly clock: Clock;
  readonly limits: PageLimits;
}

/**
 * The pages of a list, one after another, until the API says that there are no more. Rejects with
 * `http/pagination` where an API would go on for ever (a cursor or a page that comes twice, too many pages, too
 * much time) and where the declaration does not fit what came: what was listed so far is not the whole list.
 */
export async function* followPages(
  options: PagesOptions,
  request: ClientRequest,
  pagination: Pagination,
): AsyncGenerator<Page> {
  const { send, clock, limits } = options;
  const guard = pageGuard({ limits, now: () => clock.now(), mark: mark(pagination), hint: endlessHint });
  let listed = 0;
  let next: ClientRequest | undefined = firstRequest(request, pagination);
  for (let number = 0; next !== undefined; number += 1) {
    guard.ask(JSON.stringify([next.path, next.query, next.data, next.headers]));
    const { response, url } = await send(next);
    const items = itemsOf(response, pagination);
    guard.came(items.length === 0 ? undefined : JSON.stringify(items));
    listed += items.length;
    yield { items, response };
    const page = { listed, count: items.length, last: items.at(-1) };
    next = await nextRequest({ request, pagination, response, url, number, ...page });
  }
}

function itemsOf({ data, headers, status }: ClientResponse, { items }: Pagination): readonly unknown[] {
  if (items !== undefined) {
    const found = valueAt({ data, headers, statusCode: status }, parseLocator(items));
    if (Array.isArray(found)) return found;
    // many APIs leave an empty list out; but where there is another one, it is the one that was meant
    const elsewhere = listIn(data);
    if ((found === undefined || found === null) && elsewhere === undefined) return [];
    throw misfit(`"items" of the pagination leads to no list: "${items}"`, elsewhere);
  }
  if (Array.isArray(data)) return data;
  const lists = isObject(data) ? Object.values(data).filter((value) => Array.isArray(value)) : [];
  if (lists.length === 1 && lists[0] !== undefined) return lists[0];
  if (data === undefined || data === '') return [];
  throw misfit(
    lists.length === 0
      ? 'the response holds no list to go through'
      : 'the response holds several lists, and "items" does not say which is meant',
  );
}

/** The locator of a list that is there. */
function listIn(data: unknown): string | undefined {
  if (Array.isArray(data)) return 'data';
  const [name] = Object.entries(isObject(data) ? data : {}).find(([, value]) => Array.isArray(value)) ?? [];
  return name === undefined ? undefined : `data.${name}`;
}

function mark({ type }: Pagination): string {
  return type === 'cursor' ? 'cursor' : type === 'offset' || type === 'page' ? 'position' : 'next address';
}

const endlessHint =
  'look at "pagination": does the parameter arrive, and is this the end of the list? "limits" of membrane.yaml sets how many pages and how long';

function misfit(message: string, there = 'data.results'): MembraneError {
  return new MembraneError('http/pagination', message, {
    hint: `say where the items are, such as "items: ${there}"`,
    class: 'configuration',
  });
}
