import type { Connection } from '../core/connection.js';
import type { JsonObject } from '../core/json.js';
import type { Engine } from './engine.js';

/** What happens to a connection that others may want to be told of. */
export type ConnectionEvent = 'created' | 'disconnected' | 'reconnected' | 'deleted';

/** The drawer of what is to be told, as pending rows; sending takes them from here. */
export const noticesDrawer = 'notification';

/**
 * Stores that something happened to a connection, where the project wants to be notified of it: without a
 * receiver in `notifications` nothing is stored, because nobody would ever take it out.
 */
export async function noticeConnection(
  engine: Engine,
  event: ConnectionEvent,
  connection: Connection,
): Promise<void> {
  const eventType = `connection.${event}`;
  if (!wantsNotice(engine, eventType)) return;
  const store = await engine.ports.store();
  await store.drawer(noticesDrawer).put({
    id: engine.ports.ids.next(),
    tenant: engine.tenant,
    time: engine.ports.clock.now(),
    state: 'pending',
    parent: connection.id,
    data: { eventType, data: { connection: payload(engine, connection) } },
  });
}

/** Whether anybody is to be told. */
export function wantsNotice({ project }: Engine, eventType: string): boolean {
  return project.config.notifications.some((receiver) => wants(receiver, eventType));
}

/** A receiver that names no events is told of all. */
function wants({ events }: JsonObject, eventType: string): boolean {
  return !Array.isArray(events) || events.includes(eventType);
}

/** As Membrane sends it. The customer is the tenant; an integration that is no export has its key as its id. */
function payload(engine: Engine, connection: Connection): JsonObject {
  const { id, integrationKey, name, disconnected, tenantKey } = connection;
  const element = engine.project.resolve('integration', integrationKey);
  const exported = element?.layers.map((layer) => layer.id).find((one) => one !== undefined);
  return {
    id,
    integrationId: exported ?? integrationKey,
    integrationKey,
    name,
    disconnected,
    customerId: tenantKey,
  };
}
