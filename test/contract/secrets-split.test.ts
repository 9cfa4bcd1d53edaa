import { describe, expect, it } from 'vitest';
import type { Keychain } from '../../src/adapters/keychain-process.js';
import {
  createKeychainValues,
  damaged,
  type KeychainValues,
  type KeychainValuesOptions,
} from '../../src/adapters/keychain-values.js';
import { createQueue, type Queue } from '../../src/adapters/queue.js';

/** A keychain in memory. `lives`: after so many calls its process is dead, and nothing happens any more. */
class MemoryKeychain implements Keychain {
  readonly entries = new Map<string, string>();
  lives = Infinity;

  async get(_service: string, account: string): Promise<string | null> {
    await this.#live();
    return this.entries.get(account) ?? null;
  }

  async set(_service: string, account: string, password: string): Promise<void> {
    await this.#live();
    if (password.length > limit) throw new Error(`"${account}" is too long`);
    this.entries.set(account, password);
  }

  async remove(_service: string, account: string): Promise<boolean> {
    await this.#live();
    return this.entries.delete(account);
  }

  async #live(): Promise<void> {
    this.lives -= 1;
    if (this.lives < 0) throw new Error('killed');
  }
}

const limit = 200;
const short = '{"short":true}';
const first = `{"first":"${'1'.repeat(500)}"}`;
const second = `{"second":"${'2'.repeat(900)}"}`;

/** All that use one keychain take turns. A process that is killed takes no more. */
function open(keychain: Keychain): KeychainValues {
  const queue = queues.get(keychain) ?? createQueue();
  queues.set(keychain, queue);
  const alone: KeychainValuesOptions['alone'] = (work) => queue('all', () => work(() => undefined));
  return createKeychainValues({ keychain, service: 'membrane:id', limit, alone });
}

const queues = new WeakMap<Keychain, Queue>();

/** Kills a process at its first call, its second, and so on, until it gets through. */
async function killAtEachCall(
  before: readonly string[],
  work: (values: KeychainValues) => Promise<unknown>,
  look: (keychain: MemoryKeychain) => Promise<void>,
): Promise<number> {
  for (let calls = 0; ; calls += 1) {
    const keychain = new MemoryKeychain();
    for (const text of before) await open(keychain).write('a', text);
    keychain.lives = calls;
    const done = await work(open(keychain)).then(
      () => true,
      () => false,
    );
    keychain.lives = Infinity;
    await look(keychain);
    if (done) return calls;
  }
}

describe('a long text', () => {
  it('is in chunks that its entry names', async () => {
    const keychain = new MemoryKeychain();
    await open(keychain).write('a', first);
    const [, generation] = /^\["([0-9a-f]{12})",3\]$/.exec(keychain.entries.get('a') ?? '') ?? [];
    expect([...keychain.entries.keys()].sort()).toEqual([
      'a',
      'a~',
      ...[0, 1, 2].map((index) => `a~${generation}~${index}`),
    ]);
    expect(await open(keychain).read('a')).toBe(first);
  });

  it.each([
    ['none', [], first],
    ['a short one', [short], first],
    ['a long one', [first], second],
    ['a longer one', [second], first],
    ['a long one, with a short one', [first], short],
  ])(
    'replaces %s: the old or the new one is there, whenever the writer is killed',
    async (_name, before, text) => {
      const seen = new Set<unknown>();
      const calls = await killAtEachCall(
        before,
        (values) => values.write('a', text),
        async (keychain) => {
          seen.add(await open(keychain).read('a'));
          // The next write removes what the killed one left.
          await open(keychain).write('a', short);
          expect(Object.fromEntries(keychain.entries)).toEqual({ a: short });
        },
      );
      expect([...seen]).toEqual([before[0], text]);
      expect(calls).toBeGreaterThan(3);
    },
  );

  it('is removed as a whole, also by the second try', async () => {
    const seen = new Set<unknown>();
    await killAtEachCall(
      [first],
      (values) => values.remove('a'),
      async (keychain) => {
        seen.add(await open(keychain).read('a'));
        await open(keychain).remove('a');
        expect(Object.fromEntries(keychain.entries)).toEqual({});
      },
    );
    expect([...seen]).toEqual([first, undefined]);
  });

  it('is not written by who is no longer alone', async () => {
    const keychain = new MemoryKeychain();
    await open(keychain).write('a', first);
    const alone: KeychainValuesOptions['alone'] = (work) =>
      work(() => {
        throw new Error('the lock is lost');
      });
    const values = createKeychainValues({ keychain, service: 'membrane:id', limit, alone });
    await expect(values.write('a', second)).rejects.toThrow('the lock is lost');
    expect(await open(keychain).read('a')).toBe(first);
  });

  it('of several writers at once is that of one of them', async () => {
    const keychain = new MemoryKeychain();
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([first, second, short, first].map((text) => open(keychain).write('a', text)));
      expect([first, second, short]).toContainEqual(await open(keychain).read('a'));
    }
    await open(keychain).write('a', short);
    expect(Object.fromEntries(keychain.entries)).toEqual({ a: short });
  });

  it('can be read while it is replaced', async () => {
    const keychain = new MemoryKeychain();
    const values = open(keychain);
    await values.write('a', first);
    const reads: Promise<unknown>[] = [];
    const writing = (async () => {
      for (let round = 0; round < 5; round += 1) await values.write('a', round % 2 === 0 ? second : first);
    })();
    for (let round = 0; round < 50; round += 1) {
      reads.push(open(keychain).read('a'));
      await Promise.resolve();
    }
    await writing;
    expect(new Set(await Promise.all(reads))).toEqual(new Set([first, second]));
  });

  it('with a missing chunk is damaged', async () => {
    const keychain = new MemoryKeychain();
    await open(keychain).write('a', first);
    const chunk = [...keychain.entries.keys()].find((account) => account.endsWith('~1')) ?? '';
    keychain.entries.delete(chunk);
    expect(await open(keychain).read('a')).toBe(damaged);
  });
});
