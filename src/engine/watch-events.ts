import type { JsonObject } from '../core/json.js';
import { errorFacts } from './log.js';
import { nameOf } from './subscription-rows.js';
import type { Tick } from './subscription-tick.js';

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

/** What is to be said of a tick. */
export function eventsOfTick({ subscription, look, error, delivered }: Tick, time: number): WatchEvent[] {
  const { id, nextAt, failures } = subscription;
  const named = { time, subscription: id, name: nameOf(subscription) };
  const said: WatchEvent[] = [];
  if (look !== undefined) {
    const { events, records, ms, missed } = look;
    const more = missed === undefined ? {} : { missed };
    said.push({ type: 'look', ...named, events, records, ms, nextAt, ...more });
  }
  if (error !== undefined) {
    const facts = subscription.error ?? errorFacts(error);
    said.push({ type: 'look-failed', ...named, failures, nextAt, error: facts });
  }
  const { done, skipped, failed, runs } = delivered;
  if (done + skipped + failed > 0) said.push({ type: 'delivered', ...named, done, skipped, failed, runs });
  return said;
}
