import { neededNode } from './adapters/runtime.js';
import { openStateFiles } from './adapters/state-modes.js';
import type { Connection } from './core/connection.js';
import { connect, planConnect, type ConnectOptions, type ConnectPlan } from './engine/connect.js';
import {
  refreshConnection,
  removeConnection,
  renameConnection,
  type RemovedConnection,
  type RenameOptions,
} from './engine/connection-life.js';
import {
  exportConnections,
  importConnections,
  type ConnectionsFile,
  type ImportOptions,
} from './engine/connections-export.js';
import {
  describeConnection,
  describeConnections,
  findConnection,
  listConnections,
  testConnection,
  testConnections,
  type ConnectionDetails,
  type ConnectionTest,
} from './engine/connections.js';
import type { ParameterFact } from './engine/connector-parameters-given.js';
import { examine, type DoctorCheck } from './engine/doctor.js';
import type { Engine } from './engine/engine.js';
import {
  configureIntegration,
  integrationFacts,
  planConfigure,
  type ConfigureOptions,
  type IntegrationFacts,
} from './engine/integration-configure.js';

export type {
  ConfigureOptions,
  ConnectionDetails,
  ConnectionTest,
  ConnectionsFile,
  IntegrationFacts,
  ParameterFact,
};

/** The life of connections. */
export function connectionMethods(engine: Engine, signal: AbortSignal) {
  return {
    plan: (how: ConnectOptions): Promise<ConnectPlan> => planConnect(engine, how),
    connect: (how: ConnectOptions): Promise<Connection> => connect(engine, how, signal),
    list: (): Promise<Connection[]> => listConnections(engine),
    /** The same with what the state database knows: when each was used last. */
    details: (): Promise<ConnectionDetails[]> => describeConnections(engine),
    show: (key: string): Promise<Connection> => findConnection(engine, key),
    /** The same with when it was used last, and what was tried with it. */
    describe: (key: string) => describeConnection(engine, key),
    test: (key: string) => testConnection(engine, key, signal),
    /** Every connection; one that fails stops no other. */
    testAll: (): Promise<ConnectionTest[]> => testConnections(engine, signal),
    refresh: (key: string): Promise<Connection> => refreshConnection(engine, key, signal),
    rename: (key: string, to: RenameOptions) => renameConnection(engine, key, to),
    remove: (key: string, how: { force?: boolean } = {}): Promise<RemovedConnection> =>
      removeConnection(engine, key, { ...how, signal }),
    export: (keys: readonly string[] = []): Promise<ConnectionsFile> => exportConnections(engine, keys),
    import: (file: unknown, how: ImportOptions = {}) => importConnections(engine, file, how),
  };
}

/** What the connectors of integrations are given, on this machine. */
export function integrationMethods(engine: Engine) {
  return {
    describe: (key: string): Promise<IntegrationFacts> => integrationFacts(engine, key),
    /** What can be configured. */
    plan: (key: string) => planConfigure(engine, key),
    configure: (key: string, how: ConfigureOptions): Promise<IntegrationFacts> =>
      configureIntegration(engine, key, how),
  };
}

export function doctorOf(engine: Engine, root: string, signal: AbortSignal) {
  return (how: { offline?: boolean } = {}): Promise<DoctorCheck[]> =>
    examine(engine, {
      ...how,
      openFiles: () => openStateFiles(root),
      node: { version: process.versions.node, needed: neededNode },
      signal,
    });
}
