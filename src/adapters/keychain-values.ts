import { randomBytes } from 'node:crypto';
import type { Keychain } from './keychain-process.js';

/** Texts of any length in a keychain whose entries hold so many characters and no more. */
export interface KeychainValues {
  /** Undefined where there is no entry; `damaged` where parts of one are missing. */
  read(account: string): Promise<string | undefined | typeof damaged>;
  write(account: string, text: string): Promise<void>;
  /** Whether there was one. */
  remove(account: string): Promise<boolean>;
}

export const damaged = Symbol('damaged');

export interface KeychainValuesOptions {
  readonly keychain: Keychain;
  readonly service: string;
  /** How many characters an entry holds; Infinity where there is no limit. */
  readonly limit: number;
  /** Runs `work` while no other process changes texts. `check` throws where that is no longer so. */
  readonly alone: <T>(work: (check: () => void) => Promise<T>) => Promise<T>;
}

/** The chunks of one long text. A generation is written once and never changed. */
type Generation = readonly [name: string, chunks: number];

/**
 * A short text is the entry ACCOUNT. A long one is in chunks, `ACCOUNT~GENERATION~INDEX`, and ACCOUNT holds
 * the head, a JSON list that names the generation (texts are JSON objects: the first character tells). A
 * keychain cannot be searched, so `ACCOUNT~` notes the generations that may have chunks in it.
 *
 * A write notes its generation, writes its chunks, then the head, then removes every other generation that is
 * noted: the one before, and what writers left that were killed. So whenever a writer is killed, the old
 * text or the new one is there, and the next write of the account cleans up.
 */
export function createKeychainValues(options: KeychainValuesOptions): KeychainValues {
  const { keychain, service, limit, alone } = options;

  async function read(account: string): Promise<string | undefined | typeof damaged> {
    let last: string | undefined;
    for (;;) {
      const entry = await keychain.get(service, account);
      if (entry === null) return undefined;
      const head = parseHead(entry);
      if (head === undefined) return entry;
      const chunks = await Promise.all(
        chunkAccounts(account, head).map((chunk) => keychain.get(service, chunk)),
      );
      if (!chunks.includes(null)) return chunks.join('');
      // A writer was faster and has removed this generation: the head names another one now.
      if (entry === last) return damaged;
      last = entry;
    }
  }

  async function write(account: string, text: string): Promise<void> {
    if (limit === Infinity) return keychain.set(service, account, text);
    await alone(async (check) => {
      const generation = text.length > limit ? await writeChunks(account, text) : undefined;
      check();
      await keychain.set(service, account, generation === undefined ? text : JSON.stringify(generation));
      await clean(account, generation);
    });
  }

  async function remove(account: string): Promise<boolean> {
    if (limit === Infinity) return keychain.remove(service, account);
    return alone(async () => {
      const removed = await keychain.remove(service, account);
      await clean(account, undefined);
      return removed;
    });
  }

  async function writeChunks(account: string, text: string): Promise<Generation> {
    const generation: Generation = [randomBytes(6).toString('hex'), Math.ceil(text.length / limit)];
    await writeNotes(account, [...(await readNotes(account)), generation]);
    for (const [index, chunk] of chunkAccounts(account, generation).entries()) {
      await keychain.set(service, chunk, text.slice(index * limit, (index + 1) * limit));
    }
    return generation;
  }

  async function clean(account: string, current: Generation | undefined): Promise<void> {
    const notes = await readNotes(account);
    const gone = notes.filter(([name]) => name !== current?.[0]);
    if (gone.length === 0) return;
    for (const chunk of gone.flatMap((generation) => chunkAccounts(account, generation))) {
      await keychain.remove(service, chunk);
    }
    await writeNotes(account, current === undefined ? [] : [current]);
  }

  async function readNotes(account: string): Promise<Generation[]> {
    return JSON.parse((await keychain.get(service, `${account}~`)) ?? '[]') as Generation[];
  }

  async function writeNotes(account: string, notes: readonly Generation[]): Promise<void> {
    if (notes.length === 0) await keychain.remove(service, `${account}~`);
    else await keychain.set(service, `${account}~`, JSON.stringify(notes));
  }

  return { read, write, remove };
}

function parseHead(entry: string): Generation | undefined {
  return entry.startsWith('[') ? (JSON.parse(entry) as Generation) : undefined;
}

function chunkAccounts(account: string, [name, chunks]: Generation): string[] {
  return Array.from({ length: chunks }, (_, index) => `${account}~${name}~${index}`);
}
