import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { DataLink } from '../core/links.js';
import type { Drawer, Row } from '../core/ports.js';
import type { Engine } from './engine.js';
import { linkOf, openTable, rowsFor, type LinkOwner } from './links.js';

const batchSize = 1000;
const pageSize = 500;

/** Every link of a table, the oldest first. In constant memory, however many there are. */
export async function* exportLinks(
  engine: Engine,
  table: string,
  owner: LinkOwner,
  signal: AbortSignal,
): AsyncGenerator<DataLink> {
  const drawer = await openTable(engine, owner, table);
  for await (const row of oldestFirst(engine, drawer)) {
    signal.throwIfAborted();
    yield linkOf(row);
  }
}

/**
 * Makes a link of each item: `{appRecordId, externalRecordId, direction}`. A thousand at a time are stored, or none
 * of them. Rejects with `link/invalid`, which names the item; those before its thousand are stored then, and doing it
 * again changes nothing about them.
 */
export async function importLinks(
  engine: Engine,
  table: string,
  owner: LinkOwner,
  items: AsyncIterable<unknown>,
  signal: AbortSignal,
): Promise<{ imported: number }> {
  const drawer = await openTable(engine, owner, table);
  let imported = 0;
  let batch: Row[] = [];
  const store = async () => {
    signal.throwIfAborted();
    await drawer.put(batch);
    batch = [];
  };
  for await (const item of items) {
    batch.push(...itemRows(engine, item, imported + 1));
    imported += 1;
    if (batch.length >= batchSize) await store();
  }
  await store();
  return { imported };
}

/** The newest links of a table, and how many there are in all. */
export async function newestLinks(
  engine: Engine,
  table: string,
  owner: LinkOwner,
  limit: number,
): Promise<{ links: DataLink[]; total: number }> {
  const { tenant } = engine;
  const drawer = await openTable(engine, owner, table);
  const rows = await drawer.list({ tenant, limit });
  return { links: rows.map(linkOf), total: await drawer.count({ tenant }) };
}

function itemRows(engine: Engine, item: unknown, number: number): Row[] {
  try {
    return rowsFor(engine, isObject(item) ? item : {});
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    throw new MembraneError(error.code, `link ${number}: ${error.message}`, { ...error });
  }
}

/** Also when somebody removes the very link that the last page ended with. */
async function* oldestFirst({ tenant }: Engine, drawer: Drawer): AsyncGenerator<Row> {
  let last: Row | undefined;
  let ofThatTime = new Set<string>();
  for (;;) {
    const query = { tenant, order: 'oldest' as const, limit: pageSize };
    let rows = await drawer.list({ ...query, ...(last === undefined ? {} : { after: last.id }) });
    if (rows.length === 0) {
      if (last === undefined || (await drawer.get(tenant, last.id)) !== undefined) return;
      const again = await drawer.list({ ...query, since: last.time, limit: pageSize + ofThatTime.size });
      rows = again.filter(({ id }) => !ofThatTime.has(id));
      if (rows.length === 0) return;
    }
    for (const row of rows) {
      if (row.time !== last?.time) ofThatTime = new Set();
      ofThatTime.add(row.id);
      last = row;
      yield row;
    }
  }
}
