import type { JsonObject } from './json.js';

/**
 * `stopped`: by somebody; it can go on. `interrupted`: a request was cut off that must not be sent twice unasked;
 * everything else is done.
 */
export type FlowRunState = 'queued' | 'running' | 'completed' | 'failed' | 'stopped' | 'interrupted';

/** One run of a flow, as the store has it. */
export interface FlowRun {
  readonly id: string;
  readonly state: FlowRunState;
  /** Key of the flow. */
  readonly flow: string;
  /** Key of the connection, where there is one. */
  readonly connection: string | undefined;
  /** The node that it started at. */
  readonly start: string;
  /** How many inputs it has. */
  readonly inputs: number;
  /** Names the flow, and what it uses, as they were when the run was made. */
  readonly revision: string;
  /** Who made it: `{type: 'user'}`, an event, another run. */
  readonly launchedBy: JsonObject;
  /** Milliseconds since 1970. */
  readonly queuedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Why it could not go on, where it is not a node run that failed. */
  readonly error: JsonObject | undefined;
}
