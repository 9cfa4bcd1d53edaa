import { defaultTenant, type Connection, type Tenant } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { Connections, Tenants } from '../core/ports.js';

/** Connections that are gone with the process. */
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

/** Tenants that are gone with the process. */
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
