import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Store } from '../../src/core/ports.js';
import { fakeClock } from '../support/memory-ports.js';
import { tempFolder } from '../support/temp-folder.js';

const row = { id: 'a', tenant: 'local', time: 1, data: {} };

function stateFile(): string {
  return path.join(tempFolder(), '.membrane/state.db');
}

async function open(file: string, clock = systemClock): Promise<Store> {
  const store = await openSqliteStore({ file, synchronous: 'normal', clock });
  onTestFinished(() => store.close());
  return store;
}

function mode(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

describe('the state database', () => {
  it('is made by the first write, not by reading', async () => {
    const file = stateFile();
    const store = await open(file);
    expect(await store.drawer('run').list({})).toEqual([]);
    expect(existsSync(path.dirname(file))).toBe(false);
    await store.drawer('run').put(row);
    expect(readdirSync(path.dirname(file)).sort()).toEqual([
      '.gitignore',
      'state.db',
      'state.db-shm',
      'state.db-wal',
    ]);
    expect(readFileSync(path.join(path.dirname(file), '.gitignore'), 'utf8')).toBe('*\n');
    expect([path.dirname(file), file, `${file}-wal`, `${file}-shm`].map(mode)).toEqual([
      '700',
      '600',
      '600',
      '600',
    ]);
  });

  it('appears to a store that was opened before it', async () => {
    const file = stateFile();
    const [early, other] = [await open(file), await open(file)];
    await other.drawer('run').put(row);
    expect(await early.drawer('run').get('local', 'a')).toEqual(row);
  });

  it('keeps its rows when it is opened again', async () => {
    const file = stateFile();
    const first = await open(file);
    await first.drawer('run').put(row);
    await first.lock('held');
    await first.close();
    const second = await openSqliteStore({ file, synchronous: 'full', clock: systemClock });
    onTestFinished(() => second.close());
    expect(await second.drawer('run').list({})).toEqual([row]);
    await second.lock('held', { waitMs: 0 }); // closing has released it
  });

  it('cannot be used after closing', async () => {
    const file = stateFile();
    const store = await open(file);
    await store.drawer('run').put(row);
    const lock = await store.lock('held');
    await store.close();
    await lock.release();
    await expect(store.drawer('run').list({})).rejects.toThrow('the store is closed');
  });

  it('answers every query from an index', async () => {
    const file = stateFile();
    const store = await open(file);
    await store.drawer('run').put(row);
    const database = new Database(file);
    const plan = (where: string) =>
      (
        database.prepare(`EXPLAIN QUERY PLAN SELECT * FROM rows ${where} LIMIT 9`).all() as {
          detail: string;
        }[]
      ).map(({ detail }) => detail);
    const order = 'ORDER BY time DESC, id DESC';
    expect(
      plan(
        `INDEXED BY rows_by_state WHERE drawer = ? AND tenant = ? AND state = ? AND (time, id) < (?, ?) ${order}`,
      ),
    ).toEqual(['SEARCH rows USING INDEX rows_by_state (drawer=? AND state=? AND (time,id)<(?,?))']);
    expect(plan(`INDEXED BY rows_by_tenant WHERE drawer = ? AND tenant = ? AND time >= ? ${order}`)).toEqual([
      'SEARCH rows USING INDEX rows_by_tenant (drawer=? AND tenant=? AND time>?)',
    ]);
    database.close();
  });

  it('moves rows of steps of an older version into their own table', async () => {
    const file = stateFile();
    const store = await open(file);
    const step = { id: 'r/a:0', tenant: 'local', time: 2, parent: 'r', data: { group: 'a' } };
    await store.drawer('node-run').put(step);
    await store.drawer('run').put(row);
    await store.close();
    const database = new Database(file);
    database.exec('INSERT INTO rows SELECT * FROM parts; DROP TABLE parts; PRAGMA user_version = 2');
    database.close();
    const newer = await open(file);
    expect(await newer.drawer('node-run').list({ tenant: 'local', parent: 'r' })).toEqual([step]);
    expect(await newer.drawer('node-run').get('local', 'r/a:0')).toEqual(step);
    expect(await newer.drawer('run').list({})).toEqual([row]);
    await newer.drawer('node-run').prune({ keep: 0 });
    expect(await newer.drawer('node-run').list({})).toEqual([]);
  });

  it('finds the steps of a run from an index', async () => {
    const file = stateFile();
    const store = await open(file);
    await store.drawer('node-run').put(row);
    const database = new Database(file);
    const text = `EXPLAIN QUERY PLAN SELECT * FROM parts INDEXED BY parts_by_parent
      WHERE drawer = ? AND tenant = ? AND parent = ? ORDER BY time ASC, id ASC LIMIT 9`;
    expect((database.prepare(text).all() as { detail: string }[]).map(({ detail }) => detail)).toEqual([
      'SEARCH parts USING INDEX parts_by_parent (drawer=? AND parent=?)',
    ]);
    database.close();
  });

  it('that is damaged is named, with the way out', async () => {
    const file = stateFile();
    mkdirSync(path.dirname(file));
    writeFileSync(file, 'no database at all, '.repeat(500));
    await expect(open(file)).rejects.toMatchObject({
      code: 'store/corrupt',
      message: `"${file}" is damaged, or no database`,
      hint: `restore it from a backup, or start afresh without its runs and logs: mv "${file}" "${file}.broken"`,
    });
    expect(readFileSync(file, 'utf8')).toBe('no database at all, '.repeat(500));
  });

  it('that was cut off is damaged', async () => {
    const file = stateFile();
    const database = new Database((mkdirSync(path.dirname(file)), file));
    database.exec('PRAGMA user_version = 1; CREATE TABLE rows (id); CREATE TABLE locks (id)');
    database.close();
    truncateSync(file, 5_000);
    const store = await open(file).catch((error: unknown) => error as { code: string });
    if ('code' in store) expect(store.code).toBe('store/corrupt');
    else await expect(store.drawer('run').put(row)).rejects.toMatchObject({ code: 'store/corrupt' });
  });

  it('of a newer version is left alone', async () => {
    const file = stateFile();
    const database = new Database((mkdirSync(path.dirname(file)), file));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(open(file)).rejects.toMatchObject({
      code: 'store/corrupt',
      message: `"${file}" was written by a newer version of membrane`,
      hint: 'use that version, or a newer one: npm install --global membrane@latest',
    });
  });

  it('that is a folder cannot be opened', async () => {
    const file = stateFile();
    mkdirSync(file, { recursive: true });
    await expect(open(file)).rejects.toMatchObject({
      code: 'store/unavailable',
      message: `"${file}" cannot be opened`,
      hint: 'check that it is a file on a local disk, and that its folder can be entered',
    });
  });

  it('that another process writes to can be read, and is waited for', async () => {
    const file = stateFile();
    const clock = fakeClock();
    const store = await open(file, clock);
    await store.drawer('run').put(row);
    const other = lockedByOther(file);
    const stored = store.drawer('run').put({ ...row, id: 'b' });
    while (clock.sleepers() === 0) await systemClock.sleep(1);
    expect(await store.drawer('run').count({})).toBe(1);
    other.exec('COMMIT');
    await clock.move(50);
    await stored;
    expect(await store.drawer('run').count({})).toBe(2);
  });

  it('that another process writes to for too long is given up', async () => {
    const file = stateFile();
    let now = 0;
    const store = await open(file, { ...systemClock, now: () => (now += 20_000) });
    await store.drawer('run').put(row);
    lockedByOther(file);
    await expect(store.drawer('run').put(row)).rejects.toMatchObject({
      code: 'store/busy',
      message: `another process is writing to "${file}" all the time`,
      hint: 'try again when the other command is done',
    });
  });
});

function lockedByOther(file: string): Database.Database {
  const database = new Database(file);
  database.exec('BEGIN IMMEDIATE');
  onTestFinished(() => void database.close());
  return database;
}
