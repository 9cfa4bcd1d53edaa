/**
 * A process that works with the state database, for tests of several at once:
 * `child-store.ts FILE TASK …`. It prints `ready` first, and then what its task says.
 */
import { systemClock } from '../../src/adapters/clock-system.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Store } from '../../src/core/ports.js';

const [file = '', task = '', ...args] = process.argv.slice(2);

const tasks: Record<string, (store: Store, args: readonly string[]) => Promise<void>> = {
  /** `put NAME COUNT`: so many rows, each in a write of its own. */
  async put(store, [name = '', count = '0']) {
    const drawer = store.drawer('run');
    for (let index = 0; index < Number(count); index += 1) {
      await drawer.put({ id: `${name}-${index}`, tenant: 'local', time: index, data: {} });
    }
  },

  /** `fill NAME`: pairs of rows until killed, a line for each pair that is stored. */
  async fill(store, [name = '']) {
    const drawer = store.drawer('run');
    for (let index = 0; ; index += 1) {
      const row = { tenant: 'local', time: index, state: 'done', data: { text: 'x'.repeat(2_000) } };
      await drawer.put(['a', 'b'].map((part) => ({ ...row, id: `${name}-${index}-${part}` })));
      await print(String(index));
    }
  },

  /** `hold LOCK`: prints the fence of the lock, and holds it until killed. */
  async hold(store, [name = '']) {
    const lock = await store.lock(name);
    await print(String(lock.fence));
    await systemClock.sleep(60_000);
  },

  /** `turns COUNT`: takes turns of one pace, a line with the time of each. */
  async turns(store, [count = '0']) {
    for (let index = 0; index < Number(count); index += 1) {
      const now = systemClock.now();
      await print(String(now + (await store.turn('crm', { everyMs: 60_000, burst: 1 }))));
    }
  },

  /** `count ROUNDS`: adds one to a number, so often, under a lock. */
  async count(store, [rounds = '0']) {
    const drawer = store.drawer('number');
    for (let round = 0; round < Number(rounds); round += 1) {
      const guard = await store.lock('number');
      const before = await drawer.get('local', 'n');
      const n = Number(before?.data.n ?? 0) + 1;
      await drawer.put({ id: 'n', tenant: 'local', time: 0, data: { n } }, { guard });
      await guard.release();
    }
  },
};

function print(line: string): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(`${line}\n`, () => resolve()));
}

await print('ready');
const store = await openSqliteStore({ file, synchronous: 'normal', clock: systemClock });
await tasks[task]?.(store, args);
await store.close();
