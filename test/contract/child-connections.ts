/**
 * A process that creates connections, for tests of several at once: `child-connections.ts ROOT NAME COUNT`.
 * It prints `ready` first, and then a line for each connection that is stored.
 */
import { lowdbConnections } from '../../src/adapters/connections-lowdb.js';

const [root = '', name = '', count = '0'] = process.argv.slice(2);
const connections = lowdbConnections(root);

function print(line: string): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(`${line}\n`, () => resolve()));
}

await print('ready');
for (let index = 0; index < Number(count); index += 1) {
  const id = `${name}-${index}`;
  await connections.create({
    id,
    key: id,
    name: id,
    tenantKey: 'local',
    integrationKey: 'crm',
    secrets: 'file',
    createdAt: index,
    updatedAt: index,
    state: 'READY',
    disconnected: false,
  });
  await print(id);
}
