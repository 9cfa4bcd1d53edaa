import { existsSync } from 'node:fs';
import type { Drawer, Store } from '../core/ports.js';
import { stateDatabase, type DatabaseOptions } from './store-sqlite-database.js';
import { sqliteDrawer, writeDrawers } from './store-sqlite-drawer.js';
import { sqliteLocks } from './store-sqlite-locks.js';
import { sqliteTurns } from './store-sqlite-turns.js';

export type SqliteStoreOptions = DatabaseOptions;

/**
 * The store in one SQLite file, `.membrane/state.db`. Nothing is created before the first write: until then
 * every drawer is empty. A file that cannot be used rejects here.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const database = stateDatabase(options);
  const locks = sqliteLocks(database, options.clock);
  const drawers = new Map<string, Drawer>();
  if (existsSync(options.file)) await database.read(() => undefined);

  return {
    drawer(name) {
      let drawer = drawers.get(name);
      if (drawer === undefined) drawers.set(name, (drawer = sqliteDrawer(database, name, options.clock)));
      return drawer;
    },
    write: (changes, options) => writeDrawers(database, changes, options),
    ...sqliteTurns(database, options.clock),
    lock: (name, { waitMs = 30_000, signal } = {}) => locks.acquire(name, waitMs, signal),
    async close() {
      await locks.releaseAll();
      database.close();
    },
  };
}
