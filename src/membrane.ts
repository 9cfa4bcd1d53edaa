import { resolve } from 'node:path';
import { connectionMethods, doctorOf, integrationMethods } from './accounts.js';
import type { Rules } from './core/rules.js';
import type { JsonSchema } from './core/schema.js';
import type { ClientRequest } from './core/kind.js';
import type { Connection, Tenant } from './core/connection.js';
import { connect, planConnect, type ConnectOptions, type ConnectPlan } from './engine/connect.js';
import type { DoctorCheck } from './engine/doctor.js';
import { listLogs, showLog, type LogEntry, type LogQuery } from './engine/log.js';
import { sendRequest, type RequestOptions } from './engine/request.js';
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
export type {
  ConfigureOptions,
  ConnectionDetails,
  ConnectionTest,
  IntegrationFacts,
  ParameterFact,
} from './accounts.js';
export type { ProjectValidation, RunOptions, RunResult, Tenant };
export { MembraneError } from './core/error.js';
export { fixProject, type FixReport } from './fixing.js';
export { checkFormulaText, editorSchema, evaluateFormula, formatProject } from './authoring.js';
export { connectorTemplates, initProject, newElement, writeEditorSchemas } from './authoring.js';

/** One project, opened for one tenant. Every method rejects with a MembraneError when it cannot do its work. */
export type Membrane = Awaited<ReturnType<typeof openMembrane>>;

/** Opens the project around a folder. Rejects with `project/not-found` where there is none. */
export async function openMembrane(options: OpenOptions = {}) {
  const { engine, project, close } = await openWiring(options);
  const signal = options.signal ?? new AbortController().signal;
  const runner = (kind: string) => ({
    /** What the input must look like, on the universal layer; undefined where it does not say. */
    inputSchema: async (key: string): Promise<JsonSchema | undefined> => inputSchemaOf(engine, kind, key),
    run: (key: string, how: RunOptions = {}): Promise<RunResult> =>
      runElement(engine, kind, key, { signal, ...how }),
  });
  return {
    root: project.root,
    tenant: engine.tenant,
    /** Checks the whole project; findings outside of `paths` (files or folders) are left out. */
    validate: async (how: { paths?: readonly string[]; rules?: Rules } = {}): Promise<ProjectValidation> => {
      const paths = (how.paths ?? []).map((path) => resolve(options.cwd ?? '.', path));
      return validateProject(project, paths, how.rules);
    },
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
      ...connectionMethods(engine, signal),
    },
    integrations: integrationMethods(engine),
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
    doctor: doctorOf(engine, project.root, signal),
    close,
  };
}
