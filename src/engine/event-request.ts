import type { JsonObject } from '../core/json.js';
import type { StoredEvent } from './event-rows.js';

/** What the user's app gets of an event, as a POST. The id is the same when the event comes again. */
export interface EventRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly data: JsonObject;
}

/** The same for delivery, and for those who listen in. `connection`: its key. */
export function eventRequest(
  tenant: string,
  connection: string | undefined,
  { id, payload }: Pick<StoredEvent, 'id' | 'payload'>,
): EventRequest {
  return {
    headers: { 'x-membrane-event': id, 'x-membrane-tenant': tenant },
    data: { id, tenantKey: tenant, connectionKey: connection ?? null, ...payload },
  };
}
