import { defaultTenant } from '../core/connection.js';
import type { Engine } from './engine.js';
import { historyDrawer, internalDrawer, pullDrawer } from './event-rows.js';
import { forgetOldRuns } from './flow-retention.js';
import { logTypes } from './log.js';
import { noticesDrawer } from './notices.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Forgets what the log has too long, or too much of, as `retention` of membrane.yaml says; once an hour at most. */
export async function applyRetention(engine: Engine): Promise<void> {
  const { project, ports } = engine;
  const store = await ports.store();
  const now = ports.clock.now();
  const notes = store.drawer('maintenance');
  const last = await notes.get(defaultTenant, 'retention');
  if (last !== undefined && now - last.time < hourMs) return;
  const { days, runs } = project.config.retention;
  for (const type of [...logTypes, noticesDrawer, historyDrawer, pullDrawer, internalDrawer])
    await store.drawer(type).prune({ before: now - days * dayMs, keep: runs });
  await forgetOldRuns(engine, store, { before: now - days * dayMs, keep: runs });
  await (await ports.files()).prune({ before: now - days * dayMs, keep: runs });
  await notes.put({ id: 'retention', tenant: defaultTenant, time: now, data: {} });
}
