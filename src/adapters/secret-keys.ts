import { randomBytes, scrypt, type ScryptOptions } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { MembraneError } from '../core/error.js';
import { withFileLock } from './owned-lock.js';
import { replaceFile } from './replace-file.js';
import { ensurePrivateFolder, readOnly } from './state-folder.js';

/** Which key encrypts a secret file; `salt` (base64) belongs to the pass phrase. */
export type KeyFacts =
  { readonly from: 'key-file' } | { readonly from: 'MEMBRANE_SECRETS_KEY'; readonly salt: string };

export interface SecretKeyOptions {
  /** Named in what to do when a key is lost. */
  readonly secretsFile: string;
  readonly projectId: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keyFolder?: string | undefined;
}

/** The keys of a secret file, of 32 bytes each. */
export interface SecretKeys {
  /** The key for a file that has no secrets yet: the pass phrase, if there is one, else the key file. */
  make(): Promise<{ facts: KeyFacts; key: Buffer }>;
  /** The key that a file names. Never makes one: it would not be the one that is asked for. */
  find(facts: KeyFacts): Promise<Buffer>;
  /** The error for a key that does not fit. */
  wrong(facts: KeyFacts): Promise<MembraneError>;
}

const keyBytes = 32;

/** 134 MB and 0.3 s for each guess at the pass phrase. */
const cost: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * 2 ** 20 };

export function createSecretKeys(options: SecretKeyOptions): SecretKeys {
  const passPhrase = options.env['MEMBRANE_SECRETS_KEY'];
  const derived = new Map<string, Promise<Buffer>>();
  const wayOut = `or delete "${options.secretsFile}" and connect again`;

  /** Once a process for each salt. */
  function derive(phrase: string, salt: string): Promise<Buffer> {
    const known = derived.get(salt) ?? deriveKey(phrase, salt);
    derived.set(salt, known);
    return known;
  }

  async function keyFile(): Promise<string> {
    return path.join(options.keyFolder ?? (await defaultKeyFolder()), `${await options.projectId()}.key`);
  }

  async function make(): Promise<{ facts: KeyFacts; key: Buffer }> {
    if (passPhrase === undefined || passPhrase === '') {
      return { facts: { from: 'key-file' }, key: await readOrMakeKey(await keyFile()) };
    }
    const salt = randomBytes(16).toString('base64');
    return { facts: { from: 'MEMBRANE_SECRETS_KEY', salt }, key: await derive(passPhrase, salt) };
  }

  async function find(facts: KeyFacts): Promise<Buffer> {
    if (facts.from === 'MEMBRANE_SECRETS_KEY') {
      if (passPhrase !== undefined && passPhrase !== '') return derive(passPhrase, facts.salt);
      throw new MembraneError(
        'secrets/locked',
        'the secrets are encrypted with MEMBRANE_SECRETS_KEY, which is not set',
        {
          hint: `set MEMBRANE_SECRETS_KEY to what it was when the secrets were stored, ${wayOut}`,
        },
      );
    }
    const file = await keyFile();
    const key = await readKey(file);
    if (key !== undefined) return key;
    throw new MembraneError(
      'secrets/locked',
      `the secrets are encrypted with a key file that is missing: "${file}"`,
      {
        hint: `put the key file back, ${wayOut}`,
      },
    );
  }

  async function wrong(facts: KeyFacts): Promise<MembraneError> {
    if (facts.from === 'MEMBRANE_SECRETS_KEY') {
      return new MembraneError(
        'secrets/corrupt',
        'the secrets are encrypted with another MEMBRANE_SECRETS_KEY',
        {
          hint: `set MEMBRANE_SECRETS_KEY to what it was when the secrets were stored, ${wayOut}`,
        },
      );
    }
    return new MembraneError(
      'secrets/corrupt',
      `the secrets are encrypted with another key file than "${await keyFile()}"`,
      {
        hint: `put the right key file there, ${wayOut}`,
      },
    );
  }

  return { make, find, wrong };
}

/** Outside of every project: whoever copies, packs or syncs a project folder has not got the key. */
async function defaultKeyFolder(): Promise<string> {
  const { default: envPaths } = await import('env-paths');
  return path.join(envPaths('membrane', { suffix: '' }).config, 'keys');
}

async function deriveKey(phrase: string, salt: string): Promise<Buffer> {
  const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
  // The same letters typed on another system can come in another Unicode form.
  return derive(phrase.normalize('NFKC'), Buffer.from(salt, 'base64'), keyBytes, cost);
}

async function readOrMakeKey(file: string): Promise<Buffer> {
  const there = await readKey(file);
  if (there !== undefined) return there;
  try {
    await ensurePrivateFolder(path.dirname(file));
    // Copies of a project share its id, and with it the key file, but not the lock of the secrets.
    return await withFileLock(file, async () => {
      const key = (await readKey(file)) ?? randomBytes(keyBytes);
      await replaceFile(file, key);
      return key;
    });
  } catch (cause) {
    throw cause instanceof MembraneError ? cause : readOnly(file, cause);
  }
}

async function readKey(file: string): Promise<Buffer | undefined> {
  let key: Buffer;
  try {
    key = await readFile(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'ENOENT') return undefined;
    throw new MembraneError('secrets/unavailable', `the key file "${file}" cannot be read (${code})`, {
      hint: 'check its owner and its permissions: it must be a file that you can read',
      cause,
    });
  }
  if (key.length === keyBytes) return key;
  throw new MembraneError(
    'secrets/corrupt',
    `the key file "${file}" has ${key.length} bytes instead of ${keyBytes}`,
    {
      hint: 'put the right key file there',
    },
  );
}
