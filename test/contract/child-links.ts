/**
 * A process that makes links, for tests of several at once: `child-links.ts ROOT COUNT` makes as many links of the
 * table `people` for the connection `crm`. It prints `ready` first.
 */
import { systemClock } from '../../src/adapters/clock-system.js';
import { timeIds } from '../../src/adapters/ids-time.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Engine } from '../../src/engine/engine.js';
import { linksOf } from '../../src/engine/links.js';

const [file = '', count = '0'] = process.argv.slice(2);
const store = await openSqliteStore({ file, synchronous: 'normal', clock: systemClock });
const table = { off: false };
const engine = {
  tenant: 'local',
  project: { resolve: () => table },
  ports: { clock: systemClock, ids: timeIds(systemClock), store: async () => store },
} as unknown as Engine; // all that links take of one
const links = linksOf(engine, { id: 'c1', key: 'crm', integrationKey: 'crm' });
process.stdout.write('ready\n');
for (let i = 0; i < Number(count); i += 1) {
  await links.create('people', { appRecordId: i, externalRecordId: `x${i}` });
}
await store.close();
