/**
 * A process that uses a secret store: `child-secrets.ts STORE ROOT COMMAND …`. STORE: `file`, `keychain`, or
 * `split` (a keychain whose entries hold 40 characters). ROOT: the folder of the project.
 *
 * - `fill NAME COUNT` stores that many secrets, and prints the connection of each when it is stored
 * - `count NAME,NAME COUNT` prints how many of those are there, with the right value
 * - `rewrite CONNECTION` stores one secret over and over, and prints its number each time
 * - `read CONNECTION`, `remove CONNECTION`, `probe` print the value, or the error with what to do
 * - `write CONNECTION` stores the variable SECRET
 */
import path from 'node:path';
import { createFileSecrets } from '../../src/adapters/secrets-file.js';
import { createKeychainSecrets } from '../../src/adapters/secrets-keychain.js';
import { MembraneError } from '../../src/core/error.js';
import type { Secrets } from '../../src/core/ports.js';

const [store = '', root = '', command = '', connection = '', count = '0'] = process.argv.slice(2);
const projectId = async () => path.basename(root);
const secrets = open();
const at = (key: string) => ({ tenant: 'local', connection: key, part: 'credentials' });

const tokenOf = (key: string) => `token of ${key}`.padEnd(100, '.');

function open(): Secrets {
  if (store === 'file') return createFileSecrets({ root, projectId, env: process.env });
  return createKeychainSecrets({ projectId, ...(store === 'split' ? { entryLimit: 40 } : {}) });
}

function print(line: string): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(`${line}\n`, () => resolve()));
}

const commands: Record<string, () => Promise<void>> = {
  async fill() {
    await print('ready');
    for (let index = 0; index < Number(count); index += 1) {
      const key = `${connection}-${index}`;
      await secrets.write(at(key), { token: tokenOf(key) });
      await print(key);
    }
  },
  async count() {
    let found = 0;
    for (const name of connection.split(',')) {
      for (let index = 0; index < Number(count); index += 1) {
        const value = await secrets.read(at(`${name}-${index}`));
        if (value?.['token'] === tokenOf(`${name}-${index}`)) found += 1;
      }
    }
    await print(String(found));
  },
  async rewrite() {
    for (let number = 0; ; number += 1) {
      await secrets.write(at(connection), { number, padding: String(number).padEnd(150, '-') });
      await print(String(number));
    }
  },
  read: async () => print(JSON.stringify((await secrets.read(at(connection))) ?? null)),
  remove: () => secrets.remove(at(connection)),
  write: () => secrets.write(at(connection), { token: process.env['SECRET'] ?? '' }),
  probe: () => secrets.probe(),
};

try {
  await commands[command]?.();
} catch (error) {
  if (!(error instanceof MembraneError)) throw error;
  await print(JSON.stringify({ code: error.code, message: error.message, hint: error.hint }));
}
