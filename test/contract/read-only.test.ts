import { chmodSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import { lowdbTenants } from '../../src/adapters/tenants-lowdb.js';
import { runChild } from '../support/child.js';
import { tempFolder } from '../support/temp-folder.js';

// Only root can become somebody else.
it.runIf(process.getuid?.() === 0)('state that is not ours to write is named, with the way out', async () => {
  const root = tempFolder();
  const folder = path.join(root, '.membrane');
  const file = path.join(folder, 'state.db');
  await lowdbTenants(root).create({ key: 'a', name: 'a', fields: {}, createdAt: 1 });
  const store = await openSqliteStore({ file, synchronous: 'normal', clock: systemClock });
  await store.drawer('run').put({ id: 'a', tenant: 'local', time: 1, data: {} });
  await store.close();
  for (const name of readdirSync(folder)) chmodSync(path.join(folder, name), 0o644);
  for (const name of [root, folder]) chmodSync(name, 0o755);

  const child = await runChild(path.join(import.meta.dirname, 'child-stranger.ts'), [root]);
  const { lines, stderr } = await child.ended();
  expect(stderr).toBe('');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    1,
    `store/read-only: "${folder}" cannot be written (EPERM) (check the owner and the permissions of the folder, and that the disk is not full)`,
    [],
    `store/read-only: "${file}" cannot be written (check the owner and the permissions of the file and its folder)`,
  ]);
});
