import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Row, RowQuery, Store } from '../../src/core/ports.js';
import { fakeClock, memoryStore, type FakeClock } from '../support/memory-ports.js';
import { tempFolder } from '../support/temp-folder.js';

interface Opened {
  readonly clock: FakeClock;
  readonly store: Store;
}

const cases: { name: string; make(clock: FakeClock): Promise<Store> }[] = [
  { name: 'memory', make: async (clock) => memoryStore(clock) },
  {
    name: 'sqlite',
    make: (clock) =>
      openSqliteStore({ file: path.join(tempFolder(), '.membrane/state.db'), synchronous: 'normal', clock }),
  },
];

function row(id: string, time: number, more: Partial<Row> = {}): Row {
  return { id, time, tenant: 'local', data: { id }, ...more };
}

describe.each(cases)('store: $name', ({ make }) => {
  async function open(): Promise<Opened> {
    const clock = fakeClock();
    const store = await make(clock);
    onTestFinished(() => store.close());
    return { clock, store };
  }

  describe('several drawers', () => {
    it('change together, or not at all', async () => {
      const { store } = await open();
      const [lock, old] = [await store.lock('tick'), row('old', 1)];
      await store.drawer('pending').put(old);
      await store.write(
        [
          { drawer: 'pending', put: [row('new', 2)], remove: [old] },
          { drawer: 'done', put: [old] },
        ],
        { guard: lock },
      );
      await lock.release();
      const late = store.write([{ drawer: 'done', put: [row('late', 3)] }], { guard: lock });
      await expect(late).rejects.toMatchObject({ code: 'store/fence' });
      const torn = store.write([
        { drawer: 'done', put: [row('half', 4)] },
        { drawer: 'done', put: [row('a\u0000b', 5)] },
      ]);
      await expect(torn).rejects.toThrow();
      expect(await store.drawer('pending').list({})).toEqual([row('new', 2)]);
      expect(await store.drawer('done').list({})).toEqual([old]);
    });
  });

  describe('a pace', () => {
    const pace = { everyMs: 100, burst: 2 };

    it('gives so many turns at once, then one after another', async () => {
      const { store, clock } = await open();
      const turns = [];
      for (let index = 0; index < 4; index += 1) turns.push(await store.turn('crm', pace));
      await clock.move(250);
      turns.push(await store.turn('crm', pace), await store.turn('other', pace));
      expect(turns).toEqual([0, 0, 100, 200, 50, 0]);
    });

    it('takes none that would come too late', async () => {
      const { store, clock } = await open();
      await store.pause('crm', pace, clock.now() + 5_000);
      const late = [await store.turn('crm', pace, 1_000), await store.turn('crm', pace, 1_000)];
      expect([...late, await store.turn('crm', pace, 5_000)]).toEqual([5_000, 5_000, 5_000]);
    });

    it('gives none in a pause', async () => {
      const { store, clock } = await open();
      await store.pause('crm', pace, clock.now() + 5_000);
      await store.pause('crm', pace, clock.now() + 1_000);
      expect([await store.turn('crm', pace), await store.turn('crm', pace)]).toEqual([5_000, 5_100]);
      await clock.move(60_000);
      expect([await store.turn('crm', pace), await store.turn('crm', pace)]).toEqual([0, 0]);
    });
  });

  describe('a drawer', () => {
    it('is empty at first', async () => {
      const drawer = (await open()).store.drawer('run');
      expect(await drawer.get('local', 'a')).toBeUndefined();
      expect(await drawer.list({})).toEqual([]);
      expect(await drawer.list({ after: 'a' })).toEqual([]);
      expect(await drawer.count({})).toBe(0);
      expect(await drawer.prune({ before: 1, keep: 0 })).toBe(0);
      await drawer.put([]);
      await drawer.remove('local', []);
      await drawer.remove('local', ['a']);
    });

    it('gives back what was put, and replaces by id', async () => {
      const drawer = (await open()).store.drawer('run');
      const full = row('a', 5, {
        state: 'running',
        parent: 'p',
        data: { list: [1, 1.5, -0.1, 1e300, null, true, { deep: '"\\\n\u2028' }], empty: {} },
      });
      await drawer.put(full);
      expect(await drawer.get('local', 'a')).toStrictEqual(full);
      await drawer.put(row('a', 6));
      expect(await drawer.get('local', 'a')).toStrictEqual(row('a', 6));
      expect(await drawer.list({})).toStrictEqual([row('a', 6)]);
      expect(await drawer.count({ state: 'running' })).toBe(0);
    });

    it('writes what is put at the same time, except for what it refuses', async () => {
      const { store } = await open();
      const puts = [
        store.drawer('run').put(row('a', 1)),
        store.drawer('request').put(row('b', 1)),
        store.drawer('run').put(row('c\u0000', 1)),
        store.drawer('run').put([row('d', 1), row('e', 1)]),
        store.drawer('run').put(row('a', 2)),
      ];
      const results = await Promise.allSettled(puts);
      expect(results.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true, true]);
      expect(await store.drawer('run').list({ order: 'oldest' })).toEqual([
        row('d', 1),
        row('e', 1),
        row('a', 2),
      ]);
      expect(await store.drawer('request').list({})).toEqual([row('b', 1)]);
    });

    it('is apart from other drawers', async () => {
      const { store } = await open();
      await store.drawer('run').put(row('a', 1, { data: { in: 'run' } }));
      await store.drawer('request').put(row('a', 1, { data: { in: 'request' } }));
      await store.drawer('run').remove('local', ['a']);
      expect(await store.drawer('run').list({})).toEqual([]);
      expect(await store.drawer('request').list({})).toEqual([row('a', 1, { data: { in: 'request' } })]);
    });

    it('keeps any text as key', async () => {
      const drawer = (await open()).store.drawer('run');
      const texts = ['', "x'; DROP TABLE rows; --", 'ünïcödé 🤖', 'a'.repeat(10_000)];
      const rows = texts.map((text, index) => row(text, index, { tenant: text, state: text, parent: text }));
      await drawer.put(rows);
      for (const one of rows) {
        expect(await drawer.get(one.tenant, one.id)).toStrictEqual(one);
        expect(await drawer.list({ tenant: one.tenant, state: one.id, parent: one.id })).toStrictEqual([one]);
      }
    });

    it.each(['a\u0000b', 'half of a pair \ud83e'])(
      'refuses %j, which would come back as another text',
      async (text) => {
        const drawer = (await open()).store.drawer('run');
        const refused = {
          code: 'usage/argument',
          message: `${JSON.stringify(text)} holds characters that cannot be stored`,
          hint: 'use a name of ordinary text',
        };
        await drawer.put(row('a', 1, { tenant: 'a', data: { 'a\u0000': text } }));
        expect(await drawer.get('a', 'a')).toEqual(row('a', 1, { tenant: 'a', data: { 'a\u0000': text } }));
        for (const change of [{ tenant: text }, { id: text }, { state: text }, { parent: text }]) {
          await expect(drawer.put(row('b', 1, change))).rejects.toMatchObject(refused);
        }
        await expect(drawer.get(text, 'a')).rejects.toMatchObject(refused);
        for (const query of [{ tenant: text }, { state: text }, { parent: text }, { after: text }]) {
          await expect(drawer.list(query)).rejects.toMatchObject(refused);
        }
      },
    );

    it('keeps tenants apart, also with the same id', async () => {
      const drawer = (await open()).store.drawer('run');
      const [own, other] = [row('a', 1), row('a', 2, { tenant: 'acme', data: { secret: true } })];
      await drawer.put([own, other]);
      expect(await drawer.get('local', 'a')).toEqual(own);
      expect(await drawer.get('globex', 'a')).toBeUndefined();
      expect(await drawer.list({ tenant: 'local' })).toEqual([own]);
      expect(await drawer.list({})).toEqual([other, own]);
      expect([await drawer.count({ tenant: 'acme' }), await drawer.count({})]).toEqual([1, 2]);
      await drawer.remove('local', ['a']);
      expect(await drawer.list({})).toEqual([other]);
    });

    it('lists by time and id, newest first, 100 by default', async () => {
      const drawer = (await open()).store.drawer('run');
      const rows = Array.from({ length: 120 }, (_, index) => row(String(index).padStart(3, '0'), index >> 2));
      await drawer.put(rows);
      expect(await drawer.list({})).toEqual(rows.toReversed().slice(0, 100));
      expect(await drawer.list({ limit: 3 })).toEqual(rows.toReversed().slice(0, 3));
      expect(await drawer.list({ order: 'oldest', limit: 3 })).toEqual(rows.slice(0, 3));
    });

    const queries: [string, RowQuery, string[]][] = [
      ['a state', { state: 'failed' }, ['5', '2']],
      ['a state of a tenant', { tenant: 'acme', state: 'failed' }, ['5']],
      ['a parent', { parent: 'p' }, ['4', '2', '1']],
      ['a parent and a state', { parent: 'p', state: 'done' }, ['4', '1']],
      ['a parent of a tenant', { tenant: 'acme', parent: 'p' }, ['4']],
      ['a time', { since: 30 }, ['5', '4', '3']],
      ['a time and a tenant', { tenant: 'local', since: 30, order: 'oldest' }, ['3']],
      ['a time and a state', { state: 'done', since: 20 }, ['4']],
      ['all at once', { tenant: 'local', state: 'done', parent: 'p', since: 10 }, ['1']],
      ['nothing that is there', { state: 'gone' }, []],
    ];
    it.each(queries)('lists by %s', async (_, query, ids) => {
      const drawer = (await open()).store.drawer('run');
      await drawer.put([
        row('1', 10, { state: 'done', parent: 'p' }),
        row('2', 20, { state: 'failed', parent: 'p' }),
        row('3', 30),
        row('4', 40, { state: 'done', parent: 'p', tenant: 'acme' }),
        row('5', 50, { state: 'failed', tenant: 'acme' }),
      ]);
      expect((await drawer.list(query)).map(({ id }) => id)).toEqual(ids);
      if (query.since === undefined) expect(await drawer.count(query)).toBe(ids.length);
    });

    it.each(['newest', 'oldest'] as const)('is read page by page, %s first', async (order) => {
      const drawer = (await open()).store.drawer('run');
      const rows = Array.from({ length: 25 }, (_, index) =>
        row(String(index).padStart(2, '0'), index >> 3, { state: 'done' }),
      );
      await drawer.put(rows);
      for (const filter of [{}, { tenant: 'local' }, { state: 'done' }, { tenant: 'local', state: 'done' }]) {
        const seen: Row[] = [];
        for (let page: Row[]; ; seen.push(...page)) {
          const last = seen.at(-1);
          page = await drawer.list({
            ...filter,
            order,
            limit: 7,
            ...(last === undefined ? {} : { after: last.id }),
          });
          if (page.length === 0) break;
        }
        expect(seen).toEqual(order === 'oldest' ? rows : rows.toReversed());
      }
      expect(await drawer.list({ after: 'gone' })).toEqual([]);
      expect(await drawer.list({ tenant: 'acme', after: '03' })).toEqual([]);
    });

    it('says which parents its rows have', async () => {
      const { store } = await open();
      const drawer = store.drawer('run');
      expect(await drawer.parents()).toEqual([]);
      await drawer.put([
        row('a', 1, { parent: 'q' }),
        row('b', 2, { parent: 'p' }),
        row('c', 3, { parent: 'q', tenant: 'acme', state: 'done' }),
        row('d', 4),
      ]);
      await store.drawer('other').put(row('a', 1, { parent: 'o' }));
      await store.drawer('node-run').put([row('a', 1, { parent: 'r' }), row('b', 2, { parent: 'r' })]);
      expect(await drawer.parents()).toEqual(['p', 'q']);
      expect(await store.drawer('node-run').parents()).toEqual(['r']);
      await drawer.remove('local', ['b']);
      expect(await drawer.parents()).toEqual(['q']);
    });

    it('is pruned by age and by count', async () => {
      const { store } = await open();
      const drawer = store.drawer('run');
      const rows = Array.from({ length: 1_300 }, (_, index) => row(String(index).padStart(4, '0'), index));
      await drawer.put(rows);
      await store.drawer('other').put(row('a', 0));
      expect(await drawer.prune({})).toBe(0);
      expect(await drawer.prune({ before: 100 })).toBe(100);
      expect(await drawer.prune({ before: 150, keep: 20 })).toBe(1_180);
      expect(await drawer.list({ order: 'oldest' })).toEqual(rows.slice(-20));
      expect(await drawer.prune({ keep: 20 })).toBe(0);
      expect(await drawer.prune({ keep: 0 })).toBe(20);
      expect(await store.drawer('other').count({})).toBe(1);
    });
  });

  describe('a lock', () => {
    const busy = {
      code: 'store/busy',
      message: 'this process holds the lock "refresh/crm"',
      hint: 'wait for it to end, then try again',
    };
    const fenced = {
      code: 'store/fence',
      message: 'the lock "refresh/crm" was lost to another process',
      hint: 'nothing was written; the process that has the lock now does the work',
    };

    it('is held by one, and its fence grows', async () => {
      const { store } = await open();
      const first = await store.lock('refresh/crm');
      await expect(store.lock('refresh/crm', { waitMs: 0 })).rejects.toMatchObject(busy);
      const other = await store.lock('refresh/shop', { waitMs: 0 });
      await first.release();
      const second = await store.lock('refresh/crm', { waitMs: 0 });
      expect([first.name, second.name, second.fence > first.fence]).toEqual([
        'refresh/crm',
        'refresh/crm',
        true,
      ]);
      await other.release();
      await second.release();
    });

    it('is waited for', async () => {
      const { store, clock } = await open();
      const first = await store.lock('refresh/crm');
      const waiting = store.lock('refresh/crm');
      await clock.move(1_000);
      await first.release();
      await clock.move(1_000);
      expect((await waiting).fence).toBeGreaterThan(first.fence);
    });

    it('is not waited for longer than asked', async () => {
      const { store, clock } = await open();
      await store.lock('refresh/crm');
      const waiting = expect(store.lock('refresh/crm', { waitMs: 2_000 })).rejects.toMatchObject(busy);
      await clock.move(2_000);
      await waiting;
    });

    it('is not waited for after an abort', async () => {
      const { store, clock } = await open();
      const lock = await store.lock('refresh/crm');
      const reason = new Error('enough');
      const controller = new AbortController();
      const waiting = expect(store.lock('refresh/crm', { signal: controller.signal })).rejects.toBe(reason);
      await clock.move(10);
      controller.abort(reason);
      await waiting;
      await lock.release();
      await expect(store.lock('refresh/crm', { signal: controller.signal })).rejects.toBe(reason);
      await store.lock('refresh/crm', { waitMs: 0 });
    });

    it('is released once, however often', async () => {
      const { store } = await open();
      const first = await store.lock('refresh/crm');
      await first.release();
      const second = await store.lock('refresh/crm', { waitMs: 0 });
      await first.release();
      await expect(store.lock('refresh/crm', { waitMs: 0 })).rejects.toMatchObject(busy);
      await second.release();
      await second.release();
    });

    it('guards writes', async () => {
      const { store } = await open();
      const drawer = store.drawer('cursor');
      const guard = await store.lock('refresh/crm');
      await drawer.put([row('a', 1), row('b', 1)], { guard });
      await drawer.remove('local', ['a'], { guard });
      await guard.release();
      await expect(drawer.put(row('c', 1), { guard })).rejects.toMatchObject(fenced);
      await expect(drawer.put([row('c', 1), row('b', 2)], { guard })).rejects.toMatchObject(fenced);
      await expect(drawer.remove('local', ['b'], { guard })).rejects.toMatchObject(fenced);
      expect(await drawer.list({})).toEqual([row('b', 1)]);
    });

    it('goes stale when its holder is silent, who then cannot write', async () => {
      const { store, clock } = await open();
      const drawer = store.drawer('cursor');
      const old = await store.lock('refresh/crm');
      await clock.move(30_000);
      await expect(store.lock('refresh/crm', { waitMs: 0 })).rejects.toMatchObject(busy);
      await clock.move(1);
      await drawer.put(row('a', 1), { guard: old });
      const guard = await store.lock('refresh/crm', { waitMs: 0 });
      await expect(drawer.put(row('a', 2), { guard: old })).rejects.toMatchObject(fenced);
      await old.release();
      await drawer.put(row('a', 3), { guard });
      expect(await drawer.get('local', 'a')).toEqual(row('a', 3));
    });

    it('lets in one after another of many', async () => {
      const { store, clock } = await open();
      await (await store.lock('refresh/crm')).release(); // so that nothing but the clock is waited for from here
      let inside = 0;
      const fences: number[] = [];
      const all = Array.from({ length: 10 }, async () => {
        const lock = await store.lock('refresh/crm');
        inside += 1;
        expect(inside).toBe(1);
        fences.push(lock.fence);
        await clock.sleep(5);
        inside -= 1;
        await lock.release();
      });
      let left = true;
      const done = Promise.all(all).finally(() => (left = false));
      while (left) await clock.move(10);
      await done;
      expect([new Set(fences).size, fences]).toEqual([10, fences.toSorted((a, b) => a - b)]);
    });
  });
});
