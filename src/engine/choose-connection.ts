import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { findConnection, listConnections } from './connections.js';
import type { Engine } from './engine.js';

/**
 * The connection that is wanted; where none is named, the only one that has the element on its layers. An element that
 * nobody has is for the caller to miss. Rejects with `connection/missing` and `usage/ambiguous`.
 */
export async function connectionWith(
  engine: Engine,
  kind: string,
  key: string,
  wanted: string | undefined,
): Promise<Connection> {
  if (wanted !== undefined) return findConnection(engine, wanted);
  const { project, tenant } = engine;
  const all = await listConnections(engine);
  const fitting = all.filter(({ key: connection, integrationKey: integration }) => {
    return project.resolve(kind, key, { connection, integration, tenant }) !== undefined;
  });
  const [first, second] = fitting.length === 0 ? all.slice(0, 1) : fitting;
  if (first === undefined) {
    throw new MembraneError('connection/missing', `this is done for a connection, and there is none`, {
      hint: 'make one: membrane connect INTEGRATION',
      class: 'connection',
    });
  }
  if (second === undefined) return first;
  const choices = fitting.map((connection) => connection.key);
  const what = `${kind.replaceAll('-', ' ')} "${key}"`;
  throw new MembraneError('usage/ambiguous', `several connections have the ${what}: ${choices.join(', ')}`, {
    hint: `choose one: --connection ${choices[0]}`,
    data: { choices, flag: '--connection' },
  });
}
