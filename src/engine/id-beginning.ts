import { MembraneError } from '../core/error.js';
import type { Drawer, Row } from '../core/ports.js';

/** An id may be given by so many of its first characters, or more. */
const shortest = 6;
const mostNamed = 5;
const pageSize = 10_000;

/**
 * What an id means that is none itself, by its beginning; undefined where nothing begins so, or it is too short to say.
 * `what` names all that is looked at, in the plural. Rejects with `usage/ambiguous` where several begin so.
 */
export async function onlyBeginning<T extends { readonly id: string }>(
  id: string,
  what: string,
  all: AsyncIterable<T>,
): Promise<T | undefined> {
  if (id.length < shortest) return undefined;
  const found = new Map<string, T>();
  for await (const one of all) found.set(one.id, one);
  const [only, second] = found.values();
  if (second === undefined) return only;
  const named = [...found.keys()].slice(0, mostNamed).join(', ');
  throw new MembraneError('usage/ambiguous', `${found.size} ${what} begin with "${id}"`, {
    hint: `give more of the id: ${named}${found.size > mostNamed ? ', …' : ''}`,
  });
}

/** Newest first. */
export async function* beginningWith(drawer: Drawer, tenant: string, id: string): AsyncGenerator<Row> {
  if (id.length < shortest) return;
  for (let after: string | undefined; ;) {
    const rows = await drawer.list({ tenant, limit: pageSize, ...(after === undefined ? {} : { after }) });
    yield* rows.filter((row) => row.id.startsWith(id));
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.id;
  }
}
