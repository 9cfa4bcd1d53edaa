import type { Diagnostic } from './diagnostic.js';
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
  | {
      /** What code wrote to its console. */
      readonly type: 'log';
      readonly level: LogLine['level'];
      readonly text: string;
    }
  | { readonly type: 'warning'; readonly message: string; readonly diagnostic?: Diagnostic };

export type Emit = (event: RunEvent) => void;
