import path from 'node:path';
import Database from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Store } from '../../src/core/ports.js';
import { runChild, type Child } from '../support/child.js';
import { tempFolder } from '../support/temp-folder.js';

const entry = path.join(import.meta.dirname, 'child-store.ts');
const ended = { code: 0, signal: null, lines: [], stderr: '' };

function stateFile(): string {
  return path.join(tempFolder(), '.membrane/state.db');
}

async function open(file: string): Promise<Store> {
  const store = await openSqliteStore({ file, synchronous: 'normal', clock: systemClock });
  onTestFinished(() => store.close());
  return store;
}

async function start(file: string, ...task: string[]): Promise<Child> {
  const child = await runChild(entry, [file, ...task]);
  expect(await child.line()).toBe('ready');
  return child;
}

describe('several processes', () => {
  it('make the database at once, and all their rows are there', async () => {
    const file = stateFile();
    const children = await Promise.all(['a', 'b', 'c'].map((name) => start(file, 'put', name, '200')));
    expect(await Promise.all(children.map((child) => child.ended()))).toEqual([ended, ended, ended]);
    expect(await (await open(file)).drawer('run').count({})).toBe(600);
  });

  it('take turns with a lock', async () => {
    const file = stateFile();
    const children = await Promise.all([start(file, 'count', '40'), start(file, 'count', '40')]);
    expect(await Promise.all(children.map((child) => child.ended()))).toEqual([ended, ended]);
    expect((await (await open(file)).drawer('number').get('local', 'n'))?.data).toEqual({ n: 80 });
  });

  it('share one pace: no turn is given twice', async () => {
    const file = stateFile();
    const children = await Promise.all([start(file, 'turns', '50'), start(file, 'turns', '50')]);
    const ends = await Promise.all(children.map((child) => child.ended()));
    const times = ends.flatMap(({ lines }) => lines.map(Number)).sort((a, b) => a - b);
    const gaps = times.slice(1).map((time, index) => Math.round((time - times[index]!) / 60_000));
    expect(gaps).toEqual(Array.from({ length: 99 }, () => 1));
  });
});

describe('a process that is killed', () => {
  it('loses no row that it was told is stored, and leaves no half of a write', async () => {
    const file = stateFile();
    const stored: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const child = await start(file, 'fill', `round${round}`);
      // At another moment of the work each time.
      const lines = 1 + Math.floor(Math.random() * 40);
      for (let line = 0; line < lines; line += 1) stored.push(`round${round}-${await child.line()}`);
      await systemClock.sleep(Math.random() * 3);
      await child.kill();
      stored.push(...(await child.ended()).lines.map((line) => `round${round}-${line}`));
    }
    const rows = await (await open(file)).drawer('run').list({ limit: 100_000 });
    const ids = new Set(rows.map(({ id }) => id));
    expect(stored.flatMap((pair) => [`${pair}-a`, `${pair}-b`]).filter((id) => !ids.has(id))).toEqual([]);
    expect([...ids].filter((id) => !ids.has(id.replace(/.$/, (part) => (part === 'a' ? 'b' : 'a'))))).toEqual(
      [],
    );
    const database = new Database(file);
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });

  it('loses its lock at once, and its fence is refused', async () => {
    const file = stateFile();
    const child = await start(file, 'hold', 'refresh/crm');
    const fence = Number(await child.line());
    const store = await open(file);
    await expect(store.lock('refresh/crm', { waitMs: 0 })).rejects.toMatchObject({
      code: 'store/busy',
      message: `process ${child.pid} holds the lock "refresh/crm"`,
    });
    const waiting = store.lock('refresh/crm');
    await child.kill();
    const killed = performance.now();
    const guard = await waiting;
    expect(performance.now() - killed).toBeLessThan(1_000);
    expect(guard.fence).toBeGreaterThan(fence);

    const row = { id: 'a', tenant: 'local', time: 1, data: {} };
    const old = { name: 'refresh/crm', fence, release: async () => undefined };
    const drawer = store.drawer('cursor');
    await expect(drawer.put(row, { guard: old })).rejects.toMatchObject({ code: 'store/fence' });
    await drawer.put(row, { guard });
    expect(await drawer.list({})).toEqual([row]);
  });

  it('whose number another process has got is known to be dead', async () => {
    const file = stateFile();
    const store = await open(file);
    await store.lock('refresh/crm');
    const database = new Database(file);
    // As if our number had belonged to a process that started at another time.
    database.exec("UPDATE locks SET started = '1'");
    database.close();
    await store.lock('refresh/crm', { waitMs: 0 });
  });
});
