import type { JsonObject } from '../core/json.js';
import type { Row } from '../core/ports.js';
import type { FoundEvent } from '../core/subscription.js';

/** What an address of the receiver leads to. Its id is the last part of the path, which nobody can guess. */
export interface WebhookAddress {
  readonly id: string;
  readonly tenant: string;
  /** Id of the subscription. */
  readonly subscription: string;
}

/**
 * `pending`: nobody has looked into it yet. `done`: its events are stored. `dead`: it could not be handled.
 * `refused` is only a line of the log: what was wrong with it stands in `error`, and its body is not kept.
 */
export type IncomingState = 'pending' | 'done' | 'dead' | 'refused';

/** A request that came to the receiver and was accepted: what is to be made of it is found out later. */
export interface IncomingWebhook {
  /** The same for a repeated delivery, where it can be known. */
  readonly id: string;
  readonly tenant: string;
  readonly state: IncomingState;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `subscription:ID`, or `global:INTEGRATION/KEY`. */
  readonly to: string;
  readonly deliveryId?: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  /** Without those that prove who sent it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `body` is the base64 of bytes that are no text. */
  readonly encoding?: 'base64' | undefined;
  readonly attempts: number;
  /** Not before this time it is tried again. */
  readonly tryAt?: number | undefined;
  readonly error?: JsonObject | undefined;
  /** Made of a request to a global webhook, of this id: the events that are for one subscription. */
  readonly from?: string | undefined;
  readonly given?: readonly FoundEvent[] | undefined;
  /** What was odd about its events. */
  readonly warnings?: readonly string[] | undefined;
  /** Ids of the events that were made of it. */
  readonly events?: readonly string[] | undefined;
}

/** Rows by address; `parent` is the subscription. */
export const addressDrawer = 'webhook-address';
/** What waits to be handled, by `to` as `parent`; and what is over, from which age and number remove it. */
export const incomingDrawer = 'webhook-pending';
export const webhookDrawer = 'webhook';
/** What was refused, apart from what was accepted: strangers could push that out, because only so many rows are kept. */
export const refusedDrawer = 'webhook-refused';
/** Which subscriptions want the events of a global webhook: `parent` is `INTEGRATION/KEY SELECTOR`, for all tenants. */
export const selectorDrawer = 'webhook-selector';

export function incomingRow({ id, tenant, state, time, to, ...data }: IncomingWebhook): Row {
  return { id, tenant, time, state, parent: to, data: JSON.parse(JSON.stringify(data)) as JsonObject };
}

export function incomingOf({ id, tenant, state, time, parent, data }: Row): IncomingWebhook {
  const fields = data as unknown as Omit<IncomingWebhook, 'id' | 'tenant' | 'state' | 'time' | 'to'>;
  return { ...fields, id, tenant, time, state: state as IncomingState, to: parent ?? '' };
}
