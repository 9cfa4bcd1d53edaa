import { listRecords, searchRecords, type ListQuery } from './read.js';
import type { Collection } from './collection.js';
import type { RecordPage } from './record.js';
import { readerOf, type Reader } from './reader.js';

/** Ids that are remembered at least and, twice as many, at most: a page that shifts meets its neighbours. */
export const rememberedIds = 20_000;

/**
 * The pages of a whole list, one after another. A record that comes again, because the list moved while it was
 * read, is left out. Rejects with `http/pagination` where the API would go on for ever.
 */
export async function* allPages(
  collection: Collection,
  query: ListQuery | { readonly query: string; readonly cursor?: unknown } = {},
): AsyncGenerator<RecordPage> {
  const reader = readerOf(collection);
  const guard = collection.ctx.pageGuard();
  const seen = recentIds();
  try {
    for (let cursor = query.cursor; ;) {
      collection.ctx.signal.throwIfAborted();
      guard.ask(JSON.stringify(cursor ?? null));
      const page = await onePage(collection, query, cursor, reader);
      const ids = page.records.map(({ id }) => id);
      guard.came(ids.length === 0 || ids.includes('') ? undefined : ids.join('\n'));
      const fresh = page.records.filter(({ id }) => id === '' || seen.isNew(id));
      yield fresh.length === page.records.length ? page : { ...page, records: fresh };
      if (page.cursor === undefined) return;
      cursor = page.cursor;
    }
  } finally {
    reader.end();
  }
}

function onePage(
  collection: Collection,
  query: ListQuery | { readonly query: string },
  cursor: unknown,
  reader: Reader,
): Promise<RecordPage> {
  if ('query' in query) return searchRecords(collection, { query: query.query, cursor }, reader);
  return listRecords(collection, { ...query, cursor }, reader);
}

/** Remembers the last ids in two generations, so that a list of any length takes the same memory. */
function recentIds(): { isNew(id: string): boolean } {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    isNew(id) {
      if (young.has(id) || old.has(id)) return false;
      young.add(id);
      if (young.size >= rememberedIds) [old, young] = [young, new Set()];
      return true;
    },
  };
}
