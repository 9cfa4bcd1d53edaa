import { isObject, type JsonObject } from '../core/json.js';
import type { SecretAddress, Secrets } from '../core/ports.js';

export interface MemorySecrets extends Secrets {
  /** All that is kept, by `TENANT/CONNECTION/PART`. */
  all(): Record<string, JsonObject>;
}

/** Secrets that are gone with the process. */
export function memorySecrets(name: Secrets['name'] = 'file'): MemorySecrets {
  const kept = new Map<string, JsonObject>();
  const at = (address: SecretAddress): string =>
    [address.tenant, address.connection, address.part].map(encodeURIComponent).join('/');
  return {
    name,
    async read(address) {
      return structuredClone(kept.get(at(address)));
    },
    async write(address, value) {
      if (!isObject(value)) throw new TypeError('a secret is an object');
      kept.set(at(address), structuredClone(value));
    },
    async remove(address) {
      kept.delete(at(address));
    },
    async probe() {},
    all: () => structuredClone(Object.fromEntries(kept)),
  };
}
