import type { JsonObject } from '../core/json.js';
import type { Subscription } from './subscription-rows.js';

/** What a watcher says. One line of `watch --json` each; times are milliseconds since 1970. */
export type WatchEvent =
  | { readonly type: 'started'; readonly time: number; readonly subscriptions: number }
  | { readonly type: 'reloaded'; readonly time: number; readonly subscriptions: number }
  | {
      readonly type: 'look';
      readonly time: number;
      readonly subscription: string;
      readonly name: string;
      readonly events: number;
      readonly records: number;
      readonly ms: number;
      readonly nextAt: number;
      readonly missed?: number;
    }
  | {
      readonly type: 'look-failed';
      readonly time: number;
      readonly subscription: string;
      readonly name: string;
      readonly failures: number;
      readonly nextAt: number;
      readonly error: JsonObject;
    }
  | {
      readonly type: 'delivered';
      readonly time: number;
      readonly subscription: string;
      readonly name: string;
      readonly done: number;
      readonly skipped: number;
      readonly failed: number;
      readonly runs: readonly string[];
    }
  | {
      readonly type: 'run';
      readonly time: number;
      readonly run: string;
      readonly flow: string;
      readonly state: string;
    }
  | { readonly type: 'error'; readonly time: number; readonly error: JsonObject }
  | { readonly type: 'stopped'; readonly time: number };

/** What a subscription looks like to those who watch the watcher. */
export type WatchView = ReadonlyMap<string, Subscription>;
