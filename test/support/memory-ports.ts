import { defaultTenant, type Connection, type Tenant } from '../../src/core/connection.js';
import { MembraneError } from '../../src/core/error.js';
import { isObject, type JsonObject } from '../../src/core/json.js';
import type { Clock, Connections, Ids, SecretAddress, Secrets, Tenants } from '../../src/core/ports.js';

export { memoryStore } from './memory-store.js';

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Wakes those who sleep until then, in the order of their times, and lets each go as far as it can. */
  move(ms: number): Promise<void>;
  /** How many sleep now. */
  sleepers(): number;
}

export function fakeClock(start = Date.UTC(2030, 0, 1)): FakeClock {
  let now = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    sleepers: () => sleepers.size,
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
      if (ms <= 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake };
        const abort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        function wake(): void {
          signal?.removeEventListener('abort', abort);
          resolve();
        }
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      });
    },
    async move(ms) {
      const target = now + ms;
      await settle();
      for (;;) {
        const due = [...sleepers].filter(({ until }) => until <= target).sort((a, b) => a.until - b.until)[0];
        if (due === undefined) break;
        sleepers.delete(due);
        now = Math.max(now, due.until);
        due.wake();
        await settle();
      }
      now = target;
    },
  };
}

/** Lets everything go on that waits for nothing but its turn. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** 00000000000000000000000001 and so on. */
export function sequentialIds(): Ids {
  let last = 0;
  return { next: () => String((last += 1)).padStart(26, '0') };
}

export function memoryConnections(initial: readonly Connection[] = []): Connections {
  let all: Connection[] = structuredClone([...initial]);
  const of = (tenant: string): Connection[] => all.filter(({ tenantKey }) => tenantKey === tenant);
  function refuseTwin(others: readonly Connection[], { id, key, tenantKey }: Connection): void {
    if (!others.some((one) => one.id === id || (one.tenantKey === tenantKey && one.key === key))) return;
    throw new MembraneError('connection/exists', `a connection "${key}" exists`, {
      hint: 'give the new one another key with --key, or connect this one again with --reconnect',
    });
  }
  return {
    async list(tenant) {
      return structuredClone(of(tenant).sort((a, b) => (a.key < b.key ? -1 : 1)));
    },
    async get(tenant, keyOrId) {
      const own = of(tenant);
      return structuredClone(own.find(({ key }) => key === keyOrId) ?? own.find(({ id }) => id === keyOrId));
    },
    async create(connection) {
      refuseTwin(all, connection);
      all.push(structuredClone(connection));
    },
    async update(tenant, id, change) {
      const found = of(tenant).find((one) => one.id === id);
      if (found === undefined) return undefined;
      const fields = Object.entries({ ...found, ...change, id, tenantKey: tenant });
      const given = fields.filter(([, value]) => value !== undefined);
      const next = structuredClone(Object.fromEntries(given)) as unknown as Connection;
      refuseTwin(
        all.filter((one) => one !== found),
        next,
      );
      all = all.map((one) => (one === found ? next : one));
      return structuredClone(next);
    },
    async remove(tenant, id) {
      const found = of(tenant).find((one) => one.id === id);
      all = all.filter((one) => one !== found);
      return found !== undefined;
    },
  };
}

export function memoryTenants(initial: readonly Tenant[] = []): Tenants {
  const all: Tenant[] = structuredClone([...initial]);
  let chosen: string | undefined;
  return {
    async list() {
      return structuredClone(all.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
    },
    async get(key) {
      return structuredClone(all.find((tenant) => tenant.key === key));
    },
    async create(tenant) {
      if (all.some(({ key }) => key === tenant.key)) {
        throw new MembraneError('tenant/exists', `a tenant "${tenant.key}" exists`, {
          hint: `to work as this tenant: membrane tenant use ${tenant.key}`,
        });
      }
      all.push(structuredClone(tenant));
    },
    async current() {
      return chosen;
    },
    async use(key) {
      if (key !== defaultTenant && !all.some((tenant) => tenant.key === key)) {
        throw new MembraneError('tenant/unknown', `no tenant "${key}"`, {
          hint: `create it first: membrane tenant create ${key}`,
        });
      }
      chosen = key;
    },
  };
}

export interface MemorySecrets extends Secrets {
  /** All that is kept, by `TENANT/CONNECTION/PART`. */
  all(): Record<string, JsonObject>;
}

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
