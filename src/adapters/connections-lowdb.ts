import type { Connection, ConnectionChange } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { Connections } from '../core/ports.js';
import { openJsonFile } from './json-file.js';

interface Content {
  readonly connections: readonly Connection[];
}

/** The connections in `.membrane/connections.json`. `root`: the folder of the project. */
export function lowdbConnections(root: string): Connections {
  const file = openJsonFile<Content>(root, {
    name: 'connections.json',
    empty: () => ({ connections: [] }),
    fits: ({ connections }) => Array.isArray(connections) && connections.every(isConnection),
  });

  return {
    async list(tenant) {
      const { connections } = await file.read();
      const own = connections.filter((connection) => connection.tenantKey === tenant);
      return structuredClone(own.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
    },
    async get(tenant, keyOrId) {
      const { connections } = await file.read();
      const own = connections.filter((connection) => connection.tenantKey === tenant);
      return structuredClone(own.find(({ key }) => key === keyOrId) ?? own.find(({ id }) => id === keyOrId));
    },
    async create(connection) {
      await file.update(({ connections }) => {
        refuseTwin(connections, connection);
        return { connections: [...connections, connection] };
      });
    },
    async update(tenant, id, change) {
      let changed: Connection | undefined;
      await file.update((content) => {
        const found = content.connections.find((one) => one.tenantKey === tenant && one.id === id);
        if (found === undefined) return content;
        const next = changedBy(found, change);
        refuseTwin(
          content.connections.filter((one) => one !== found),
          next,
        );
        changed = structuredClone(next);
        return { connections: content.connections.map((one) => (one === found ? next : one)) };
      });
      return changed;
    },
    async remove(tenant, id) {
      let removed = false;
      await file.update((content) => {
        const rest = content.connections.filter((one) => one.tenantKey !== tenant || one.id !== id);
        removed = rest.length < content.connections.length;
        return removed ? { connections: rest } : content;
      });
      return removed;
    },
  };
}

function isConnection(value: unknown): boolean {
  return isObject(value) && [value.id, value.key, value.tenantKey].every((part) => typeof part === 'string');
}

/** A key is unique per tenant, an id everywhere. */
function refuseTwin(others: readonly Connection[], { tenantKey, key, id }: Connection): void {
  const twin = others.some((one) => one.id === id || (one.tenantKey === tenantKey && one.key === key));
  if (!twin) return;
  throw new MembraneError('connection/exists', `a connection "${key}" exists`, {
    hint: 'give the new one another key with --key, or connect this one again with --reconnect',
  });
}

function changedBy(connection: Connection, change: ConnectionChange): Connection {
  const { id, tenantKey } = connection;
  const fields = Object.entries({ ...connection, ...change, id, tenantKey });
  // The type of a change allows undefined for all fields, its sense for optional ones only.
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as unknown as Connection;
}
