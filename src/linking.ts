import type { DataLink, LinkQuery, LinkRequest } from './core/links.js';
import { connectionWith } from './engine/choose-connection.js';
import type { Engine } from './engine/engine.js';
import { linksOf } from './engine/links.js';
import { exportLinks, importLinks, newestLinks } from './engine/links-transfer.js';

export type { DataLink };

/** Whose links: key or id; may be left out where only one connection can have links of the table. */
export interface TableOwner {
  readonly connection?: string | undefined;
}

/** The links of a table. Every method rejects with `element/not-found` where there is no such table. */
export function linkMethods(engine: Engine, signal: AbortSignal) {
  const ownerOf = (table: string, how: TableOwner) =>
    connectionWith(engine, 'data-link-table', table, how.connection);
  return {
    /** The newest ones, and how many there are in all. 100 unless `limit` says otherwise. */
    list: async (
      table: string,
      how: TableOwner & { limit?: number | undefined } = {},
    ): Promise<{ links: DataLink[]; total: number }> =>
      newestLinks(engine, table, await ownerOf(table, how), how.limit ?? 100),
    /** The newest link that fits; rejects with `link/invalid` where neither id is given. */
    find: async (table: string, query: LinkQuery, how: TableOwner = {}): Promise<DataLink | undefined> =>
      linksOf(engine, await ownerOf(table, how)).find(table, query),
    /** One link, or with the direction `both` (the default) two. */
    create: async (table: string, link: LinkRequest, how: TableOwner = {}): Promise<DataLink[]> =>
      linksOf(engine, await ownerOf(table, how)).create(table, link),
    /** Gives how many there were. */
    delete: async (table: string, query: LinkQuery, how: TableOwner = {}): Promise<number> =>
      linksOf(engine, await ownerOf(table, how)).remove(table, query),
    /** Makes a link of each item, a thousand in a transaction. */
    import: async (table: string, items: AsyncIterable<unknown>, how: TableOwner = {}) =>
      importLinks(engine, table, await ownerOf(table, how), items, signal),
    /** All of them, the oldest first, as they are taken. */
    export: async function* (table: string, how: TableOwner = {}): AsyncGenerator<DataLink> {
      yield* exportLinks(engine, table, await ownerOf(table, how), signal);
    },
  };
}
