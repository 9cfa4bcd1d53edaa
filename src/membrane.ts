import { resolve } from 'node:path';
import type { JsonSchema } from './core/schema.js';
import type { ClientRequest, ClientResponse } from './core/kind.js';
import type { Connection, Tenant } from './core/connection.js';
import { clientOf } from './engine/bound-client.js';
import {
  connect,
  findConnection,
  listConnections,
  planConnect,
  removeConnection,
  testConnection,
} from './engine/connections.js';
import type { ConnectOptions, ConnectPlan } from './engine/connections.js';
import { examine, type DoctorCheck } from './engine/doctor.js';
import { listLogs, showLog, type LogEntry, type LogQuery } from './engine/log.js';
import { inputSchemaOf, runElement, type RunOptions, type RunResult } from './engine/run.js';
import { createTenant, listTenants, useTenant } from './engine/tenants.js';
import { kinds } from './elements/index.js';
import { listElements, showElement, type ElementDetails, type ElementSummary } from './project/elements.js';
import { validateProject, type ProjectValidation } from './project/validate.js';
import { openWiring, type OpenOptions } from './wiring.js';

export type { OpenOptions };
export type {
  ConnectOptions,
  ConnectPlan,
  Connection,
  DoctorCheck,
  ElementDetails,
  ElementSummary,
  LogEntry,
  LogQuery,
};
export type { ProjectValidation, RunOptions, RunResult, Tenant };
export { MembraneError } from './core/error.js';
export { checkFormulaText, evaluateFormula, initProject, newElement } from './authoring.js';

/** One project, opened for one tenant. Every method rejects with a MembraneError when it cannot do its work. */
export type Membrane = Awaited<ReturnType<typeof openMembrane>>;

/** Opens the project around a folder. Rejects with `project/not-found` where there is none. */
export async function openMembrane(options: OpenOptions = {}) {
  const { engine, project, close } = await openWiring(options);
  const signal = options.signal ?? new AbortController().signal;
  return {
    root: project.root,
    tenant: engine.tenant,
    /** Checks the whole project; findings outside of `paths` (files or folders) are left out. */
    validate: async ({ paths = [] }: { paths?: readonly string[] } = {}): Promise<ProjectValidation> =>
      validateProject(
        project,
        paths.map((path) => resolve(options.cwd ?? '.', path)),
      ),
    kinds: () => kinds.map(({ name, summary }) => ({ name, summary })),
    elements: {
      list: async (kind: string, only?: { integration?: string }): Promise<ElementSummary[]> =>
        listElements(project, kind, only),
      show: async (
        kind: string,
        key: string,
        scope?: { integration?: string; connection?: string },
      ): Promise<ElementDetails> => showElement(project, kind, key, { ...scope, tenant: engine.tenant }),
    },
    connections: {
      plan: (how: ConnectOptions): Promise<ConnectPlan> => planConnect(engine, how),
      connect: (how: ConnectOptions): Promise<Connection> => connect(engine, how, signal),
      list: (): Promise<Connection[]> => listConnections(engine),
      show: (key: string): Promise<Connection> => findConnection(engine, key),
      test: (key: string) => testConnection(engine, key, signal),
      remove: (key: string): Promise<Connection> => removeConnection(engine, key),
    },
    actions: {
      /** What the input of an action must look like, on its universal layer; undefined where it does not say. */
      inputSchema: async (key: string): Promise<JsonSchema | undefined> =>
        inputSchemaOf(engine, 'action', key),
      run: (key: string, how: RunOptions = {}): Promise<RunResult> =>
        runElement(engine, 'action', key, { signal, ...how }),
    },
    /** The API proxy: a request with the connection's address and credentials. */
    request: async (connection: string, request: ClientRequest, how?: Pick<RunOptions, 'redacted'>) => {
      const { client, redact } = await clientOf(engine, await findConnection(engine, connection), { signal });
      const response: ClientResponse = await client.send(request);
      return how?.redacted === true ? redact(response) : response;
    },
    logs: {
      list: (query?: LogQuery): Promise<LogEntry[]> => listLogs(engine, query),
      show: (id: string): Promise<LogEntry> => showLog(engine, id),
    },
    tenants: {
      list: () => listTenants(engine),
      create: (key: string, how?: { name?: string }): Promise<Tenant> => createTenant(engine, key, how?.name),
      use: (key: string): Promise<void> => useTenant(engine, key),
    },
    doctor: (): Promise<DoctorCheck[]> => examine(engine, signal),
    close,
  };
}
