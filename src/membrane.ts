import { resolve } from 'node:path';
import { connectionMethods, doctorOf, integrationMethods } from './accounts.js';
import type { Rules } from './core/rules.js';
import type { Connection } from './core/connection.js';
import { customisingMethods } from './customising.js';
import { dataMethods } from './data.js';
import type { ConnectOptions, ConnectPlan } from './engine/connect.js';
import type { DoctorCheck } from './engine/doctor.js';
import { flowMethods } from './flows.js';
import { kinds } from './elements/index.js';
import { listElements, showElement, type ElementDetails, type ElementSummary } from './project/elements.js';
import { validateProject, type ProjectValidation } from './project/validate.js';
import { runningMethods } from './running.js';
import { watchingMethods } from './watching.js';
import { notifyingMethods } from './notifying.js';
import { openWiring, type OpenOptions } from './wiring.js';

export type { DataLink, InstanceFacts } from './customising.js';
export type { DataDescription, DataRecord, RecordPage } from './data.js';
export type { ConnectOptions, ConnectPlan, Connection, DoctorCheck, ElementDetails, ElementSummary };
export type {
  ConfigureOptions,
  ConnectionDetails,
  ConnectionTest,
  IntegrationFacts,
  ParameterFact,
} from './accounts.js';
export type { OpenOptions, ProjectValidation };
export type { LogEntry, LogQuery, LogTree, Rehearsal, RunOptions, RunResult, Tenant } from './running.js';
export type {
  DryWrite,
  FlowFacts,
  FlowRehearsal,
  FlowRun,
  FlowRunDetails,
  NodeCounts,
  NodeRunFacts,
  NodeTest,
  WalkGraph,
} from './flows.js';
export type { FollowedEvent, Forwarded, StoredEvent, SubscriptionFacts } from './watching.js';
export type { WatchedSubscription, WatchEvent, WatchSummary, WebhookFacts } from './watching.js';
export type { Alert, NotificationTest, StoredNotification } from './notifying.js';
export { MembraneError } from './core/error.js';
export { fixProject, type FixReport } from './fixing.js';
export { rounds, type Round } from './rounds.js';
export { runTests, type TestReport, type TestResult } from './testing.js';
export {
  checkFormulaText,
  editorSchema,
  evaluateFormula,
  formatProject,
  importOpenApi,
} from './authoring.js';
export { connectorTemplates, initProject, newElement, writeEditorSchemas } from './authoring.js';

/** One project, opened for one tenant. Every method rejects with a MembraneError when it cannot do its work. */
export type Membrane = Awaited<ReturnType<typeof openMembrane>>;

/** Opens the project around a folder. Rejects with `project/not-found` where there is none. */
export async function openMembrane(options: OpenOptions = {}) {
  const { engine, project, during, close } = await openWiring(options);
  const signal = options.signal ?? new AbortController().signal;
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
    connections: connectionMethods(engine, signal),
    integrations: integrationMethods(engine),
    flows: flowMethods(engine, signal),
    data: dataMethods(engine, signal),
    ...watchingMethods(engine, project, { signal, during }),
    ...notifyingMethods(engine, signal),
    ...customisingMethods(engine, project, signal),
    ...runningMethods(engine, signal),
    doctor: doctorOf(engine, project.root, signal),
    close,
  };
}
