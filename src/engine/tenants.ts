import type { Tenant } from '../core/connection.js';
import { defaultTenant } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { didYouMean } from '../core/nearest.js';
import type { Tenants } from '../core/ports.js';
import type { Engine } from './engine.js';

/** Every tenant; the default one is there without being made. */
export async function listTenants(engine: Engine): Promise<(Tenant & { current: boolean })[]> {
  const stored = await engine.ports.tenants.list();
  const implied = { key: defaultTenant, name: defaultTenant, fields: {}, createdAt: 0 };
  const all = stored.some((tenant) => tenant.key === defaultTenant) ? stored : [implied, ...stored];
  return all.map((tenant) => ({ ...tenant, current: tenant.key === engine.tenant }));
}

/** Rejects with `tenant/exists`. */
export async function createTenant(engine: Engine, key: string, name = key): Promise<Tenant> {
  const tenant = { key, name, fields: {}, createdAt: engine.ports.clock.now() };
  if (key.trim() === '') {
    throw new MembraneError('usage/argument', 'a tenant needs a key', { hint: 'membrane tenant create KEY' });
  }
  if (key === defaultTenant) {
    const hint = 'it is always there: commands work for it when no other one is named';
    throw new MembraneError('tenant/exists', `a tenant "${key}" exists`, { hint });
  }
  await engine.ports.tenants.create(tenant);
  return tenant;
}

/** Makes a tenant the one that commands work for when none is named. */
export async function useTenant(engine: Engine, key: string): Promise<void> {
  await requireTenant(engine.ports.tenants, key);
  await engine.ports.tenants.use(key);
}

/** Rejects with `tenant/unknown`: a misspelt tenant would silently be an empty one. */
export async function requireTenant(tenants: Tenants, key: string): Promise<void> {
  if (key === defaultTenant || (await tenants.get(key)) !== undefined) return;
  const names = [defaultTenant, ...(await tenants.list()).map((tenant) => tenant.key)];
  const hint = didYouMean(key, names) ?? `make it with "membrane tenant create ${key}"`;
  throw new MembraneError('tenant/unknown', `no tenant "${key}"`, { hint });
}

/** The engine for each tenant, or the one that is given. */
export async function tenantEngines(engine: Engine, all: boolean): Promise<Engine[]> {
  if (!all) return [engine];
  return (await listTenants(engine)).map(({ key: tenant }) => ({ ...engine, tenant }));
}
