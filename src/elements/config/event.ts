import { isObject, type Json } from '../../core/json.js';
import type { TypeWorld } from '../../core/type-world.js';
import { written, type Type } from '../types/parts.js';

/** The type of an internal event that `appEvent` names. */
export function eventType(appEvent: unknown, world: TypeWorld): Type {
  const key = isObject(appEvent as Json) ? (appEvent as Record<string, unknown>)['key'] : undefined;
  return typeof key === 'string' ? written(world.find('internal-event', key)?.value['schema']) : undefined;
}

/** What an event of the connector looks like, and the parameters of a subscription to it. */
export function connectorEvent(key: unknown, world: TypeWorld): { event: Type; parameters: Type } {
  const event = typeof key === 'string' ? world.findInConnector('event', key) : undefined;
  return { event: written(event?.['schema']), parameters: written(event?.['parametersSchema']) };
}
