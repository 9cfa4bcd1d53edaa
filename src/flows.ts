import type { FlowRun } from './core/flow-run.js';
import type { WalkGraph, WalkStart } from './core/walk.js';
import type { Engine } from './engine/engine.js';
import type { DriveRunOptions } from './engine/flow-drive.js';
import { flowGraph, flowStarts } from './engine/flow-graph.js';
import { nodeRunInput, nodeRuns, showNodeRun, type NodeRunQuery } from './engine/flow-node-runs.js';
import {
  listRuns,
  replayRun,
  resumeRun,
  runFlow,
  showRun,
  stopRun,
  type FlowRunDetails,
  type NodeCounts,
  type NodeRunFacts,
  type RunQuery,
} from './engine/flow-runs.js';
import { chooseConnectionFor, queueRun, type QueueOptions } from './engine/flow-start.js';
import { setInstance } from './engine/instances.js';

export type {
  FlowRun,
  FlowRunDetails,
  NodeCounts,
  NodeRunFacts,
  NodeRunQuery,
  QueueOptions,
  RunQuery,
  WalkGraph,
};

/** Runs of flows. Every method rejects with a MembraneError when it cannot do its work. */
export function flowMethods(engine: Engine, ending: AbortSignal) {
  const kind = 'flow';
  const ended = <Options extends { readonly signal?: AbortSignal | undefined }>(how: Options) => ({
    signal: ending,
    ...how,
  });
  return {
    /** Makes a run and drives it to its end. What nodes did wrong is told by its state. */
    run: (key: string, how: QueueOptions = {}): Promise<FlowRunDetails> =>
      runFlow(engine, kind, key, ended(how)),
    /** Makes a run, for `resume` to drive it: in this process, or in another one. */
    queue: (key: string, how: QueueOptions = {}): Promise<{ id: string }> =>
      queueRun(engine, kind, key, ended(how)),
    /** The nodes and links of a flow. */
    graph: async (key: string): Promise<WalkGraph> => flowGraph(engine, kind, key),
    /** Lets events start a flow for a connection, or not any more. */
    setEnabled: async (
      key: string,
      enabled: boolean,
      how: { readonly connection?: string | undefined } = {},
    ): Promise<{ connection: string }> => {
      const connection = how.connection ?? (await chooseConnectionFor(engine, kind, key));
      const set = await setInstance(engine, { kind, key, connection }, { enabled });
      return { connection: set.connection.key };
    },
    /** The triggers of a flow. */
    starts: async (key: string): Promise<readonly WalkStart[]> => flowStarts(engine, kind, key),
    runs: {
      list: (query: RunQuery = {}): Promise<FlowRun[]> => listRuns(engine, query),
      show: (id: string): Promise<FlowRunDetails> => showRun(engine, id),
      /** Goes on with a run that was cut off, stopped, interrupted or never begun. */
      resume: (id: string, how: DriveRunOptions = {}): Promise<FlowRunDetails> =>
        resumeRun(engine, id, ended(how)),
      /** Does again what failed, and what did not come to pass because of that. */
      retry: (id: string, how: DriveRunOptions = {}): Promise<FlowRunDetails> =>
        resumeRun(engine, id, { ...ended(how), retryFailed: true }),
      /** A new run with the inputs of an older one; `from`: only that node and what follows it are done again. */
      replay: (id: string, how: { from?: string; signal?: AbortSignal } = {}): Promise<FlowRunDetails> =>
        replayRun(engine, id, ended(how)),
      /** Stops a run, whichever process drives it. */
      stop: (id: string): Promise<FlowRunDetails> => stopRun(engine, id),
      /** The runs of its nodes, oldest first. */
      nodes: (id: string, query: NodeRunQuery = {}): AsyncGenerator<NodeRunFacts> =>
        nodeRuns(engine, id, query),
      /** One run of a node. */
      node: (id: string, nodeRun: string): Promise<NodeRunFacts> => showNodeRun(engine, id, nodeRun),
      /** What a node got. */
      input: (id: string, nodeRun: string): Promise<unknown> => nodeRunInput(engine, id, nodeRun),
    },
  };
}
