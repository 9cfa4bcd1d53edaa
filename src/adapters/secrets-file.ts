import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { SecretAddress, Secrets } from '../core/ports.js';
import { withFileLock } from './owned-lock.js';
import { createQueue } from './queue.js';
import { replaceFile } from './replace-file.js';
import { formatAddress } from './secret-address.js';
import { seal, unseal, type SecretBox } from './secret-box.js';
import { probeByWriting } from './secret-probe.js';
import { createSecretKeys, type KeyFacts } from './secret-keys.js';
import { ensureStateFolder, readOnly, stateFolder } from './state-folder.js';

export interface FileSecretsOptions {
  /** The folder of membrane.yaml. */
  readonly root: string;
  /** The id of the project: names its key file. */
  readonly projectId: () => Promise<string>;
  /** `MEMBRANE_SECRETS_KEY`: a pass phrase instead of a key file. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where key files lie. Default: `keys` in the user's configuration folder for membrane. */
  readonly keyFolder?: string;
}

/** What `.membrane/secrets.json` holds. */
interface SecretFile {
  readonly format: 1;
  readonly key: KeyFacts;
  /** A known text under that key: tells a wrong key from a damaged secret. */
  readonly check: SecretBox;
  /** By address. The address is authenticated with the secret, so that secrets cannot be exchanged. */
  readonly secrets: Readonly<Record<string, SecretBox>>;
}

const check = { label: '~check', text: 'membrane' };

/**
 * Keeps secrets in `.membrane/secrets.json`, encrypted with AES-256-GCM. The key is derived from
 * `MEMBRANE_SECRETS_KEY`, or lies in a file outside of the project. The file says which of the two it is;
 * only a file without secrets can change from one to the other.
 */
export function createFileSecrets(options: FileSecretsOptions): Secrets {
  const file = path.join(stateFolder(options.root), 'secrets.json');
  const keys = createSecretKeys({ ...options, secretsFile: file });

  const queue = createQueue();

  async function unlock(content: SecretFile): Promise<Buffer> {
    const key = await keys.find(content.key);
    if (unseal(key, check.label, content.check) !== check.text) throw await keys.wrong(content.key);
    return key;
  }

  /** Replaces the file by what `change` makes of it, with nobody else writing meanwhile. */
  function update(
    change: (content: SecretFile | undefined) => Promise<SecretFile | undefined>,
  ): Promise<void> {
    // In this process in the order of the calls, so that the last write is the one that stays.
    return queue(file, async () => {
      await ensureStateFolder(options.root);
      await withFileLock(file, async (checkLock) => {
        const stored = await readSecrets(file);
        const content = await change(stored);
        if (content === undefined) return;
        checkLock();
        await writeSecrets(file, content);
      });
    });
  }

  async function read(address: SecretAddress): Promise<JsonObject | undefined> {
    const label = formatAddress(address);
    const content = await readSecrets(file);
    const box = content?.secrets[label];
    if (content === undefined || box === undefined) return undefined;
    const text = unseal(await unlock(content), label, box);
    if (text === undefined) throw damaged(file, address);
    return JSON.parse(text) as JsonObject;
  }

  function write(address: SecretAddress, value: JsonObject): Promise<void> {
    const label = formatAddress(address);
    const text = JSON.stringify(value);
    return update(async (stored) => {
      if (stored !== undefined && Object.keys(stored.secrets).length > 0) {
        const box = seal(await unlock(stored), label, text);
        return { ...stored, secrets: { ...stored.secrets, [label]: box } };
      }
      const { facts, key } = await keys.make();
      const known = seal(key, check.label, check.text);
      return { format: 1, key: facts, check: known, secrets: { [label]: seal(key, label, text) } };
    });
  }

  /** Needs no key: who has lost it can still clean up. */
  async function remove(address: SecretAddress): Promise<void> {
    const label = formatAddress(address);
    if ((await readSecrets(file)) === undefined) return;
    await update(async (stored) => {
      if (stored?.secrets[label] === undefined) return undefined;
      const { [label]: _removed, ...secrets } = stored.secrets;
      return { ...stored, secrets };
    });
  }

  return { name: 'file', read, write, remove, probe: () => probeByWriting({ read, write, remove }) };
}

async function readSecrets(file: string): Promise<SecretFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'ENOENT') return undefined;
    throw new MembraneError('secrets/unavailable', `"${file}" cannot be read (${code})`, {
      hint: 'check its owner and its permissions: it must be a file that you can read',
      cause,
    });
  }
  const content = parseSecrets(text);
  if (content !== undefined) return content;
  throw new MembraneError('secrets/corrupt', `"${file}" is damaged, or was written by a newer membrane`, {
    hint: 'put back a copy of the file, or delete it and connect again',
  });
}

function parseSecrets(text: string): SecretFile | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const sound =
    isObject(content) &&
    content['format'] === 1 &&
    isKeyFacts(content['key']) &&
    isBox(content['check']) &&
    isObject(content['secrets']) &&
    Object.values(content['secrets']).every(isBox);
  // An edge: all that the type says was looked at.
  return sound ? (content as unknown as SecretFile) : undefined;
}

function isKeyFacts(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { from, salt } = value;
  return from === 'key-file' || (from === 'MEMBRANE_SECRETS_KEY' && typeof salt === 'string');
}

function isBox(value: unknown): boolean {
  return isObject(value) && ['iv', 'tag', 'data'].every((name) => typeof value[name] === 'string');
}

async function writeSecrets(file: string, content: SecretFile): Promise<void> {
  try {
    await replaceFile(file, `${JSON.stringify(content, null, 2)}\n`);
  } catch (cause) {
    throw readOnly(file, cause);
  }
}

function damaged(file: string, { tenant, connection, part }: SecretAddress): MembraneError {
  const what = `the ${part} of connection "${connection}" of tenant "${tenant}"`;
  return new MembraneError('secrets/corrupt', `${what} in "${file}" are damaged`, {
    hint: 'connect it again: membrane connect INTEGRATION --reconnect',
  });
}
