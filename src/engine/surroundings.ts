import type { Connection } from '../core/connection.js';
import type { Engine } from './engine.js';

/** What the formulas of every run see beside its input: whose it is, and with what it works. */
export async function surroundings(
  engine: Engine,
  connection: Connection | undefined,
  integration: { readonly key: string; readonly name: string } | undefined,
): Promise<Record<string, unknown>> {
  const tenant = await tenantFacts(engine);
  return {
    tenant,
    user: tenant,
    parameters: {},
    ...(connection === undefined
      ? {}
      : { connection: { id: connection.id, key: connection.key, name: connection.name } }),
    ...(integration === undefined ? {} : { integration: { key: integration.key, name: integration.name } }),
  };
}

async function tenantFacts(engine: Engine): Promise<Record<string, unknown>> {
  const tenant = await engine.ports.tenants.get(engine.tenant);
  return {
    key: engine.tenant,
    id: engine.tenant,
    name: tenant?.name ?? engine.tenant,
    fields: tenant?.fields ?? {},
  };
}
