import path from 'node:path';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { SecretAddress, Secrets } from '../core/ports.js';
import { locked, unavailable } from './keychain-errors.js';
import { createKeychainProcess, KeychainFailure, type Keychain } from './keychain-process.js';
import {
  createKeychainValues,
  damaged,
  type KeychainValues,
  type KeychainValuesOptions,
} from './keychain-values.js';
import { withFileLock } from './owned-lock.js';
import { createQueue } from './queue.js';
import { formatAddress } from './secret-address.js';
import { probeByWriting } from './secret-probe.js';
import { ensurePrivateFolder } from './state-folder.js';

export interface KeychainSecretsOptions {
  /** The id of the project: names its service in the keychain, `membrane:ID`. */
  readonly projectId: () => Promise<string>;
  /** Default: this one. */
  readonly platform?: NodeJS.Platform;
  /** A keychain that says nothing for so long is given up, in milliseconds. Default 3,000. */
  readonly timeoutMs?: number;
  /** How many characters an entry holds; longer secrets are split. Default: what the platform can take. */
  readonly entryLimit?: number;
}

/** Windows takes 2,560 bytes; one character is one or two of them. Others take what comes. */
const windowsLimit = 1_200;

/** Keeps secrets in the keychain of the operating system, one entry for each address. */
export function createKeychainSecrets(options: KeychainSecretsOptions): Secrets {
  const platform = options.platform ?? process.platform;
  const limit = options.entryLimit ?? (platform === 'win32' ? windowsLimit : Infinity);
  const keychain = createKeychainProcess(options.timeoutMs ?? 3_000);
  const queue = createQueue();

  async function openService(): Promise<{ service: string; values: KeychainValues }> {
    const id = await options.projectId();
    const service = `membrane:${id}`;
    const alone: KeychainValuesOptions['alone'] = async (work) => withFileLock(await lockFile(id), work);
    return { service, values: createKeychainValues({ keychain, service, limit, alone }) };
  }

  async function use<T>(work: (values: KeychainValues, service: string) => Promise<T>): Promise<T> {
    const { service, values } = await openService();
    try {
      return await work(values, service);
    } catch (cause) {
      if (!(cause instanceof KeychainFailure)) throw cause;
      throw (await isLocked(cause, keychain, service, platform))
        ? locked(cause, platform)
        : unavailable(cause, platform);
    }
  }

  /** Linux: a locked keyring says that it has nothing. It is believed when it takes an entry. */
  async function believeNothing(service: string): Promise<void> {
    if (platform !== 'linux') return;
    await keychain.set(service, '~locked', 'no');
    await keychain.remove(service, '~locked');
  }

  function read(address: SecretAddress): Promise<JsonObject | undefined> {
    return use(async (values, service) => {
      const text = await values.read(formatAddress(address));
      if (text === damaged) throw incomplete(address);
      if (text === undefined) {
        await believeNothing(service);
        return undefined;
      }
      return parse(text, address);
    });
  }

  function write(address: SecretAddress, value: JsonObject): Promise<void> {
    const account = formatAddress(address);
    return queue(account, () => use((values) => values.write(account, stringifyAscii(value))));
  }

  function remove(address: SecretAddress): Promise<void> {
    const account = formatAddress(address);
    return queue(account, () =>
      use(async (values, service) => {
        if (!(await values.remove(account))) await believeNothing(service);
      }),
    );
  }

  return { name: 'keychain', read, write, remove, probe: () => probeByWriting({ read, write, remove }) };
}

/** The keychain belongs to the user, and not to a project folder, so the lock of those who write it does too. */
async function lockFile(projectId: string): Promise<string> {
  const { default: envPaths } = await import('env-paths');
  const folder = envPaths('membrane', { suffix: '' }).temp;
  await ensurePrivateFolder(folder);
  return path.join(folder, `keychain-${projectId}`);
}

/** Refuses to write but answers reads: on Linux that is what a locked keyring does. macOS says it in words. */
async function isLocked(
  failure: KeychainFailure,
  keychain: Keychain,
  service: string,
  platform: NodeJS.Platform,
): Promise<boolean> {
  if (failure.kind !== 'refused') return false;
  if (platform === 'darwin') return /interaction is not allowed/i.test(failure.message);
  if (platform !== 'linux') return false;
  try {
    await keychain.get(service, '~locked');
    return true;
  } catch (cause) {
    if (cause instanceof KeychainFailure) return false;
    throw cause;
  }
}

/** Everything beyond ASCII escaped, so that a character is a byte and no chunk ends within one. */
function stringifyAscii(value: JsonObject): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function parse(text: string, address: SecretAddress): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    // The error of JSON.parse quotes the text, which is the secret.
    throw incomplete(address);
  }
}

function incomplete({ tenant, connection, part }: SecretAddress): MembraneError {
  const what = `the ${part} of connection "${connection}" of tenant "${tenant}"`;
  return new MembraneError('secrets/corrupt', `${what} in the keychain are damaged`, {
    hint: 'connect it again: membrane connect INTEGRATION --reconnect',
  });
}
