/** How events are looked for elsewhere, for comparison: short, obvious, and not enough. */
import type { Api } from './api.js';

interface Record_ {
  readonly id: unknown;
  readonly createdTime: unknown;
  readonly updatedTime: unknown;
  readonly fields: { readonly n: number };
}

export interface Naive {
  readonly name: string;
  readonly seen: { id: string; n: number }[];
  tick(): Promise<void>;
}

async function firstPage(api: Api): Promise<Record_[]> {
  const response = await fetch(`${api.url}/latest?by=updated`);
  if (!response.ok) throw new Error(String(response.status));
  return ((await response.json()) as { records: Record_[] }).records;
}

const told = (one: Record_) => ({ id: String(one.id), n: one.fields.n });

/** Everything that is newer than the newest time. */
export function newestTimestamp(api: Api): Naive {
  let newest: string | undefined;
  const seen: Naive['seen'] = [];
  return {
    name: 'the newest timestamp only',
    seen,
    async tick() {
      const page = await firstPage(api);
      const fresh = page.filter(({ updatedTime }) => newest !== undefined && String(updatedTime) > newest);
      newest = [newest ?? '', ...page.map(({ updatedTime }) => String(updatedTime))].sort().at(-1);
      seen.push(...fresh.map(told));
    },
  };
}

/** Everything that stands before the item that was first the last time. */
export function lastItem(api: Api): Naive {
  let last: string | undefined;
  const seen: Naive['seen'] = [];
  return {
    name: 'the last item only',
    seen,
    async tick() {
      const page = await firstPage(api);
      const place = page.findIndex((one) => JSON.stringify(one) === last);
      if (last !== undefined) seen.push(...(place === -1 ? page : page.slice(0, place)).map(told));
      last = JSON.stringify(page[0]);
    },
  };
}

/** The cursor is stored before the events are delivered, and the process dies in between now and then. */
export function cursorFirst(api: Api): Naive {
  const known = new Map<string, number>();
  const seen: Naive['seen'] = [];
  let ticks = 0;
  return {
    name: 'the cursor stored before delivery',
    seen,
    async tick() {
      const page = await firstPage(api);
      const fresh = page.filter(({ id, fields }) => known.get(String(id)) !== fields.n);
      for (const { id, fields } of page) known.set(String(id), fields.n);
      ticks += 1;
      if (ticks === 1 || ticks % 3 === 0) return; // the first look learns; every third one is the last of a process
      seen.push(...fresh.map(told));
    },
  };
}
