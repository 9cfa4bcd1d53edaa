import { defaultTenant, type Tenant } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Tenants } from '../core/ports.js';
import { openJsonFile } from './json-file.js';

interface Content {
  /** What `membrane tenant use` chose. */
  readonly current?: string;
  readonly tenants: readonly Tenant[];
}

/** The tenants in `.membrane/tenants.json`. `root`: the folder of the project. */
export function lowdbTenants(root: string): Tenants {
  const file = openJsonFile<Content>(root, {
    name: 'tenants.json',
    empty: () => ({ tenants: [] }),
    fits: ({ current, tenants }) =>
      (current === undefined || typeof current === 'string') &&
      Array.isArray(tenants) &&
      tenants.every((tenant) => isObject(tenant) && typeof tenant.key === 'string'),
  });

  return {
    async list() {
      const { tenants } = await file.read();
      return structuredClone(tenants.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
    },
    async get(key) {
      const { tenants } = await file.read();
      return structuredClone(tenants.find((tenant) => tenant.key === key));
    },
    async create(tenant) {
      await file.update((content) => {
        if (content.tenants.some(({ key }) => key === tenant.key)) throw exists(tenant.key);
        return { ...content, tenants: [...content.tenants, tenant] };
      });
    },
    async current() {
      return (await file.read()).current;
    },
    async use(key) {
      await file.update((content) => {
        const keys = [defaultTenant, ...content.tenants.map((tenant) => tenant.key)];
        if (!keys.includes(key)) throw unknown(key, keys);
        return { current: key, tenants: content.tenants };
      });
    },
  };
}

function exists(key: string): MembraneError {
  return new MembraneError('tenant/exists', `a tenant "${key}" exists`, {
    hint: `to work as this tenant: membrane tenant use ${key}`,
  });
}

function unknown(key: string, keys: readonly string[]): MembraneError {
  return new MembraneError('tenant/unknown', `no tenant "${key}"`, {
    hint: didYouMean(key, keys) ?? `create it first: membrane tenant create ${key}`,
  });
}
