import type { Row, Store } from '../core/ports.js';
import type { Engine } from './engine.js';
import { runOf } from './flow-run-rows.js';
import { forgetRun } from './flow-runs.js';

const pageSize = 100;

/** What a run is made of may be a day older than the run: it is stored again once a day. */
const dayMs = 24 * 3_600_000;

interface Limits {
  readonly before: number;
  readonly keep: number;
}

/**
 * Forgets runs, with all that belongs to them, that are older than `before`, and all but the newest `keep` of those
 * that are over. A run that an event made is never forgotten before it is over; one that somebody left lying, by age.
 */
export async function forgetOldRuns(engine: Engine, store: Store, { before, keep }: Limits): Promise<void> {
  const drawer = store.drawer('flow-run');
  const unfinished = (await drawer.count({ state: 'queued' })) + (await drawer.count({ state: 'running' }));
  let many = (await drawer.count({})) - unfinished - keep;
  const kept: Row[] = [];
  for (let isMore = true; isMore;) {
    const after = kept.at(-1)?.id;
    const rows = await drawer.list({
      order: 'oldest',
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    // They come by age: behind one that is neither old nor too many there are only others like it.
    isMore = rows.length === pageSize && ((rows.at(-1)?.time ?? before) < before || many > 0);
    for (const row of rows) {
      const goes = isOver(row)
        ? row.time < before || many > 0
        : row.time < before && (await isLeft(engine, row));
      if (!goes) {
        kept.push(row);
        continue;
      }
      await forgetRun({ ...engine, tenant: row.tenant }, runOf(row));
      if (isOver(row)) many -= 1;
    }
  }
  await forgetRevisions(store, before - 2 * dayMs, kept);
}

function isOver({ state }: Row): boolean {
  return state !== 'queued' && state !== 'running';
}

/** Whether nobody drives an unfinished run, and nobody will by itself. */
async function isLeft({ ports }: Engine, row: Row): Promise<boolean> {
  if (runOf(row).launchedBy['type'] === 'event') return false;
  return !(await (await ports.durability()).isDriven({ tenant: row.tenant, id: row.id }));
}

/** Those of runs that are kept although they are old stay. */
async function forgetRevisions(store: Store, before: number, kept: readonly Row[]): Promise<void> {
  const drawer = store.drawer('flow-revision');
  for (const row of kept) {
    if (isOver(row) || row.time >= before + 2 * dayMs) continue;
    const revision = await drawer.get(row.tenant, runOf(row).revision);
    if (revision !== undefined && revision.time < before) await drawer.put({ ...revision, time: before });
  }
  await drawer.prune({ before });
}
