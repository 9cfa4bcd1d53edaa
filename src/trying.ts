import { filesOverlay } from './adapters/files-overlay.js';
import { memoryStore } from './adapters/store-memory.js';
import { overlayStore } from './adapters/store-overlay.js';
import { temporaryFolder } from './adapters/temporary-folder.js';
import type { Durability } from './core/durability.js';
import type { Ports } from './core/ports.js';
import { storedAside } from './engine/aside.js';
import { openDryRun } from './engine/dry-run.js';
import type { Engine } from './engine/engine.js';
import { finishRefreshes } from './engine/refresh.js';
import { openRunLog } from './engine/run-log.js';

/**
 * Does something of which nothing is stored: what it reads is what is there, and what it writes is gone afterwards.
 * `dry`: it sends no request either that would change something.
 */
export async function tryAside<T>(
  engine: Engine,
  { dry }: { readonly dry: boolean },
  work: (aside: Engine) => Promise<T>,
): Promise<T> {
  const { clock, ids, store: below } = engine.ports;
  const folder = temporaryFolder();
  const store = overlayStore({ below, above: memoryStore(clock), through: storedAside });
  let durability: Promise<Durability> | undefined;
  const ports: Ports = {
    ...engine.ports,
    store: async () => store,
    files: async () => {
      const { openFiles } = await import('./adapters/files-disk.js');
      return filesOverlay(engine.ports.files, openFiles({ root: await folder.path(), ids, clock }));
    },
    durability: () => (durability ??= openDurability(ports, folder.path)),
  };
  const runLog = openRunLog(ports, engine.emit);
  const aside: Engine = { ...engine, ports, runLog, aside: true, ...(dry ? { dryRun: openDryRun() } : {}) };
  try {
    return await work(aside);
  } finally {
    await finishRefreshes(aside); // new tokens that are under way would be lost
    await runLog.flush();
    await folder.remove();
  }
}

async function openDurability(ports: Ports, folder: () => Promise<string>): Promise<Durability> {
  const { storeDurability } = await import('./adapters/durability-store.js');
  const { fileOutputs } = await import('./adapters/durability-outputs.js');
  const { store, clock } = ports;
  return storeDurability({ store, clock, outputs: fileOutputs(await folder()) });
}
