import { storable } from './storable-text.js';
import { pausedUntil, takeTurn } from '../core/pace.js';
import { MembraneError } from '../core/error.js';
import type { Clock, Drawer, DrawerChange, Lock, Row, RowQuery, Store, WriteOptions } from '../core/ports.js';

const staleMs = 30_000;

interface Held {
  readonly fence: number;
  readonly since: number;
}

/** A store that is gone with the process. Its locks do not beat: they go stale when 30 s pass on the clock. */
export function memoryStore(clock: Clock): Store {
  const drawers = new Map<string, MemoryDrawer>();
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

  const drawerOf = (name: string): MemoryDrawer => {
    let drawer = drawers.get(name);
    if (drawer === undefined) drawers.set(name, (drawer = memoryDrawer(check)));
    return drawer;
  };

  return {
    drawer: drawerOf,
    async write(changes, options = {}) {
      check(options);
      const works = changes.map(({ drawer, ...change }) => drawerOf(drawer).changing(change));
      for (const work of works) work();
    },
    async turn(name, pace, maxMs) {
      const { next, waitMs } = takeTurn(turns.get(name), pace, clock.now(), maxMs);
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

interface MemoryDrawer extends Drawer {
  /** Refuses what cannot be stored; gives what does the rest. */
  changing(change: Omit<DrawerChange, 'drawer'>): () => void;
}

function memoryDrawer(check: (options: WriteOptions) => void): MemoryDrawer {
  let rows = new Map<string, Row>();
  const nameOf = ({ tenant, id }: Pick<Row, 'tenant' | 'id'>): string => JSON.stringify([tenant, id]);

  const changing: MemoryDrawer['changing'] = ({ put = [], remove = [] }) => {
    for (const { tenant, id, state = '', parent = '' } of put) [tenant, id, state, parent].forEach(storable);
    return () => {
      for (const row of remove) rows.delete(nameOf(row));
      // As JSON, so that what the database cannot hold does not come back from here either.
      for (const row of put) rows.set(nameOf(row), JSON.parse(JSON.stringify(row)) as Row);
    };
  };

  return {
    changing,
    async put(given, options = {}) {
      check(options);
      changing({ put: 'id' in given ? [given] : given })();
    },
    async get(tenant, id) {
      [tenant, id].forEach(storable);
      return structuredClone(rows.get(nameOf({ tenant, id })));
    },
    async list(query) {
      [query.tenant, query.state, query.parent, query.after].forEach((text = '') => storable(text));
      return structuredClone(select([...rows.values()], query));
    },
    async count(query) {
      return [...rows.values()].filter((row) => fits(row, query)).length;
    },
    async parents() {
      const parents = [...rows.values()].flatMap(({ parent = '' }) => (parent === '' ? [] : [parent]));
      return [...new Set(parents)].sort();
    },
    async remove(tenant, ids, options = {}) {
      check(options);
      for (const id of ids) rows.delete(nameOf({ tenant, id }));
    },
    async prune({ before = -Infinity, keep = Infinity }) {
      const left = [...rows.values()]
        .filter((row) => row.time >= before)
        .sort(newestFirst)
        .slice(0, keep);
      const gone = rows.size - left.length;
      rows = new Map(left.map((row) => [nameOf(row), row]));
      return gone;
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
