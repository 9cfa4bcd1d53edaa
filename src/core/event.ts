import type { Diagnostic } from './diagnostic.js';
import type { StepState } from './durability.js';
import type { FlowRunState } from './flow-run.js';
import type { LogLine } from './sandbox.js';

/** What the engine says while it works. The engine prints nothing; a front shows these, or does not. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly runId: string; readonly ref: string }
  | {
      readonly type: 'run-ended';
      readonly runId: string;
      readonly ref: string;
      readonly state: 'completed' | 'failed';
      readonly ms: number;
    }
  | {
      /** A run of a flow, by the state that it came to. */
      readonly type: 'flow-run';
      readonly runId: string;
      readonly ref: string;
      readonly state: FlowRunState;
    }
  | {
      /** A run of one of its nodes. Nothing is said of those that were done before the run went on. */
      readonly type: 'node-run';
      readonly runId: string;
      readonly node: string;
      readonly id: string;
      readonly state: 'running' | StepState;
      readonly ms?: number;
      /** What is wrong, where it failed. */
      readonly error?: string;
    }
  | {
      readonly type: 'request';
      readonly method: string;
      readonly url: string;
      readonly status: number;
      readonly ms: number;
      readonly tries: number;
    }
  | {
      readonly type: 'retry';
      readonly method: string;
      readonly url: string;
      readonly reason: string;
      readonly waitMs: number;
      readonly tries: number;
    }
  | { readonly type: 'wait'; readonly reason: string; readonly waitMs: number }
  | {
      /** What code wrote to its console. */
      readonly type: 'log';
      readonly level: LogLine['level'];
      readonly text: string;
    }
  | { readonly type: 'warning'; readonly message: string; readonly diagnostic?: Diagnostic };

export type Emit = (event: RunEvent) => void;
