import { defaultTenant } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { drawers } from './drawers.js';
import type { Engine } from './engine.js';
import { retireDead } from './event-retire.js';
import { forgetOldRuns } from './flow-retention.js';

/** The same where nobody waits for it: that it cannot be done now is said, and it is done the next time. */
export async function retainNow(engine: Engine): Promise<void> {
  try {
    await applyRetention(engine);
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    if (error.code === 'store/unavailable') return; // whoever used it has said so
    engine.emit({ type: 'warning', message: `what is old could not be forgotten: ${error.message}` });
  }
}

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
  const limits = { before: now - days * dayMs, keep: runs };
  await retireDead(engine, store, limits);
  for (const [drawer, life] of Object.entries(drawers))
    if (life === 'aged') await store.drawer(drawer).prune(limits);
  await forgetOldRuns(engine, store, limits);
  await (await ports.files()).prune(limits);
  await notes.put({ id: 'retention', tenant: defaultTenant, time: now, data: {} });
}
