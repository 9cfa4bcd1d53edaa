/**
 * A process of a user who may read the state of a project, but not write: `child-stranger.ts ROOT`. Must be
 * started as root. It prints what each of its tries gives.
 */
import path from 'node:path';
import { systemClock } from '../../src/adapters/clock-system.js';
import { lowdbConnections } from '../../src/adapters/connections-lowdb.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import { lowdbTenants } from '../../src/adapters/tenants-lowdb.js';
import { MembraneError } from '../../src/core/error.js';

const [root = ''] = process.argv.slice(2);
const file = path.join(root, '.membrane/state.db');
const row = { id: 'b', tenant: 'local', time: 1, data: {} };

// What is loaded late must be readable to us still.
await Promise.all([import('libsql'), import('proper-lockfile')]);
process.setegid?.(65_534);
process.seteuid?.(65_534);

async function attempt(work: () => Promise<unknown>): Promise<void> {
  const result = await work().catch((error: unknown) =>
    error instanceof MembraneError ? `${error.code}: ${error.message} (${error.hint ?? ''})` : String(error),
  );
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

await attempt(async () => (await lowdbTenants(root).list()).length);
await attempt(() => lowdbTenants(root).create({ key: 'b', name: 'b', fields: {}, createdAt: 1 }));
await attempt(() => lowdbConnections(root).list('local'));
await attempt(async () => {
  const store = await openSqliteStore({ file, synchronous: 'normal', clock: systemClock });
  await store.drawer('run').put(row);
});
