import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Clock } from '../../src/core/ports.js';
import { repository } from '../support/cli.js';

it('a store that was busy for too long works when it is free again, and what it says is stored is', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'membrane-busy-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const file = path.join(root, '.membrane/state.db');
  // Its half minute is over in half a second.
  const clock: Clock = {
    now: () => Date.now() * 60,
    sleep: (ms, signal) => systemClock.sleep(ms / 60, signal),
  };
  const store = await openSqliteStore({ file, synchronous: 'normal', clock });
  const row = (id: string) => ({ id, tenant: 'local', time: 1, data: {} });
  const drawer = store.drawer('things');
  const lock = await store.lock('a');

  const script = `new (require('libsql'))(process.argv[1]).exec('BEGIN IMMEDIATE'); console.log(1); setInterval(() => 0, 1000);`;
  const other = spawn(process.execPath, ['--eval', script, file], { cwd: repository });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  const busy = { code: 'store/busy' };
  await expect(drawer.put(row('1'))).rejects.toMatchObject(busy);
  await expect(drawer.put([row('2'), row('3')], { guard: lock })).rejects.toMatchObject(busy);
  await expect(lock.release()).rejects.toMatchObject(busy);
  other.kill();
  await once(other, 'close');

  await drawer.put(row('4'));
  await drawer.put([row('5'), row('6')]);
  // seen by somebody else
  const reader = await openSqliteStore({ file, synchronous: 'normal', clock });
  expect((await reader.drawer('things').list({})).map(({ id }) => id).sort()).toEqual(['4', '5', '6']);
  await reader.close();
  await store.close();
});
