/**
 * How the pages of a list are asked for: `pagination` of a request, or of `makeApiClient` for all requests.
 * Locators start at the response: `data.paging.next.after`, `headers.x-next`; `last` is the last item of the page.
 */
export interface Pagination {
  /**
   * `link-header`: follow `Link: <…>; rel="next"` (RFC 8288). `next-url`: follow the address at `next`.
   * `cursor`: send back what is at `next`. `offset`: count items. `page`: count pages.
   */
  readonly type: 'link-header' | 'next-url' | 'cursor' | 'offset' | 'page';
  /** Where cursor, offset or page number goes. Default: the query. */
  readonly in?: 'query' | 'body' | 'header';
  /** Its name; in a body a locator. Default: the type's own name. */
  readonly parameter?: string;
  /** Items asked for in a page. */
  readonly limit?: number;
  /** Where the limit goes; it is not sent where this is absent. */
  readonly limitParameter?: string;
  /** Where the items are. Default: the data, or the one list in it. */
  readonly items?: string;
  /** Where the next cursor or address is. */
  readonly next?: string;
  /** Where it says whether there is more; false ends the list. */
  readonly hasMore?: string;
  /** Where the number of all items is; reaching it ends an offset or page list. */
  readonly total?: string;
  /** Number of the first page. Default: 1. */
  readonly firstPage?: number;
}

/** What stops a list that never ends by itself. */
export interface PageLimits {
  readonly pages: number;
  /** Milliseconds for all pages together. */
  readonly ms: number;
}

/** Watches over the pages of one list. Each method throws `http/pagination` where it would go on for ever. */
export interface PageGuard {
  /** Before a page is asked for; `mark` says which: a cursor, or an address. */
  ask(mark: string): void;
  /** After it came; `content` is the same only for the same page. Empty pages are never the same. */
  came(content: string | undefined): void;
}
