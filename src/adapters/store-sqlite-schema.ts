import { MembraneError } from '../core/error.js';
import type { Sql } from './store-sqlite-database.js';

/**
 * Each entry takes the database one version further. An entry that was published is never changed: what is
 * wrong with it is mended by the next one.
 *
 * rows: every drawer in one table. Ids are unique per drawer and tenant. There is one index for each way to
 * ask (by tenant, by state, by parent), and each holds time and id, so that answers come sorted.
 *
 * parts: the same for drawers of which rows are only asked for by id and by parent. Every index that a row stands in
 * is another page to write, and such rows are many and small: this table is its own first index, and has one more.
 *
 * turns: a row for each pace: the time from which on its bucket is full again.
 *
 * locks: a row for each lock that is held. The fence is the row's number: AUTOINCREMENT never gives one again.
 */
const migrations: readonly string[] = [
  `CREATE TABLE rows (
     drawer TEXT NOT NULL,
     tenant TEXT NOT NULL,
     id TEXT NOT NULL,
     time INTEGER NOT NULL,
     state TEXT,
     parent TEXT,
     data TEXT NOT NULL,
     PRIMARY KEY (drawer, id, tenant)
   );
   CREATE INDEX rows_by_tenant ON rows (drawer, tenant, time, id);
   CREATE INDEX rows_by_state ON rows (drawer, state, time, id) WHERE state IS NOT NULL;
   CREATE INDEX rows_by_parent ON rows (drawer, parent, time, id) WHERE parent IS NOT NULL;
   CREATE TABLE locks (
     fence INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL UNIQUE,
     pid INTEGER NOT NULL,
     host TEXT NOT NULL,
     started TEXT NOT NULL,
     beat INTEGER NOT NULL
   );`,
  `CREATE TABLE turns (
     name TEXT PRIMARY KEY,
     next REAL NOT NULL
   );`,
  `CREATE TABLE parts (
     drawer TEXT NOT NULL,
     tenant TEXT NOT NULL,
     id TEXT NOT NULL,
     time INTEGER NOT NULL,
     state TEXT,
     parent TEXT,
     data TEXT NOT NULL,
     PRIMARY KEY (drawer, id, tenant)
   ) WITHOUT ROWID;
   CREATE INDEX parts_by_parent ON parts (drawer, parent, time, id) WHERE parent IS NOT NULL;
   INSERT INTO parts SELECT drawer, tenant, id, time, state, parent, data FROM rows WHERE drawer = 'node-run';
   DELETE FROM rows WHERE drawer = 'node-run';`,
];

/** Brings a database to the newest version. Safe when several processes do it at once. */
export function migrate(sql: Sql, file: string): void {
  if (versionOf(sql, file) === migrations.length) return;
  sql.transaction(() => {
    // Another process may have been faster.
    for (const migration of migrations.slice(versionOf(sql, file))) sql.script(migration);
    sql.script(`PRAGMA user_version = ${migrations.length}`);
  });
}

function versionOf(sql: Sql, file: string): number {
  const version = Number(sql.get<{ user_version: number }>('PRAGMA user_version')?.user_version);
  if (version <= migrations.length) return version;
  throw new MembraneError('store/corrupt', `"${file}" was written by a newer version of membrane`, {
    hint: 'use that version, or a newer one: npm install --global membrane@latest',
  });
}
