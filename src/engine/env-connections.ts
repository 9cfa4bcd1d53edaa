import type { Connection } from '../core/connection.js';
import { defaultTenant } from '../core/connection.js';
import { isObject } from '../core/json.js';
import type { Engine } from './engine.js';
import { findAuth, findIntegration } from './integration.js';

/** The variable that holds a field of a connection: everything but letters and digits becomes `_`. */
export function secretVariable(connection: string, field: string): string {
  const name = (text: string) => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  return `MEMBRANE_SECRET_${name(connection)}_${name(field)}`;
}

/** Connections that exist because variables hold their secrets: no connect is needed, as in CI. */
export function envConnections(engine: Engine, stored: readonly Connection[]): Connection[] {
  if (engine.secrets !== 'env' || engine.tenant !== defaultTenant) return [];
  const given = Object.keys(engine.env).filter((name) => name.startsWith('MEMBRANE_SECRET_'));
  if (given.length === 0) return [];
  const taken = new Set(stored.map((connection) => connection.key));
  return engine.project
    .list('integration')
    .filter(
      ({ ref }) => !taken.has(ref.key) && given.some((name) => name.startsWith(secretVariable(ref.key, ''))),
    )
    .map(({ ref, value }) => ({
      id: ref.key,
      key: ref.key,
      name: typeof value['name'] === 'string' ? value['name'] : ref.key,
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
  const { inputSchema } = findAuth(engine, findIntegration(engine, connection), undefined);
  const properties = isObject(inputSchema) ? inputSchema['properties'] : undefined;
  return isObject(properties) ? Object.keys(properties) : [];
}
