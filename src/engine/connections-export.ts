import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import { checkKey } from './connection-key.js';
import { findConnection, listConnections } from './connections.js';
import type { Engine } from './engine.js';
import { requireFit } from './input.js';
import { findIntegration } from './integration.js';

/** A connection as it can be taken elsewhere: who it is, and nothing that opens a door. */
export interface ExportedConnection {
  readonly key: string;
  readonly name: string;
  readonly integrationKey: string;
  readonly authOptionKey?: string;
}

export interface ConnectionsFile {
  readonly format: 1;
  readonly connections: readonly ExportedConnection[];
}

const text = { type: 'string', minLength: 1 } as const;

const fileSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['format', 'connections'],
  properties: {
    format: { enum: [1] },
    connections: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['key', 'name', 'integrationKey'],
        properties: { key: text, name: text, integrationKey: text, authOptionKey: text },
      },
    },
  },
};

/** The tenant's connections, or those of `keys`, without their secrets. */
export async function exportConnections(engine: Engine, keys: readonly string[]): Promise<ConnectionsFile> {
  const chosen: Connection[] = [];
  for (const key of keys) chosen.push(await findConnection(engine, key));
  const connections = keys.length === 0 ? await listConnections(engine) : chosen;
  return { format: 1, connections: connections.map(exported) };
}

function exported({ key, name, integrationKey, authOptionKey }: Connection): ExportedConnection {
  return { key, name, integrationKey, ...(authOptionKey === undefined ? {} : { authOptionKey }) };
}

export interface ImportOptions {
  /** Leave out connections whose key is taken, instead of refusing the whole file. */
  readonly skipExisting?: boolean | undefined;
}

/**
 * Makes the connections of a file that `connection export` wrote; each has to be reconnected before it works.
 * Nothing is made where anything in the file is wrong, or where a key is taken.
 */
export async function importConnections(
  engine: Engine,
  file: unknown,
  { skipExisting = false }: ImportOptions,
): Promise<{ imported: string[]; skipped: string[] }> {
  const hint = 'give a file that "membrane connection export" wrote';
  const what = { code: 'input/invalid', name: 'the file of connections', hint } as const;
  const { connections } = (await requireFit(engine, fileSchema, file, what)) as ConnectionsFile;
  if (engine.secrets === 'env') {
    throw new MembraneError('secrets/read-only', 'connections come from environment variables here', {
      hint: 'choose a store that can be written: MEMBRANE_SECRETS=keychain, or MEMBRANE_SECRETS=file',
    });
  }
  const present = await engine.ports.connections.list(engine.tenant);
  const taken = new Set(present.map(({ key }) => key));
  const skipped = connections.filter(({ key }) => taken.has(key)).map(({ key }) => key);
  if (skipped.length > 0 && !skipExisting) {
    throw new MembraneError(
      'connection/exists',
      `there are connections of these keys: ${skipped.join(', ')}`,
      {
        hint: 'leave them as they are with --skip-existing, or rename them: membrane connection rename KEY NEWKEY',
      },
    );
  }
  refuseTwins(connections);
  for (const { integrationKey } of connections) findIntegration(engine, integrationKey);
  const fresh = connections.filter(({ key }) => !taken.has(key)).map((one) => disconnected(engine, one));
  for (const one of fresh) checkKey(one, [...present, ...fresh]);
  for (const one of fresh) await engine.ports.connections.create(one);
  return { imported: fresh.map(({ key }) => key), skipped };
}

function refuseTwins(connections: readonly ExportedConnection[]): void {
  const keys = connections.map(({ key }) => key);
  const twin = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twin === undefined) return;
  throw new MembraneError('input/invalid', `the file of connections has the key "${twin}" twice`, {
    hint: 'give one of them another key',
  });
}

/** Data links and the like belong to an id and stay behind, so that the id is a new one. */
function disconnected(
  engine: Engine,
  { key, name, integrationKey, authOptionKey }: ExportedConnection,
): Connection {
  const now = engine.ports.clock.now();
  return {
    id: engine.ports.ids.next(),
    key,
    name,
    tenantKey: engine.tenant,
    integrationKey,
    ...(authOptionKey === undefined ? {} : { authOptionKey }),
    secrets: engine.secrets,
    createdAt: now,
    updatedAt: now,
    state: 'CLIENT_ACTION_REQUIRED',
    disconnected: true,
    error: { code: 'connection/disconnected', message: 'it was imported, and secrets are never exported' },
  };
}
