import type { Tenant } from './core/connection.js';
import type { ClientRequest } from './core/kind.js';
import type { JsonSchema } from './core/schema.js';
import type { Engine } from './engine/engine.js';
import { listLogs, showLog, type LogEntry, type LogQuery } from './engine/log.js';
import { sendRequest, type RequestOptions } from './engine/request.js';
import { inputSchemaOf, runElement, type RunOptions, type RunResult } from './engine/run.js';
import { createTenant, listTenants, useTenant } from './engine/tenants.js';

export type { LogEntry, LogQuery, RunOptions, RunResult, Tenant };

/** What runs once, what was sent, and for whom. */
export function runningMethods(engine: Engine, signal: AbortSignal) {
  const runner = (kind: string) => ({
    /** What the input must look like, on the universal layer; undefined where it does not say. */
    inputSchema: async (key: string): Promise<JsonSchema | undefined> => inputSchemaOf(engine, kind, key),
    run: (key: string, how: RunOptions = {}): Promise<RunResult> =>
      runElement(engine, kind, key, { signal, ...how }),
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
      show: (id: string): Promise<LogEntry> => showLog(engine, id),
    },
    tenants: {
      list: () => listTenants(engine),
      create: (key: string, how?: { name?: string }): Promise<Tenant> => createTenant(engine, key, how?.name),
      use: (key: string): Promise<void> => useTenant(engine, key),
    },
  };
}
