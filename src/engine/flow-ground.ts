import type { Engine } from './engine.js';
import type { Ground, Runnable } from './world.js';

/** What all node runs of a run share. */
export interface FlowGround {
  /** With the project as it was when the run was made. */
  readonly engine: Engine;
  readonly runnable: Omit<Runnable, 'input'>;
  /** With what only nodes see: `flow`, `flowRun`, … */
  readonly nodes: Ground;
  /** For elements that nodes run. */
  readonly others: Ground;
  readonly runId: string;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** Whether an error is none of the node, but the end of the whole run. */
  readonly ends: (error: unknown) => boolean;
}
