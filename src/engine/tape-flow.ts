import type { Code } from '../core/codes.js';
import { MembraneError } from '../core/error.js';
import type { Json, JsonObject } from '../core/json.js';
import type { Engine } from './engine.js';
import { nodeRuns } from './flow-node-runs.js';
import { runFlow } from './flow-runs.js';
import type { QueueOptions } from './flow-start.js';
import { jsonOf } from './log.js';

/**
 * Runs a flow to its end. Gives for each node behind the trigger that ran the list of its outputs; rejects with what the first node run
 * failed with that nothing in the flow took care of.
 */
export async function runWalk(
  engine: Engine,
  { kind, key, ...options }: QueueOptions & { readonly kind: string; readonly key: string },
): Promise<Json> {
  const run = await runFlow(engine, kind, key, options);
  if (run.state !== 'completed') throw failureOf(run.failures[0]?.error ?? run.error ?? {}, run.state);
  const outputs: Record<string, Json[]> = {};
  for await (const { node, state, output } of nodeRuns(engine, run.id, {})) {
    if (state === 'completed' && node !== run.start) (outputs[node] ??= []).push(jsonOf(output));
  }
  return outputs;
}

/** The error that was kept of a node run, as one again. */
function failureOf({ code, message, key }: JsonObject, state: string): MembraneError {
  const text = typeof message === 'string' ? message : `the run is ${state}`;
  // it was one of ours before it was kept, or a fault
  return new MembraneError(typeof code === 'string' ? (code as Code) : 'run/failed', text, {
    key: typeof key === 'string' ? key : undefined,
  });
}
