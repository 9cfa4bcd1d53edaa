import { MembraneError } from '../core/error.js';
import type { Drawer } from '../core/ports.js';
import type { Engine } from './engine.js';
import type { StoredRun } from './flow-run-rows.js';

/** How often a run looks whether it is to stop, in milliseconds: somebody waits for it. */
const lookMs = 250;

async function stopDrawer({ ports }: Engine): Promise<Drawer> {
  return (await ports.store()).drawer('flow-stop');
}

/** Asks whoever drives a run to stop it. */
export async function askToStop(engine: Engine, { id }: StoredRun): Promise<void> {
  const { tenant, ports } = engine;
  await (await stopDrawer(engine)).put({ id, tenant, time: ports.clock.now(), data: {} });
}

export async function forgetStop(engine: Engine, { id }: Pick<StoredRun, 'id'>): Promise<void> {
  const drawer = await stopDrawer(engine);
  if ((await drawer.get(engine.tenant, id)) !== undefined) await drawer.remove(engine.tenant, [id]);
}

/** Calls `stop` when somebody asks for it, until `done` is aborted. */
export async function watchStop(
  engine: Engine,
  { id }: StoredRun,
  done: AbortSignal,
  stop: () => void,
): Promise<void> {
  const drawer = await stopDrawer(engine);
  const { clock } = engine.ports;
  while (!done.aborted) {
    try {
      await clock.sleep(lookMs, done);
      if ((await drawer.get(engine.tenant, id)) === undefined) continue;
      return stop();
    } catch (error) {
      if (done.aborted) return;
      // A store that cannot be read for a while: the run itself will say so.
      if (!(error instanceof MembraneError)) throw error;
    }
  }
}
