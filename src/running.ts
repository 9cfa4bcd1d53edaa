import type { Tenant } from './core/connection.js';
import type { ClientRequest } from './core/kind.js';
import type { JsonSchema } from './core/schema.js';
import type { Engine } from './engine/engine.js';
import { followLogs } from './engine/log-follow.js';
import type { LogEntry, LogQuery } from './engine/log-list.js';
import { listLogs } from './engine/log-look.js';
import { showLog, type LogTree } from './engine/log-tree.js';
import { sendRequest, type RequestOptions } from './engine/request.js';
import { rehearseElement, type Rehearsal } from './engine/run-dry.js';
import { inputSchemaOf, runElement, type RunOptions, type RunResult } from './engine/run.js';
import { createTenant, listTenants, useTenant } from './engine/tenants.js';
import { tryAside } from './trying.js';

export type { LogEntry, LogQuery, LogTree, Rehearsal, RunOptions, RunResult, Tenant };

/** What runs once, what was sent, and for whom. */
export function runningMethods(engine: Engine, signal: AbortSignal) {
  const runner = (kind: string) => ({
    /** What the input must look like, on the universal layer; undefined where it does not say. */
    inputSchema: async (key: string): Promise<JsonSchema | undefined> => inputSchemaOf(engine, kind, key),
    run: (key: string, how: RunOptions = {}): Promise<RunResult> =>
      runElement(engine, kind, key, { signal, ...how }),
    /** What a run would do: what only reads is done, what changes something is told. Nothing is stored. */
    dryRun: (key: string, how: RunOptions = {}): Promise<Rehearsal> =>
      tryAside(engine, { dry: true }, (aside) => rehearseElement(aside, kind, key, { signal, ...how })),
  });
  return {
    actions: runner('action'),
    /** Of connectors; their keys are KEY, or CONNECTOR/KEY where several connectors have it. */
    operations: runner('operation'),
    /** The API proxy: a request with the connection's address and credentials. */
    request: (connection: string, request: ClientRequest, how?: Partial<RequestOptions>) =>
      sendRequest(engine, connection, request, { signal, ...how }),
    logs: {
      list: (query?: LogQuery): Promise<LogEntry[]> => listLogs(engine, query),
      /** One entry, by its id or the beginning of it, with all that it caused. */
      show: (id: string): Promise<LogTree> => showLog(engine, id),
      /** Entries as they come, and again when their states change, until the signal ends it. */
      follow: (query: LogQuery = {}, how: { signal?: AbortSignal } = {}): AsyncGenerator<LogEntry> =>
        followLogs(engine, query, how.signal ?? signal),
    },
    tenants: {
      list: () => listTenants(engine),
      create: (key: string, how?: { name?: string }): Promise<Tenant> => createTenant(engine, key, how?.name),
      use: (key: string): Promise<void> => useTenant(engine, key),
    },
  };
}
