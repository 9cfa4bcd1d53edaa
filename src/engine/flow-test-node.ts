import { MembraneError } from '../core/error.js';
import type { Json } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { DryWrite } from './dry-run.js';
import type { Engine } from './engine.js';
import { errorOf, failureOfRun } from './flow-dry-run.js';
import { flowElement } from './flow-graph.js';
import { nodeRuns } from './flow-node-runs.js';
import { runFlow } from './flow-runs.js';
import { walkKind } from './flow-start.js';
import { jsonOf } from './log.js';

export interface NodeTestOptions {
  /** What the node gets; what is written at it as `testInput` unless given. */
  readonly input?: unknown;
  readonly connection?: string | undefined;
  readonly instance?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface NodeTest {
  readonly node: string;
  readonly type: string;
  /** `skipped`: its filter lets nothing through. `nothing`: a trigger without a filter, at which runs only start. */
  readonly state: 'completed' | 'skipped' | 'nothing';
  readonly input: Json;
  readonly output: Json;
  /** In a dry run: what it would have changed. */
  readonly writes: readonly DryWrite[];
}

/** Runs one node, with an engine that stores nothing. Rejects with what it fails with. */
export async function testNode(
  engine: Engine,
  kind: string,
  key: string,
  name: string,
  options: NodeTestOptions,
): Promise<NodeTest> {
  const { walk } = walkKind(engine, kind);
  const flow = flowElement(engine, kind, key).value;
  const { nodes } = walk.graph(flow);
  const node = nodes.find((one) => one.key === name);
  if (node === undefined) {
    const keys = nodes.map((one) => one.key);
    throw new MembraneError('usage/argument', `the flow "${key}" has no node "${name}"`, {
      hint: didYouMean(name, keys) ?? `see them: membrane flow graph ${key}`,
    });
  }
  const { input = walk.testInput(flow, name) ?? {}, connection, instance, signal } = options;
  const run = await runFlow(engine, kind, key, {
    alone: name,
    inputs: [input],
    connection,
    instance,
    signal,
  });
  signal?.throwIfAborted();
  // a failure that links of the flow would take care of is one all the same
  const own = run.failures.find((one) => one.node === name && one.state === 'failed');
  const failure = own === undefined ? failureOfRun(engine, run) : errorOf(engine, own);
  if (failure !== undefined) throw failure;
  const facts = { node: name, type: node.type, input: jsonOf(input), writes: engine.dryRun?.writes ?? [] };
  for await (const { node: of, state, output } of nodeRuns(engine, run.id, { node: name })) {
    if (of !== name || (state !== 'completed' && state !== 'skipped')) continue;
    return { ...facts, state, output: jsonOf(output) };
  }
  return { ...facts, state: 'nothing', output: null };
}
