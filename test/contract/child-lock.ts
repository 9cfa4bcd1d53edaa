/**
 * A process that holds the lock of a file: `child-lock.ts FILE MS`. It prints `held` when it has the lock,
 * and `released` after.
 */
import { systemClock } from '../../src/adapters/clock-system.js';
import { withFileLock } from '../../src/adapters/owned-lock.js';

const [file = '', ms = '0'] = process.argv.slice(2);

function print(line: string): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(`${line}\n`, () => resolve()));
}

await withFileLock(file, async () => {
  await print('held');
  await systemClock.sleep(Number(ms));
});
await print('released');
