import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import type Database from 'libsql';
import { MembraneError } from '../core/error.js';
import type { Clock } from '../core/ports.js';
import { ensureStateFolder, readOnly } from './state-folder.js';
import { isBusy, storeFailure } from './store-sqlite-failure.js';
import { migrate } from './store-sqlite-schema.js';

export type SqlValue = string | number | null;

/** One open connection. Synchronous, with statements that are prepared once. */
export interface Sql {
  get<T>(statement: string, ...values: readonly SqlValue[]): T | undefined;
  all<T>(statement: string, ...values: readonly SqlValue[]): T[];
  run(
    statement: string,
    ...values: readonly SqlValue[]
  ): { changes: number; lastInsertRowid: number | bigint };
  /** Several statements, without values. */
  script(statements: string): void;
  /** All of it or nothing; takes the right to write at once, so that what it reads stays true. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** The state database: opened when there is something to read or write, waiting for others that write. */
export interface StateDatabase {
  /** Gives undefined while there is no database. */
  read<T>(work: (sql: Sql) => T): Promise<T | undefined>;
  /** Makes the database where there is none. `work` is called again when another process was in the way. */
  write<T>(work: (sql: Sql) => T): Promise<T>;
  /**
   * The same for one statement that fails only when the whole database does. Those that are asked for at the
   * same time share a transaction, which costs several times as much as what is written in it.
   */
  writeTogether(work: (sql: Sql) => void): Promise<void>;
  close(): void;
}

export interface DatabaseOptions {
  /** Absolute: the `state.db` in the `.membrane` of a project. */
  readonly file: string;
  /** `full` survives the loss of power, `normal` the death of the process. */
  readonly synchronous: 'normal' | 'full';
  readonly clock: Clock;
}

/** SQLite waits for others inside of a call, and nothing else runs then. So it gives up soon, and we wait. */
const waitInCallMs = 250;
const waitMs = 30_000;

/** So much is written ahead before it goes into its place (32 MB): that waits for the disk, and everything for it. */
const pagesInLog = 8000;

export function stateDatabase(options: DatabaseOptions): StateDatabase {
  const { file, clock } = options;
  let sql: Sql | undefined;
  let opening: Promise<Sql> | undefined;
  let closed = false;
  let together: ((sql: Sql) => void)[] = [];
  let written: Promise<void> | undefined;

  async function openOnce(): Promise<Sql> {
    if (closed) throw new Error('the store is closed');
    opening ??= patiently(clock, () => connect(options)).finally(() => (opening = undefined));
    sql = await opening;
    return sql;
  }

  async function read<T>(work: (sql: Sql) => T): Promise<T | undefined> {
    try {
      if (sql === undefined && !closed && !existsSync(file)) return undefined;
      const open = sql ?? (await openOnce());
      return await patiently(clock, () => work(open));
    } catch (error) {
      throw storeFailure(error, file);
    }
  }

  async function write<T>(work: (sql: Sql) => T): Promise<T> {
    try {
      if (sql === undefined && !closed) await makePrivateFile(file);
      const open = sql ?? (await openOnce());
      return await patiently(clock, () => work(open));
    } catch (error) {
      throw storeFailure(error, file);
    }
  }

  async function writeNext(): Promise<void> {
    // Until now everybody could join who has something to write in this turn.
    await Promise.resolve();
    const works = together;
    [together, written] = [[], undefined];
    await write((open) => {
      const all = (): void => works.forEach((work) => work(open));
      // One statement is a transaction of its own, and cheaper.
      return works.length === 1 ? all() : open.transaction(all);
    });
  }

  return {
    read,
    write,
    writeTogether(work) {
      together.push(work);
      return (written ??= writeNext());
    },
    close() {
      closed = true;
      sql?.close();
      sql = undefined;
    },
  };
}

/** Repeats `work` while other processes write. */
async function patiently<T>(clock: Clock, work: () => T | Promise<T>): Promise<T> {
  let deadline: number | undefined;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      deadline ??= clock.now() + waitMs;
      if (!isBusy(error) || clock.now() >= deadline) throw error;
    }
    await clock.sleep(5 + Math.random() * 45);
  }
}

/**
 * SQLite gives the files beside a database the mode of the database. One that exists is not touched: closing
 * a file drops all locks that this process has on it, also those of another connection.
 */
async function makePrivateFile(file: string): Promise<void> {
  if (existsSync(file)) return;
  await ensureStateFolder(path.dirname(path.dirname(file)));
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!existsSync(file)) throw readOnly(file, error);
  }
}

async function connect({ file, synchronous }: DatabaseOptions): Promise<Sql> {
  const { default: Libsql } = await import('libsql');
  const sql = sqlOf(new Libsql(file, { timeout: waitInCallMs }));
  try {
    const mode = sql.get<{ journal_mode: string }>('PRAGMA journal_mode = WAL')?.journal_mode;
    if (mode !== 'wal') throw noWal(file);
    sql.script(`PRAGMA synchronous = ${synchronous === 'full' ? 'FULL' : 'NORMAL'}`);
    sql.script(`PRAGMA wal_autocheckpoint = ${pagesInLog}`);
    migrate(sql, file);
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}

function sqlOf(database: Database.Database): Sql {
  const statements = new Map<string, Database.Statement>();
  function prepared(text: string): Database.Statement {
    let statement = statements.get(text);
    if (statement === undefined) statements.set(text, (statement = database.prepare(text)));
    return statement;
  }
  /**
   * Statements that failed, with their values: libsql leaves them in progress, and while one is, SQLite commits nothing
   * of this connection any more. Running one again ends that.
   */
  const unfinished = new Map<Database.Statement, readonly SqlValue[]>();
  function finish(): void {
    if (unfinished.size === 0) return;
    prepared('BEGIN IMMEDIATE').run();
    try {
      for (const [statement, values] of unfinished) statement.run(...values);
      unfinished.clear();
    } finally {
      if (database.inTransaction) prepared('ROLLBACK').run();
    }
  }

  return {
    get: <T>(text: string, ...values: readonly SqlValue[]) => prepared(text).get(...values) as T | undefined,
    all: <T>(text: string, ...values: readonly SqlValue[]) => prepared(text).all(...values) as T[],
    run(text, ...values) {
      if (unfinished.size > 0 && !database.inTransaction) finish();
      const statement = prepared(text);
      try {
        return statement.run(...values);
      } catch (error) {
        unfinished.set(statement, values);
        throw error;
      }
    },
    script: (text) => void database.exec(text),
    transaction(work) {
      finish();
      prepared('BEGIN IMMEDIATE').run();
      try {
        const result = work();
        prepared('COMMIT').run();
        return result;
      } catch (error) {
        // Some failures, a full disk for one, have rolled back already.
        if (database.inTransaction) prepared('ROLLBACK').run();
        throw error;
      }
    },
    close: () => void database.close(),
  };
}

function noWal(file: string): MembraneError {
  return new MembraneError('store/unavailable', `the disk of "${file}" cannot hold a shared database`, {
    hint: 'keep the project on a local disk, not on a network share',
  });
}
