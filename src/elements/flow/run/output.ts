import type { StepResult } from '../../../core/durability.js';
import type { NodeInput } from './input.js';
import type { PlannedNode } from './plan.js';

/** What the nodes behind it see of a node run. */
export function outputOf(node: PlannedNode, input: NodeInput, { state, output, facts }: StepResult): unknown {
  if (state === 'failed') return { error: facts['error'] ?? null };
  return node.type.decides === true ? input : output;
}
