import type { ActionRecords } from './action-records.js';
import { allPages } from './all-records.js';
import { listRecords, searchRecords, type ListQuery } from './read.js';
import { readerOf } from './reader.js';
import type { DataRecord, RecordPage } from './record.js';

/** What an action on lists gives: one page of mapped records, or those of all pages. */
export async function listPages(
  { source, import: map }: ActionRecords,
  query: ListQuery | { readonly query: string; readonly cursor?: unknown },
  all: boolean,
): Promise<RecordPage> {
  const { collection } = source;
  const records: DataRecord[] = [];
  const add = async (page: RecordPage) => {
    for (const record of page.records) {
      const mapped = map(record);
      records.push(mapped instanceof Promise ? await mapped : mapped);
    }
  };
  if (all) {
    for await (const page of allPages(collection, query)) await add(page);
    return { records };
  }
  const reader = readerOf(collection);
  const page =
    'query' in query
      ? await searchRecords(collection, query, reader)
      : await listRecords(collection, query, reader);
  reader.end();
  await add(page);
  return page.cursor === undefined ? { records } : { records, cursor: page.cursor };
}
