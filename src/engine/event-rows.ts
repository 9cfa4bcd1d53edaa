import type { JsonObject } from '../core/json.js';
import type { Drawer, Row } from '../core/ports.js';
import type { FoundEvent } from '../core/subscription.js';
import type { Engine } from './engine.js';
import { eventId } from './event-identity.js';
import { nameOf, type Subscription } from './subscription-rows.js';

/**
 * `pending`: waits for its turn. `starting`: a run is being made of it. `done`: a run was made, or the app has it.
 * `skipped`: the filter of its trigger did not want it. `dropped`: by somebody. `dead`: it could not be delivered.
 */
export type EventState = 'pending' | 'starting' | 'dead' | 'done' | 'skipped' | 'dropped';

/** Something that happened, for one subscription. */
export interface StoredEvent {
  readonly id: string;
  readonly state: EventState;
  /** When it was found, milliseconds since 1970; later ones have later times. */
  readonly time: number;
  readonly subscription: string;
  /** The subscription as people name it. */
  readonly name: string;
  readonly type: string;
  readonly record?: string | undefined;
  readonly payload: JsonObject;
  /** How often it was tried to deliver it, and why the last time failed. */
  readonly attempts: number;
  readonly error?: JsonObject | undefined;
  /** Why it was given up, where nobody said so. */
  readonly note?: string | undefined;
  /** The flow run that was made of it. */
  readonly run?: string | undefined;
}

/** What is to be delivered is in one drawer; what is over, in another, from which age and number remove it. */
export const pendingDrawer = 'event-pending';
export const historyDrawer = 'event';
export const pullDrawer = 'event-pull';
export const internalDrawer = 'internal-event';

export function eventRow(tenant: string, event: StoredEvent): Row {
  const { id, state, time, subscription, ...data } = event;
  return {
    id,
    tenant,
    time,
    state,
    parent: subscription,
    data: JSON.parse(JSON.stringify(data)) as JsonObject,
  };
}

export function eventOf({ id, time, state, parent, data }: Row): StoredEvent {
  const fields = data as unknown as Omit<StoredEvent, 'id' | 'state' | 'time' | 'subscription'>;
  return { ...fields, id, time, state: state as EventState, subscription: parent ?? '' };
}

/** What a look found, as it waits for delivery: in order, each with a time of its own. */
export function pendingEvents(
  subscription: Subscription,
  found: readonly FoundEvent[],
  now: number,
): StoredEvent[] {
  const first = Math.max(now, (subscription.lastEventAt ?? 0) + 1);
  return found.map((event, index) => ({
    id: eventId(subscription.id, event),
    state: 'pending',
    time: first + index,
    subscription: subscription.id,
    name: nameOf(subscription),
    type: event.type,
    record: event.record === '' ? undefined : event.record,
    payload: event.payload,
    attempts: 0,
  }));
}

export async function pendingOf({ ports }: Engine): Promise<Drawer> {
  return (await ports.store()).drawer(pendingDrawer);
}

export async function historyOf({ ports }: Engine): Promise<Drawer> {
  return (await ports.store()).drawer(historyDrawer);
}
