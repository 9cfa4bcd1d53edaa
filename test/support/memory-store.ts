import { storable } from '../../src/adapters/storable-text.js';
import { pausedUntil, takeTurn } from '../../src/core/pace.js';
import { MembraneError } from '../../src/core/error.js';
import type { Clock, Drawer, Lock, Row, RowQuery, Store, WriteOptions } from '../../src/core/ports.js';

const staleMs = 30_000;

interface Held {
  readonly fence: number;
  readonly since: number;
}

/** The store of one test, in memory. Its locks do not beat: moving the clock by 30 s makes them stale. */
export function memoryStore(clock: Clock): Store {
  const drawers = new Map<string, Drawer>();
  const locks = new Map<string, Held>();
  const turns = new Map<string, number>();
  let fences = 0;

  function check({ guard }: WriteOptions): void {
    if (guard === undefined || locks.get(guard.name)?.fence === guard.fence) return;
    throw new MembraneError('store/fence', `the lock "${guard.name}" was lost to another process`, {
      hint: 'nothing was written; the process that has the lock now does the work',
    });
  }

  function take(name: string): Lock | undefined {
    const held = locks.get(name);
    if (held !== undefined && Math.abs(clock.now() - held.since) <= staleMs) return undefined;
    const fence = (fences += 1);
    locks.set(name, { fence, since: clock.now() });
    return {
      name,
      fence,
      async release() {
        if (locks.get(name)?.fence === fence) locks.delete(name);
      },
    };
  }

  return {
    drawer(name) {
      let drawer = drawers.get(name);
      if (drawer === undefined) drawers.set(name, (drawer = memoryDrawer(check)));
      return drawer;
    },
    async turn(name, pace) {
      const { next, waitMs } = takeTurn(turns.get(name), pace, clock.now());
      turns.set(name, next);
      return waitMs;
    },
    async pause(name, pace, until) {
      turns.set(name, pausedUntil(turns.get(name), pace, until));
    },
    async lock(name, { waitMs = 30_000, signal } = {}) {
      const deadline = clock.now() + waitMs;
      for (;;) {
        signal?.throwIfAborted();
        const lock = take(name);
        if (lock !== undefined) return lock;
        const left = deadline - clock.now();
        if (left <= 0) {
          throw new MembraneError('store/busy', `this process holds the lock "${name}"`, {
            hint: 'wait for it to end, then try again',
          });
        }
        await clock.sleep(Math.min(left, 50), signal);
      }
    },
    async close() {
      locks.clear();
    },
  };
}

function memoryDrawer(check: (options: WriteOptions) => void): Drawer {
  let rows: Row[] = [];
  const without = (list: readonly Row[], { tenant, id }: Pick<Row, 'tenant' | 'id'>): Row[] =>
    list.filter((row) => row.tenant !== tenant || row.id !== id);

  return {
    async put(given, options = {}) {
      const list: readonly Row[] = 'id' in given ? [given] : given;
      check(options);
      for (const { tenant, id, state = '', parent = '' } of list)
        [tenant, id, state, parent].forEach(storable);
      // As JSON, so that a test fails here too when it stores what the database cannot.
      for (const row of list) rows = [...without(rows, row), JSON.parse(JSON.stringify(row)) as Row];
    },
    async get(tenant, id) {
      [tenant, id].forEach(storable);
      return structuredClone(rows.find((row) => row.tenant === tenant && row.id === id));
    },
    async list(query) {
      [query.tenant, query.state, query.parent, query.after].forEach((text = '') => storable(text));
      return structuredClone(select(rows, query));
    },
    async count(query) {
      return rows.filter((row) => fits(row, query)).length;
    },
    async remove(tenant, ids, options = {}) {
      check(options);
      for (const id of ids) rows = without(rows, { tenant, id });
    },
    async prune({ before = -Infinity, keep = Infinity }) {
      const all = rows.length;
      rows = rows
        .filter((row) => row.time >= before)
        .sort(newestFirst)
        .slice(0, keep);
      return all - rows.length;
    },
  };
}

function select(rows: readonly Row[], query: RowQuery): Row[] {
  const order = query.order === 'oldest' ? (a: Row, b: Row) => newestFirst(b, a) : newestFirst;
  const found = rows.filter((row) => fits(row, query)).sort(order);
  const limit = query.limit ?? 100;
  if (query.after === undefined) return found.slice(0, limit);
  const mark = rows
    .filter((row) => row.id === query.after && (query.tenant ?? row.tenant) === row.tenant)
    .sort(order)
    .at(-1);
  return mark === undefined ? [] : found.filter((row) => order(mark, row) < 0).slice(0, limit);
}

function fits(row: Row, { tenant, state, parent, since }: RowQuery): boolean {
  return (
    (tenant === undefined || row.tenant === tenant) &&
    (state === undefined || row.state === state) &&
    (parent === undefined || row.parent === parent) &&
    (since === undefined || row.time >= since)
  );
}

function newestFirst(a: Row, b: Row): number {
  return b.time - a.time || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
