import type { Connection } from '../core/connection.js';
import { defaultTenant } from '../core/connection.js';
import { envConnections as keysInEnv } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { Engine } from './engine.js';
import { findAuth, findIntegration } from './integration.js';

/** Connections that exist because variables hold their secrets: no connect is needed, as in CI. */
export function envConnections(engine: Engine, stored: readonly Connection[]): Connection[] {
  if (engine.secrets !== 'env' || engine.tenant !== defaultTenant) return [];
  if (!Object.keys(engine.env).some((name) => name.startsWith('MEMBRANE_SECRET_'))) return [];
  const taken = new Set(stored.map((connection) => connection.key));
  const candidates = engine.project.list('integration').filter(({ ref }) => !taken.has(ref.key));
  const keys = keysInEnv(
    engine.env,
    candidates.map(({ ref }) => ({ key: ref.key, fields: secretFields(engine, ref.key) })),
  );
  return candidates
    .filter(({ ref }) => keys.includes(ref.key))
    .map(({ ref }) => ({
      id: ref.key,
      key: ref.key,
      name: findIntegration(engine, ref.key).name,
      tenantKey: engine.tenant,
      integrationKey: ref.key,
      secrets: 'env',
      createdAt: 0,
      updatedAt: 0,
      state: 'READY',
      disconnected: false,
    }));
}

/** The fields of a connection that variables can give: those that its connector would ask for. */
export function secretFields(engine: Engine, connection: string): string[] {
  try {
    const { inputSchema } = findAuth(engine, findIntegration(engine, connection), undefined);
    const properties = isObject(inputSchema) ? inputSchema['properties'] : undefined;
    return isObject(properties) ? Object.keys(properties) : [];
  } catch (error) {
    if (error instanceof MembraneError) return []; // a connector that is wrong asks for nothing; using it says why
    throw error;
  }
}
