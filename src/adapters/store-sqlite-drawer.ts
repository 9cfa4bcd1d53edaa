import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Clock, Drawer, DrawerChange, Lock, Row, RowQuery, WriteOptions } from '../core/ports.js';
import { storable } from './storable-text.js';
import type { Sql, SqlValue, StateDatabase } from './store-sqlite-database.js';

/** A table for drawers: how a row is written to it, and by which columns its rows are found. */
interface Table {
  readonly name: string;
  readonly upsert: string;
  /** The same under a lock, in one statement: a transaction around it would cost as much again. */
  readonly guardedUpsert: string;
  /** Columns with an index. The index is named, because SQLite guesses without knowing that parents are rare. */
  readonly found: readonly ('tenant' | 'state' | 'parent')[];
}

function table(name: string, found: Table['found']): Table {
  const upsert = `INSERT INTO ${name} (drawer, tenant, id, time, state, parent, data) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (drawer, id, tenant) DO UPDATE
  SET time = excluded.time, state = excluded.state, parent = excluded.parent, data = excluded.data`;
  const guarded =
    'SELECT ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM locks WHERE fence = ? AND name = ?)';
  return { name, upsert, guardedUpsert: upsert.replace('VALUES (?, ?, ?, ?, ?, ?, ?)', guarded), found };
}

const rowsTable = table('rows', ['parent', 'state', 'tenant']);
const partsTable = table('parts', ['parent']);

/** Drawers with many rows that are hardly ever asked for by anything else than id and parent. */
const drawersOfParts: ReadonlySet<string> = new Set(['node-run']);

const tableOf = (drawer: string): Table => (drawersOfParts.has(drawer) ? partsTable : rowsTable);

/** How many rows go in one transaction when many go, so that others can write in between. */
const pruneStep = 500;

/** Writes a row; what cannot be stored is refused here, before anything is written. */
function putting(drawer: string, row: Row): (sql: Sql, guard?: Lock) => void {
  const [tenant, id] = [storable(row.tenant), storable(row.id)];
  const [state, parent] = [storableOrNull(row.state), storableOrNull(row.parent)];
  const data = JSON.stringify(row.data);
  const values = [drawer, tenant, id, row.time, state, parent, data] as const;
  const { upsert, guardedUpsert } = tableOf(drawer);
  return (sql, guard) => {
    if (guard === undefined) return void sql.run(upsert, ...values);
    const { changes } = sql.run(guardedUpsert, ...values, guard.fence, guard.name);
    if (changes === 0) throw lost(guard);
  };
}

function removing(drawer: string, { tenant, id }: Pick<Row, 'tenant' | 'id'>): (sql: Sql) => void {
  const text = `DELETE FROM ${tableOf(drawer).name} WHERE drawer = ? AND id = ? AND tenant = ?`;
  const values = [drawer, storable(id), storable(tenant)];
  return (sql) => void sql.run(text, ...values);
}

/** Changes several drawers in one transaction. */
export async function writeDrawers(
  database: StateDatabase,
  changes: readonly DrawerChange[],
  { guard }: WriteOptions = {},
): Promise<void> {
  const works = changes.flatMap(({ drawer, put = [], remove = [] }) => [
    ...remove.map((row) => removing(drawer, row)),
    ...put.map((row) => putting(drawer, row)),
  ]);
  if (works.length === 0) return;
  await database.write((sql) =>
    sql.transaction(() => {
      checkGuard(sql, guard);
      for (const work of works) work(sql);
    }),
  );
}

export function sqliteDrawer(database: StateDatabase, drawer: string, clock: Clock): Drawer {
  const { name } = tableOf(drawer);
  return {
    async put(rows, options = {}) {
      const puts = ('id' in rows ? [rows] : rows).map((row) => putting(drawer, row));
      const [first] = puts;
      if (first === undefined) return;
      if (puts.length === 1 && options.guard === undefined) return database.writeTogether(first);
      if (puts.length === 1) return database.write((sql) => first(sql, options.guard));
      await database.write((sql) =>
        sql.transaction(() => {
          checkGuard(sql, options.guard);
          for (const put of puts) put(sql);
        }),
      );
    },

    async get(tenant, id) {
      const text = `SELECT * FROM ${name} WHERE drawer = ? AND id = ? AND tenant = ?`;
      const found = await database.read((sql) =>
        sql.get<StoredRow>(text, drawer, storable(id), storable(tenant)),
      );
      return found === undefined ? undefined : rowOf(found);
    },

    async list(query) {
      const found = await database.read((sql) => select(sql, drawer, query));
      return (found ?? []).map(rowOf);
    },

    async count(query) {
      const { from, where, values } = conditions(drawer, query);
      const text = `SELECT count(*) AS n FROM ${from} WHERE ${where}`;
      const found = await database.read((sql) => sql.get<{ n: number }>(text, ...values));
      return found?.n ?? 0;
    },

    async parents() {
      return (await database.read((sql) => parentsIn(sql, drawer))) ?? [];
    },

    async remove(tenant, ids, options = {}) {
      if (ids.length === 0) return;
      await database.write((sql) =>
        sql.transaction(() => {
          checkGuard(sql, options.guard);
          for (const id of ids) removing(drawer, { tenant, id })(sql);
        }),
      );
    },

    async prune({ before, keep }) {
      let gone = 0;
      if (before !== undefined) gone += await removeAll(database, clock, drawer, 'time < ?', [before]);
      if (keep !== undefined) gone += await keepNewest(database, clock, drawer, keep);
      return gone;
    },
  };
}

function storableOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storable(text);
}

/** Inside of the transaction that the lock guards. */
function checkGuard(sql: Sql, guard: Lock | undefined): void {
  if (guard === undefined) return;
  const { name, fence } = guard;
  if (sql.get('SELECT fence FROM locks WHERE fence = ? AND name = ?', fence, name) !== undefined) return;
  throw lost(guard);
}

function lost({ name }: Lock): MembraneError {
  return new MembraneError('store/fence', `the lock "${name}" was lost to another process`, {
    hint: 'nothing was written; the process that has the lock now does the work',
  });
}

function select(sql: Sql, drawer: string, query: RowQuery): StoredRow[] {
  const { from, where, values } = conditions(drawer, query);
  const [direction, further] = query.order === 'oldest' ? ['ASC', '>'] : ['DESC', '<'];
  let after = '';
  if (query.after !== undefined) {
    const place = placeOf(sql, drawer, query, direction);
    if (place === undefined) return [];
    after = ` AND (time, id) ${further} (?, ?)`;
    values.push(place.time, place.id);
  }
  const order = `ORDER BY time ${direction}, id ${direction} LIMIT ?`;
  const text = `SELECT * FROM ${from} WHERE ${where}${after} ${order}`;
  return sql.all<StoredRow>(text, ...values, query.limit ?? 100);
}

/** Where the row stands that `after` names. */
function placeOf(
  sql: Sql,
  drawer: string,
  query: RowQuery,
  direction: string,
): { time: number; id: string } | undefined {
  const tenant = query.tenant === undefined ? '' : 'AND tenant = ?';
  const values = query.tenant === undefined ? [] : [storable(query.tenant)];
  // Tenants may use the same id: then the last of these rows is meant, so that pages never go in a circle.
  const text = `SELECT time, id FROM ${tableOf(drawer).name} WHERE drawer = ? AND id = ? ${tenant}
    ORDER BY time ${direction === 'ASC' ? 'DESC' : 'ASC'} LIMIT 1`;
  return sql.get(text, drawer, storable(query.after ?? ''), ...values);
}

function conditions(drawer: string, query: RowQuery): { from: string; where: string; values: SqlValue[] } {
  const parts = ['drawer = ?'];
  const values: SqlValue[] = [drawer];
  for (const column of ['tenant', 'state', 'parent'] as const) {
    const value = query[column];
    if (value === undefined) continue;
    parts.push(`${column} = ?`);
    values.push(storable(value));
  }
  if (query.since !== undefined) {
    parts.push('time >= ?');
    values.push(query.since);
  }
  const { name, found } = tableOf(drawer);
  const by = found.find((column) => query[column] !== undefined);
  const from = by === undefined ? name : `${name} INDEXED BY ${name}_by_${by}`;
  return { from, where: parts.join(' AND '), values };
}

/** From one to the next in the index, past all rows of each. */
function parentsIn(sql: Sql, drawer: string): string[] {
  const { name } = tableOf(drawer);
  const text = `SELECT parent FROM ${name} INDEXED BY ${name}_by_parent WHERE drawer = ? AND parent > ? ORDER BY parent LIMIT 1`;
  const parents: string[] = [];
  for (let last = ''; ;) {
    const next = sql.get<{ parent: string }>(text, drawer, last);
    if (next === undefined) return parents;
    parents.push((last = next.parent));
  }
}

async function keepNewest(
  database: StateDatabase,
  clock: Clock,
  drawer: string,
  keep: number,
): Promise<number> {
  if (keep <= 0) return removeAll(database, clock, drawer, 'TRUE', []);
  const last = await database.read((sql) =>
    sql.get<{ time: number; id: string }>(
      `SELECT time, id FROM ${tableOf(drawer).name} WHERE drawer = ? ORDER BY time DESC, id DESC LIMIT 1 OFFSET ?`,
      drawer,
      keep - 1,
    ),
  );
  if (last === undefined) return 0;
  return removeAll(database, clock, drawer, '(time, id) < (?, ?)', [last.time, last.id]);
}

async function removeAll(
  database: StateDatabase,
  clock: Clock,
  drawer: string,
  where: string,
  limits: readonly SqlValue[],
): Promise<number> {
  const { name } = tableOf(drawer);
  const chosen = `SELECT id, tenant FROM ${name} WHERE drawer = ? AND ${where} LIMIT ${pruneStep}`;
  const values = [drawer, ...limits];
  for (let gone = 0; ;) {
    // Most of the time there is nothing to remove, and no reason to make a database.
    const found = await database.read((sql) => sql.get(chosen, ...values));
    if (found === undefined) return gone;
    const { changes } = await database.write((sql) =>
      sql.run(`DELETE FROM ${name} WHERE drawer = ? AND (id, tenant) IN (${chosen})`, drawer, ...values),
    );
    gone += changes;
    await clock.sleep(0);
  }
}

interface StoredRow {
  readonly id: string;
  readonly tenant: string;
  readonly time: number;
  readonly state: string | null;
  readonly parent: string | null;
  readonly data: string;
}

function rowOf({ id, tenant, time, state, parent, data }: StoredRow): Row {
  return {
    id,
    tenant,
    time,
    ...(state === null ? {} : { state }),
    ...(parent === null ? {} : { parent }),
    data: JSON.parse(data) as JsonObject,
  };
}
