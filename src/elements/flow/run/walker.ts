import type { WalkContext, WalkEnd } from '../../../core/walk.js';
import type { NodeInput } from './input.js';
import type { Plan, PlannedNode } from './plan.js';

/** One walk through a flow. */
export interface Walker {
  readonly ctx: WalkContext;
  readonly plan: Plan;
  /** Runs a node, and everything that its links lead to. */
  readonly runNode: (walker: Walker, arrival: Arrival) => Promise<WalkEnd>;
}

/** An input that has come to a node. */
export interface Arrival {
  readonly node: PlannedNode;
  readonly id: string;
  /** Id of the run of the for-each that the node belongs to. */
  readonly within: string;
  /** The run was never here before. */
  readonly fresh: boolean;
  readonly input: NodeInput;
}
