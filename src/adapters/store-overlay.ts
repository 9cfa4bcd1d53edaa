import type { Drawer, DrawerChange, Row, RowQuery, Store, WriteOptions } from '../core/ports.js';

export interface OverlayOptions {
  /** Is read, and not written. */
  readonly below: () => Promise<Store>;
  /** Takes all that is written. */
  readonly above: Store;
  /** What belongs to the store below all the same, by the names of drawers and locks. */
  readonly through: { drawer(name: string): boolean; lock(name: string): boolean };
}

/** A store as it would be if everything were stored that is written: what is below it stays as it is. */
export function overlayStore({ below, above, through }: OverlayOptions): Store {
  const drawers = new Map<string, OverlayDrawer>();
  /** A lock of the store below is unknown above, where nobody else writes anyhow. */
  const ofAbove = (options: WriteOptions = {}): WriteOptions =>
    options.guard !== undefined && through.lock(options.guard.name) ? {} : options;
  const overlaid = (name: string): OverlayDrawer => {
    let drawer = drawers.get(name);
    if (drawer === undefined) {
      drawer = overlayDrawer(async () => (await below()).drawer(name), above.drawer(name), ofAbove);
      drawers.set(name, drawer);
    }
    return drawer;
  };
  return {
    drawer: (name) =>
      through.drawer(name) ? lateDrawer(async () => (await below()).drawer(name)) : overlaid(name),
    async write(changes, options) {
      const real = changes.filter(({ drawer }) => through.drawer(drawer));
      const rest = changes.filter(({ drawer }) => !through.drawer(drawer));
      if (real.length > 0) await (await below()).write(real, options);
      if (rest.length > 0) await above.write(rest, ofAbove(options));
      for (const change of rest) overlaid(change.drawer).changed(change);
    },
    // An API counts requests, whoever sends them.
    turn: async (name, pace, maxMs) => (await below()).turn(name, pace, maxMs),
    pause: async (name, pace, until) => (await below()).pause(name, pace, until),
    lock: async (name, options) => (through.lock(name) ? await below() : above).lock(name, options),
    close: () => above.close(),
  };
}

interface OverlayDrawer extends Drawer {
  /** Says what was written beside it. */
  changed(change: Omit<DrawerChange, 'drawer'>): void;
}

function overlayDrawer(
  below: () => Promise<Drawer>,
  above: Drawer,
  ofAbove: (options?: WriteOptions) => WriteOptions,
): OverlayDrawer {
  /** Rows that are written, or removed: those below count no more. */
  const hidden = new Set<string>();
  const nameOf = ({ tenant, id }: Pick<Row, 'tenant' | 'id'>): string => JSON.stringify([tenant, id]);
  const hide = (rows: Iterable<Pick<Row, 'tenant' | 'id'>>): void => {
    for (const row of rows) hidden.add(nameOf(row));
  };

  /** All that fits, in its order. */
  async function whole({ limit: _limit, after: _after, ...query }: RowQuery): Promise<Row[]> {
    const rows: Row[] = [];
    for (const drawer of [await below(), above]) {
      for (let after: string | undefined; ;) {
        const page = await drawer.list({ ...query, limit: 1000, ...(after === undefined ? {} : { after }) });
        rows.push(...(drawer === above ? page : page.filter((row) => !hidden.has(nameOf(row)))));
        after = page.at(-1)?.id;
        if (page.length < 1000) break;
      }
    }
    const newest = rows.sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1));
    return query.order === 'oldest' ? newest.reverse() : newest;
  }

  return {
    changed({ put = [], remove = [] }) {
      hide(put);
      hide(remove);
    },
    async put(given, options) {
      await above.put(given, ofAbove(options));
      hide('id' in given ? [given] : given);
    },
    async get(tenant, id) {
      if (hidden.has(nameOf({ tenant, id }))) return above.get(tenant, id);
      return (await below()).get(tenant, id);
    },
    async list(query) {
      if (hidden.size === 0) return (await below()).list(query);
      const rows = await whole(query);
      const first = query.after === undefined ? 0 : rows.findIndex(({ id }) => id === query.after) + 1;
      if (query.after !== undefined && first === 0) return [];
      return rows.slice(first, first + (query.limit ?? 100));
    },
    async count(query) {
      return hidden.size === 0 ? (await below()).count(query) : (await whole(query)).length;
    },
    async parents() {
      if (hidden.size === 0) return (await below()).parents();
      return [
        ...new Set((await whole({})).flatMap(({ parent = '' }) => (parent === '' ? [] : [parent]))),
      ].sort();
    },
    async remove(tenant, ids, options) {
      await above.remove(tenant, ids, ofAbove(options));
      hide(ids.map((id) => ({ tenant, id })));
    },
    prune: (limits) => above.prune(limits),
  };
}

function lateDrawer(drawer: () => Promise<Drawer>): Drawer {
  return {
    put: async (rows, options) => (await drawer()).put(rows, options),
    get: async (tenant, id) => (await drawer()).get(tenant, id),
    list: async (query) => (await drawer()).list(query),
    count: async (query) => (await drawer()).count(query),
    parents: async () => (await drawer()).parents(),
    remove: async (tenant, ids, options) => (await drawer()).remove(tenant, ids, options),
    prune: async (limits) => (await drawer()).prune(limits),
  };
}
