import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';
import { driveRun } from './flow-drive.js';
import { putRun, runDrawer, runOf, type StoredRun } from './flow-run-rows.js';
import { errorFacts } from './log.js';
import type { WatchEvent } from './watch-events.js';

/** Drives the runs that a watcher makes or finds: those of one subscription one after the other. */
export interface RunDriver {
  drive(engine: Engine, run: string): void;
  /** Goes on with runs that events or schedules made, and that nobody drives. */
  resume(engine: Engine): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function runDriver(
  parallel: number,
  signal: AbortSignal,
  tell: (event: WatchEvent) => void,
): RunDriver {
  const chains = new Map<string, Promise<void>>();
  const known = new Set<string>();
  const waiting: (() => void)[] = [];
  let free = parallel;

  async function inTurn(work: () => Promise<void>): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  }

  async function driveOne(engine: Engine, id: string): Promise<void> {
    if (signal.aborted) return;
    const { clock } = engine.ports;
    try {
      const run = await driveRun(engine, id, { signal });
      // Nobody stopped the run itself: whoever watches next goes on with it.
      if (signal.aborted && run.state === 'stopped')
        await putRun(engine, { ...run, state: 'queued', endedAt: undefined });
      tell({
        type: 'run',
        time: clock.now(),
        tenant: engine.tenant,
        run: id,
        flow: run.flow,
        state: run.state,
      });
    } catch (error) {
      if (!(error instanceof MembraneError)) throw error;
      // Another watcher was faster.
      if (error.code !== 'flow/busy') tell({ type: 'error', time: clock.now(), error: errorFacts(error) });
    }
  }

  function drive(engine: Engine, id: string, chain = id): void {
    if (known.has(id)) return;
    known.add(id);
    const before = chains.get(chain) ?? Promise.resolve();
    const after = before
      .then(() => inTurn(() => driveOne(engine, id)))
      .finally(() => {
        known.delete(id);
        if (chains.get(chain) === after) chains.delete(chain);
      });
    chains.set(chain, after);
  }

  return {
    drive: (engine, run) => drive(engine, run),
    async resume(engine) {
      for (const run of await unfinished(engine))
        drive(engine, run.id, String(run.launchedBy['subscription']));
    },
    async idle() {
      while (chains.size > 0) await Promise.all(chains.values());
    },
  };
}

/** One that waits for a person needs one as much as one that failed. */
export function isFailedRun(event: WatchEvent): boolean {
  return event.type === 'run' && (event.state === 'failed' || event.state === 'interrupted');
}

async function unfinished(engine: Engine): Promise<StoredRun[]> {
  const drawer = await runDrawer(engine);
  const durability = await engine.ports.durability();
  const found: StoredRun[] = [];
  for (const state of ['queued', 'running']) {
    const rows = await drawer.list({ tenant: engine.tenant, state, order: 'oldest', limit: 1000 });
    for (const run of rows.map(runOf)) {
      if (run.launchedBy['type'] !== 'event') continue;
      if (await durability.isDriven({ tenant: engine.tenant, id: run.id })) continue;
      found.push(run);
    }
  }
  return found.sort((a, b) => a.queuedAt - b.queuedAt);
}
