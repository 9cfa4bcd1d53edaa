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
  const seen = recentIds();
  for await (const page of pagesWithRepeats(collection, query, false)) {
    const fresh = page.records.filter(({ id }) => id === '' || seen.isNew(id));
    yield fresh.length === page.records.length ? page : { ...page, records: fresh };
  }
}

/**
 * The same, with the records that come again. With `ahead` the next page is asked for while one is looked at, which
 * is good for those who want all of them.
 */
export async function* pagesWithRepeats(
  collection: Collection,
  query: ListQuery | { readonly query: string; readonly cursor?: unknown },
  ahead: boolean,
): AsyncGenerator<RecordPage> {
  const reader = readerOf(collection);
  const guard = collection.ctx.pageGuard();
  const ask = async (cursor: unknown): Promise<RecordPage> => {
    collection.ctx.signal.throwIfAborted();
    guard.ask(JSON.stringify(cursor ?? null));
    return onePage(collection, query, cursor, reader);
  };
  let coming: Promise<RecordPage> | undefined;
  try {
    for (let page = await ask(query.cursor); ; page = await (coming ?? ask(page.cursor))) {
      const ids = page.records.map(({ id }) => id);
      guard.came(ids.length === 0 || ids.includes('') ? undefined : ids.join('\n'));
      coming = ahead && page.cursor !== undefined ? ask(page.cursor) : undefined;
      // What goes wrong with it is found when it is its turn.
      coming?.catch(() => undefined);
      yield page;
      if (page.cursor === undefined) return;
    }
  } finally {
    await coming?.catch(() => undefined);
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
