import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFileSecrets } from '../../src/adapters/secrets-file.js';
import { createKeychainSecrets } from '../../src/adapters/secrets-keychain.js';
import type { Secrets } from '../../src/core/ports.js';
import { describeWithKeyring, startKeyring, type Keyring } from '../support/keyring.js';
import { memorySecrets } from '../support/memory-ports.js';
import { tempFolder } from '../support/temp-folder.js';

let projects = 0;

/** A store of a project of its own. */
const stores: Record<string, () => Secrets> = {
  memory: () => memorySecrets(),
  'a file, with a key file': () => fileStore({}),
  'a file, with a pass phrase': () => fileStore({ MEMBRANE_SECRETS_KEY: 'pass phrase' }),
};

const keychains: Record<string, () => Secrets> = {
  'the keychain': () => keychainStore({}),
  'the keychain, with small entries': () => keychainStore({ entryLimit: 500 }),
};

function fileStore(env: Record<string, string>): Secrets {
  const folder = tempFolder();
  return createFileSecrets({ root: folder, projectId: async () => 'id', env, keyFolder: `${folder}/keys` });
}

function keychainStore(options: { entryLimit?: number }): Secrets {
  const id = `project-${(projects += 1)}`;
  return createKeychainSecrets({ projectId: async () => id, ...options });
}

for (const [name, open] of Object.entries(stores)) describe(name, () => contract(open));

describeWithKeyring('a keyring', () => {
  let keyring: Keyring;

  beforeAll(async () => {
    keyring = await startKeyring();
    for (const [name, value] of Object.entries(keyring.env)) vi.stubEnv(name, value);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await keyring.stop();
    keyring.remove();
  });

  for (const [name, open] of Object.entries(keychains)) describe(name, () => contract(open));
});

/** What holds for every store that can be written. */
function contract(open: () => Secrets): void {
  const at = (connection: string, tenant = 'local', part = 'credentials') => ({ tenant, connection, part });

  it('gives back what was written, and what was written last', async () => {
    const secrets = open();
    const value = { token: 't', nested: { list: [1, null, true], text: '' } };
    await secrets.write(at('crm'), value);
    expect(await secrets.read(at('crm'))).toEqual(value);
    await secrets.write(at('crm'), {});
    expect(await secrets.read(at('crm'))).toEqual({});
  });

  it('keeps every character', async () => {
    const secrets = open();
    const value = { 'ключ 🔑': 'ü\u0000\u2028\ud83d\ude00 "quoted" \\ \ud800 end\r\n' };
    await secrets.write(at('crm'), value);
    expect(await secrets.read(at('crm'))).toEqual(value);
  });

  it('keeps long values, and goes from long to short and back', async () => {
    const secrets = open();
    const long = { pem: 'Zeile ü\n'.repeat(2_500) };
    for (const value of [long, { pem: 'short' }, long, { pem: 'other '.repeat(1_000) }]) {
      await secrets.write(at('crm'), value);
      expect(await secrets.read(at('crm'))).toEqual(value);
    }
    await secrets.remove(at('crm'));
    expect(await secrets.read(at('crm'))).toBe(undefined);
  });

  it('has nothing where nothing was written, and removing that is no error', async () => {
    const secrets = open();
    expect(await secrets.read(at('none'))).toBe(undefined);
    await secrets.remove(at('none'));
    await secrets.write(at('crm'), { token: 't' });
    await secrets.remove(at('crm'));
    await secrets.remove(at('crm'));
    expect(await secrets.read(at('crm'))).toBe(undefined);
  });

  it('keeps tenants, connections and parts apart, whatever their names are', async () => {
    const secrets = open();
    const names = ['a', 'a/b', 'a%2Fb', 'b/c', 'ü', 'a b', '~', 'a~0', '..', '__proto__', 'A'];
    const addresses = names.flatMap((name) => [at(name), at('a', name), at('crm', 'local', name)]);
    for (const address of addresses) await secrets.write(address, { ...address });
    for (const address of addresses) expect(await secrets.read(address)).toEqual(address);
    await secrets.remove(at('a/b'));
    expect(await secrets.read(at('a/b'))).toBe(undefined);
    expect(await secrets.read(at('a%2Fb'))).toEqual(at('a%2Fb'));
  });

  it('takes many writes at once', async () => {
    const secrets = open();
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    await Promise.all(numbers.map((number) => secrets.write(at(`crm-${number}`), { number })));
    await Promise.all(numbers.map((number) => secrets.write(at('one'), { number, long: '.'.repeat(700) })));
    const values = await Promise.all(numbers.map((number) => secrets.read(at(`crm-${number}`))));
    expect(values).toEqual(numbers.map((number) => ({ number })));
    expect(await secrets.read(at('one'))).toEqual({ number: 19, long: '.'.repeat(700) });
  });

  it('can be probed', async () => {
    const secrets = open();
    await secrets.write(at('crm'), { token: 't' });
    await Promise.all([secrets.probe(), secrets.probe()]);
    expect(await secrets.read(at('crm'))).toEqual({ token: 't' });
  });
}
