import type { FlowRun } from './core/flow-run.js';
import type { WalkGraph, WalkStart } from './core/walk.js';
import type { Engine } from './engine/engine.js';
import type { DryWrite } from './engine/dry-run.js';
import { rehearseFlow, type FlowRehearsal } from './engine/flow-dry-run.js';
import type { DriveRunOptions } from './engine/flow-drive.js';
import { flowGraph, flowStarts } from './engine/flow-graph.js';
import { describeFlow, describeFlows, type FlowFacts } from './engine/flow-look.js';
import { nodeRunInput, nodeRuns, showNodeRun, type NodeRunQuery } from './engine/flow-node-runs.js';
import type { NodeCounts } from './engine/flow-run-progress.js';
import {
  listRuns,
  replayRun,
  resumeRun,
  runFlow,
  showRun,
  stopRun,
  type FlowRunDetails,
  type NodeRunFacts,
  type RunQuery,
} from './engine/flow-runs.js';
import { chooseConnectionFor, queueRun, type QueueOptions } from './engine/flow-start.js';
import { testNode, type NodeTest, type NodeTestOptions } from './engine/flow-test-node.js';
import { endHooks } from './engine/hook-life.js';
import { setInstance } from './engine/instances.js';
import { syncSubscriptions } from './engine/subscription-sync.js';
import { tryAside } from './trying.js';

export type {
  DryWrite,
  FlowFacts,
  FlowRun,
  FlowRehearsal,
  FlowRunDetails,
  NodeCounts,
  NodeRunFacts,
  NodeRunQuery,
  NodeTest,
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
    /** What a run would do: what only reads is done, what changes something is told. Nothing is stored. */
    dryRun: (key: string, how: QueueOptions = {}): Promise<FlowRehearsal> =>
      tryAside(engine, { dry: true }, (aside) => rehearseFlow(aside, kind, key, ended(how))),
    /** Runs one node alone. Nothing is stored; with `dry` it changes nothing elsewhere either. */
    testNode: (
      key: string,
      node: string,
      how: NodeTestOptions & { readonly dry?: boolean } = {},
    ): Promise<NodeTest> =>
      tryAside(engine, { dry: how.dry === true }, (aside) => testNode(aside, kind, key, node, ended(how))),
    /** Makes a run, for `resume` to drive it: in this process, or in another one. */
    queue: (key: string, how: QueueOptions = {}): Promise<{ id: string }> =>
      queueRun(engine, kind, key, ended(how)),
    /** Every flow: what starts it, for whom it is on, and how it ran last. */
    list: (): Promise<FlowFacts[]> => describeFlows(engine, kind),
    /** The same of one flow, with its last runs. */
    show: (key: string, scope?: { integration?: string; connection?: string }): Promise<FlowFacts> =>
      describeFlow(engine, kind, key, scope),
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
      if (!enabled) {
        await syncSubscriptions(engine);
        await endHooks(engine, { signal: ending });
      }
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
