import { MembraneError } from '../core/error.js';
import type { Row } from '../core/ports.js';
import { removeSecrets } from './connection-secrets.js';
import type { Engine } from './engine.js';

/**
 * Which store may hold secrets of a connection although no connection says so: an account that is just being
 * connected, or whose secrets move to another store. A keychain cannot be asked what it holds, so that this is
 * written down before the secrets are; whoever comes after a process that was killed finds it here.
 */
const drawerName = 'secret-trace';

/**
 * Does work that writes secrets of a connection into `stores`. Afterwards only the store that the connection
 * names still has them, however the work ended. The caller holds the lock of the connection.
 */
export async function leavingNoSecrets<T>(
  engine: Engine,
  connection: string,
  stores: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const drawer = (await engine.ports.store()).drawer(drawerName);
  const time = engine.ports.clock.now();
  const rows = [...new Set(stores)].map((secrets) => ({
    id: `${connection}/${secrets}`,
    tenant: engine.tenant,
    time,
    parent: connection,
    data: { connection, secrets },
  }));
  await drawer.put(rows);
  try {
    return await work();
  } finally {
    for (const row of rows) await orTell(engine, settle(engine, row));
    await orTell(engine, sweepSecrets(engine));
  }
}

/**
 * Removes what processes that were killed left in secret stores. Gives how many connections had something; what
 * somebody is working at right now is left alone. Rejects where a store cannot be used.
 */
export async function sweepSecrets(engine: Engine): Promise<number> {
  const store = await engine.ports.store();
  let swept = 0;
  for (const row of await store.drawer(drawerName).list({ tenant: engine.tenant })) {
    const lock = await store.lock(`connection/${row.parent}`, { waitMs: 0 }).catch(unlessBusy);
    if (lock === undefined) continue;
    try {
      const there = await store.drawer(drawerName).get(engine.tenant, row.id);
      if (there !== undefined && (await settle(engine, there))) swept += 1;
    } finally {
      await lock.release();
    }
  }
  return swept;
}

/** Whether there was something to remove. */
async function settle(engine: Engine, row: Row): Promise<boolean> {
  const { connection, secrets } = row.data as { connection: string; secrets: string };
  const found = await engine.ports.connections.get(engine.tenant, connection);
  const isUsed = found?.id === connection && found.secrets === secrets;
  if (!isUsed) await removeSecrets(engine, { id: connection, tenantKey: engine.tenant, secrets });
  await (await engine.ports.store()).drawer(drawerName).remove(engine.tenant, [row.id]);
  return !isUsed;
}

/** The work is done, or has failed for its own reason: secrets that cannot be removed now are swept later. */
async function orTell(engine: Engine, removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const message = `secrets that nothing names any more could not be removed: ${error.message}; "membrane doctor" tries again`;
    engine.emit({ type: 'warning', message });
  }
}

function unlessBusy(error: unknown): undefined {
  if (error instanceof MembraneError && error.code === 'store/busy') return undefined;
  throw error;
}
