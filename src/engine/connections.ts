import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { didYouMean } from '../core/nearest.js';
import { authFunction } from './auth-function.js';
import { clientOf } from './bound-client.js';
import type { Engine } from './engine.js';
import { envConnections, hiddenEnvConnections } from './env-connections.js';
import { callFunction } from './functions.js';
import { lastActive } from './last-active.js';
import { attempt } from './log.js';
import { listEntries, type LogEntry } from './log-list.js';

/** A connection with what the state database knows of it. */
export interface ConnectionDetails extends Connection {
  /** When it was used last, milliseconds since 1970, to the minute; absent where it never was. */
  readonly lastActiveAt?: number;
  /** The command that makes it work again; absent where it works. */
  readonly wayOut?: string;
}

/** What came of trying one connection. */
export interface ConnectionTest {
  readonly key: string;
  readonly ok: boolean;
  /** Whether the connector has a test request. */
  readonly tested: boolean;
  readonly ms: number;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** So many connections are tried at once. */
const parallelTests = 5;

const told = new WeakSet<Engine>();

export async function listConnections(engine: Engine): Promise<Connection[]> {
  const stored = await engine.ports.connections.list(engine.tenant);
  const hidden = told.has(engine) ? [] : hiddenEnvConnections(engine, stored);
  told.add(engine);
  for (const key of hidden) {
    const message = `"${key}" is stored, so that its MEMBRANE_SECRET_ variables are not used; "membrane connection delete ${key}" lets them through`;
    engine.emit({ type: 'warning', message });
  }
  return [...stored, ...envConnections(engine, stored)];
}

/** By key or id. Rejects with `connection/unknown`. */
export async function findConnection(engine: Engine, key: string): Promise<Connection> {
  const all = await listConnections(engine);
  const found =
    all.find((connection) => connection.key === key) ?? all.find((connection) => connection.id === key);
  if (found !== undefined) return found;
  throw unknownConnection(
    key,
    all.map((connection) => connection.key),
  );
}

export function unknownConnection(key: string, names: readonly string[]): MembraneError {
  const known =
    names.length === 0
      ? 'make one: membrane connect INTEGRATION'
      : `there are ${names.slice(0, 8).join(', ')}`;
  return new MembraneError('connection/unknown', `no connection "${key}"`, {
    hint: didYouMean(key, names) ?? known,
    class: 'connection',
  });
}

export async function describeConnections(engine: Engine): Promise<ConnectionDetails[]> {
  const connections = await listConnections(engine);
  return Promise.all(connections.map((connection) => details(engine, connection)));
}

/** All that is not secret of one connection, with what was tried with it last, newest first. */
export async function describeConnection(
  engine: Engine,
  key: string,
): Promise<ConnectionDetails & { attempts: LogEntry[] }> {
  const found = await details(engine, await findConnection(engine, key));
  const attempts = await listEntries(engine, { type: 'connection-attempt', parent: found.id, limit: 5 });
  return { ...found, attempts };
}

async function details(engine: Engine, connection: Connection): Promise<ConnectionDetails> {
  const lastActiveAt = await lastActive(engine, connection.id);
  const works = connection.state === 'READY' && !connection.disconnected;
  return {
    ...connection,
    ...(lastActiveAt === undefined ? {} : { lastActiveAt }),
    ...(works ? {} : { wayOut: `membrane connection reconnect ${connection.key}` }),
  };
}

/** Calls the connector's test request with the stored credentials. */
export async function testConnection(
  engine: Engine,
  key: string,
  signal: AbortSignal,
): Promise<{ ms: number; tested: boolean }> {
  const connection = await findConnection(engine, key);
  const { id, integrationKey: integration } = connection;
  return attempt(engine, { action: 'test', connection: connection.key, id, integration }, async () => {
    const started = engine.ports.clock.now();
    const bound = await clientOf(engine, connection, { signal, isTest: true });
    const test = authFunction(bound.auth, 'test');
    if (test === undefined) return { ms: 0, tested: false };
    const { client, variables } = bound;
    await callFunction(engine, { ...test, variables, client, signal });
    return { ms: engine.ports.clock.now() - started, tested: true };
  });
}

/** Tries every connection, some of them at once; one that fails stops no other. In the order of the list. */
export async function testConnections(engine: Engine, signal: AbortSignal): Promise<ConnectionTest[]> {
  const waiting = [...(await listConnections(engine)).entries()];
  const results: ConnectionTest[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { key }] = next;
      results[index] = await tryConnection(engine, key, signal);
    }
  };
  await Promise.all(Array.from({ length: parallelTests }, work));
  return results;
}

async function tryConnection(engine: Engine, key: string, signal: AbortSignal): Promise<ConnectionTest> {
  const started = engine.ports.clock.now();
  try {
    return { key, ok: true, ...(await testConnection(engine, key, signal)) };
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const { code, message, hint } = error;
    const ms = engine.ports.clock.now() - started;
    return {
      key,
      ok: false,
      tested: true,
      ms,
      error: { code, message, ...(hint === undefined ? {} : { hint }) },
    };
  }
}
