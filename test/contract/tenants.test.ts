import { describe, expect, it } from 'vitest';
import { lowdbTenants } from '../../src/adapters/tenants-lowdb.js';
import type { Tenant } from '../../src/core/connection.js';
import type { Tenants } from '../../src/core/ports.js';
import { memoryTenants } from '../support/memory-ports.js';
import { tempFolder } from '../support/temp-folder.js';

const cases: { name: string; open(): Tenants }[] = [
  { name: 'memory', open: () => memoryTenants() },
  { name: 'lowdb', open: () => lowdbTenants(tempFolder()) },
];

function tenant(key: string): Tenant {
  return { key, name: key.toUpperCase(), fields: { plan: { seats: 3 } }, createdAt: 1_000 };
}

describe.each(cases)('tenants: $name', ({ open }) => {
  it('are empty at first', async () => {
    const tenants = open();
    expect(await tenants.list()).toEqual([]);
    expect(await tenants.get('local')).toBeUndefined();
    expect(await tenants.current()).toBeUndefined();
  });

  it('are found by key and listed by key', async () => {
    const tenants = open();
    await tenants.create(tenant('b/ü "x"'));
    await tenants.create(tenant('a'));
    expect(await tenants.list()).toEqual([tenant('a'), tenant('b/ü "x"')]);
    expect(await tenants.get('b/ü "x"')).toEqual(tenant('b/ü "x"'));
  });

  it('are created once', async () => {
    const tenants = open();
    await tenants.create(tenant('acme'));
    await expect(tenants.create(tenant('acme'))).rejects.toMatchObject({
      code: 'tenant/exists',
      message: 'a tenant "acme" exists',
      hint: 'to work as this tenant: membrane tenant use acme',
    });
    expect(await tenants.list()).toEqual([tenant('acme')]);
  });

  it('are chosen, when they exist or are the default', async () => {
    const tenants = open();
    await tenants.create(tenant('acme'));
    await tenants.use('acme');
    expect(await tenants.current()).toBe('acme');
    await expect(tenants.use('globex')).rejects.toMatchObject({
      code: 'tenant/unknown',
      message: 'no tenant "globex"',
      hint: 'create it first: membrane tenant create globex',
    });
    expect(await tenants.current()).toBe('acme');
    await tenants.use('local');
    expect(await tenants.current()).toBe('local');
    expect(await tenants.list()).toEqual([tenant('acme')]);
  });
});
