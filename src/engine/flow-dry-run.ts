import { join } from 'node:path';
import type { Code } from '../core/codes.js';
import { MembraneError } from '../core/error.js';
import type { Json } from '../core/json.js';
import type { DryWrite } from './dry-run.js';
import type { Engine } from './engine.js';
import { nodeRuns } from './flow-node-runs.js';
import { runFlow, type FlowRunDetails, type NodeRunFacts } from './flow-runs.js';
import type { QueueOptions } from './flow-start.js';
import { jsonOf } from './log.js';

/** What a flow would do. */
export interface FlowRehearsal {
  /** `failed`: a node run failed, and nothing in the flow takes care of that. */
  readonly state: 'completed' | 'failed';
  /** What would have been changed, in order. */
  readonly writes: readonly DryWrite[];
  /** What the nodes gave, in order. */
  readonly outputs: readonly RehearsedOutput[];
  /** Node runs behind which nothing is known: what they would give nobody can tell. */
  readonly ends: readonly { readonly node: string; readonly nodeRun: string; readonly why: string }[];
  readonly run: FlowRunDetails;
}

export interface RehearsedOutput {
  readonly node: string;
  readonly nodeRun: string;
  readonly output: Json;
  /** It is not what an app said, but stands in for it. */
  readonly standIn: boolean;
}

/** Runs a flow with an engine that changes nothing. */
export async function rehearseFlow(
  engine: Engine,
  kind: string,
  key: string,
  options: QueueOptions,
): Promise<FlowRehearsal> {
  const run = await runFlow(engine, kind, key, options);
  if (run.state !== 'completed' && run.state !== 'failed') options.signal?.throwIfAborted();
  const outputs: RehearsedOutput[] = [];
  const ends: { node: string; nodeRun: string; why: string }[] = [];
  for await (const { id: nodeRun, node, state, output, facts } of nodeRuns(engine, run.id, {})) {
    const { standIn, endsHere } = facts;
    if (state === 'completed')
      outputs.push({ node, nodeRun, output: jsonOf(output), standIn: standIn === true });
    if (typeof endsHere === 'string') ends.push({ node, nodeRun, why: endsHere });
  }
  const writes = engine.dryRun?.writes ?? [];
  return { state: run.state === 'completed' ? 'completed' : 'failed', writes, outputs, ends, run };
}

/** The error of a run that is not to be gone on with, as one again; undefined where nothing is wrong. */
export function failureOfRun(
  engine: Engine,
  { failures, error, state, flow }: FlowRunDetails,
): MembraneError | undefined {
  if (state === 'completed') return undefined;
  const [first] = failures;
  return errorOf(
    engine,
    { error: first?.error ?? error, place: first?.place },
    `the run of "${flow}" is ${state}`,
  );
}

/** What was kept of a failure, as an error again; `otherwise` is what it says where no message was kept. */
export function errorOf(
  { project }: Engine,
  { error, place }: Pick<NodeRunFacts, 'error'> & { readonly place?: NodeRunFacts['place'] | undefined },
  otherwise = 'it failed',
): MembraneError {
  const { code, message, hint, key } = error ?? {};
  const text = typeof message === 'string' ? message : otherwise;
  const { file, line = 1, column = 1 } = place ?? {};
  // it was one of ours before it was kept, or a fault
  return new MembraneError(typeof code === 'string' ? (code as Code) : 'run/failed', text, {
    hint: typeof hint === 'string' ? hint : undefined,
    key: typeof key === 'string' ? key : undefined,
    ...(file === undefined
      ? {}
      : { span: { file: join(project.root, file), line, column, endLine: line, endColumn: column + 1 } }),
  });
}
