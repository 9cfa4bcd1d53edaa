import type { Engine } from './engine.js';
import type { WatchEvent } from './watch-events.js';
import type { WatchedSubscription } from './watch-now.js';
import type { ReceiverPlace } from './webhook-receive-where.js';

export interface WatchOptions {
  /** Names or ids of subscriptions, or keys of their elements; absent: all. */
  readonly only?: readonly string[] | undefined;
  /** One look at each, and what waits is delivered. */
  readonly once?: boolean | undefined;
  /** Say what would be found; store and deliver nothing. */
  readonly dryRun?: boolean | undefined;
  /** Every tenant; otherwise that of the engine. */
  readonly allTenants?: boolean | undefined;
  readonly tell?: ((event: WatchEvent) => void) | undefined;
  /** Is given, once all is known, what tells how each subscription stands. */
  readonly view?: ((now: () => Promise<WatchedSubscription[]>) => void) | undefined;
  /** Receive webhooks there. */
  readonly receiver?: ReceiverPlace | undefined;
  /** Gives the project anew whenever its files have changed. */
  readonly changes?: AsyncIterable<Engine['project']> | undefined;
  /** What else is to be done now and then, such as sending what waits to be sent. */
  readonly also?: readonly ((engine: Engine, signal: AbortSignal) => Promise<void>)[] | undefined;
  readonly signal: AbortSignal;
}

export interface WatchSummary {
  readonly subscriptions: number;
  readonly looks: number;
  readonly events: number;
  readonly failed: number;
}
