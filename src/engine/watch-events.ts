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
      readonly tenant: string;
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
      readonly tenant: string;
      readonly subscription: string;
      readonly name: string;
      readonly failures: number;
      readonly nextAt: number;
      readonly error: JsonObject;
    }
  | {
      readonly type: 'delivered';
      readonly time: number;
      readonly tenant: string;
      readonly subscription: string;
      readonly name: string;
      readonly done: number;
      readonly skipped: number;
      readonly failed: number;
      readonly runs: readonly string[];
      /** Why the last one failed, and when it is tried again; absent where it never is. */
      readonly error?: JsonObject;
      readonly nextAt?: number;
    }
  | {
      readonly type: 'run';
      readonly time: number;
      readonly tenant: string;
      readonly run: string;
      readonly flow: string;
      readonly state: string;
    }
  | {
      /** One try to send a notification. */
      readonly type: 'notification';
      readonly time: number;
      readonly notification: string;
      readonly eventType: string;
      readonly to: string;
      readonly state: string;
      readonly attempts: number;
      readonly ms: number;
      readonly tryAt?: number;
      readonly error?: JsonObject;
    }
  | {
      /** An alert began, or ended. */
      readonly type: 'alert';
      readonly time: number;
      readonly alert: string;
      readonly alertType: string;
      readonly severity: 'error' | 'warning';
      readonly status: 'ongoing' | 'resolved';
      readonly description: string;
    }
  | {
      /** What became of the address of a webhook at the API. */
      readonly type: 'hook';
      readonly time: number;
      readonly tenant: string;
      readonly subscription: string;
      readonly name: string;
      readonly did: 'registered' | 'renewed' | 'removed' | 'failed';
      readonly nextAt?: number;
      readonly error?: JsonObject;
    }
  | {
      /** Webhooks were looked into. */
      readonly type: 'webhooks';
      readonly time: number;
      /** Absent where they came for all. */
      readonly tenant?: string;
      /** What they came to, as rows name it, and as people know it. */
      readonly to: string;
      readonly name: string;
      readonly events: number;
      readonly failed: number;
    }
  | {
      /** It is told of events by webhooks, which nobody receives. */
      readonly type: 'unheard';
      readonly time: number;
      readonly tenant: string;
      readonly subscription: string;
      readonly name: string;
    }
  | {
      /** Webhooks are received at `address`, which others reach at `publicUrl`. */
      readonly type: 'listening';
      readonly time: number;
      readonly address: string;
      readonly publicUrl: string;
      /** Something that somebody should know of it. */
      readonly hint?: string;
    }
  | {
      /** The receiver did not take a request; of a flood only some are told. */
      readonly type: 'refused';
      readonly time: number;
      readonly status: number;
      readonly why: string;
      readonly remote: string;
      readonly tenant?: string;
      /** What it was for, where that is known, or else its path. */
      readonly to: string;
    }
  | { readonly type: 'error'; readonly time: number; readonly error: JsonObject }
  | { readonly type: 'stopped'; readonly time: number };

/** What is to be said of a tick. */
export function eventsOfTick({ subscription, look, error, delivered }: Tick, time: number): WatchEvent[] {
  const { tenant, id, nextAt, failures } = subscription;
  const named = { time, tenant, subscription: id, name: nameOf(subscription) };
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
  const { done, skipped, failed, runs, error: why } = delivered;
  if (done + skipped + failed > 0) {
    const { deliverAt } = subscription;
    const next = why === undefined || deliverAt === undefined ? {} : { nextAt: deliverAt };
    const facts = why === undefined ? {} : { error: why, ...next };
    said.push({ type: 'delivered', ...named, done, skipped, failed, runs, ...facts });
  }
  return said;
}
