import type { Row, Store } from '../core/ports.js';
import type { Engine } from './engine.js';
import { runOf } from './flow-run-rows.js';
import { forgetRun } from './flow-runs.js';

const pageSize = 100;

/** What a run is made of may be a day older than the run: it is stored again once a day. */
const dayMs = 24 * 3_600_000;

/** Forgets runs, with all that belongs to them, that are older than `before`, and all but the newest `keep`. */
export async function forgetOldRuns(
  engine: Engine,
  store: Store,
  { before, keep }: { readonly before: number; readonly keep: number },
): Promise<void> {
  const drawer = store.drawer('flow-run');
  let many = (await drawer.count({})) - keep;
  for (;;) {
    const rows = await drawer.list({ order: 'oldest', limit: pageSize });
    const isOver = ({ state }: Row) => state !== 'queued' && state !== 'running';
    const old = rows.filter((row, index) => row.time < before || (index < many && isOver(row)));
    for (const row of old) await forgetRun({ ...engine, tenant: row.tenant }, runOf(row));
    many -= old.length;
    if (old.length < pageSize) break;
  }
  await store.drawer('flow-revision').prune({ before: before - 2 * dayMs });
}
