import { openFiles } from '../../src/adapters/files-disk.js';
import { systemClock } from '../../src/adapters/clock-system.js';
import { timeIds } from '../../src/adapters/ids-time.js';

/** Begins a file in a project, says so, and waits until it is killed. */
const [root = ''] = process.argv.slice(2);
const files = openFiles({ root, ids: timeIds(systemClock), clock: systemClock });
const draft = await files.create({ tenant: 'acme', name: 'half.bin', type: 'application/octet-stream' });
await draft.write(Buffer.alloc(100_000));
console.log('writing');
setInterval(() => undefined, 60_000);
