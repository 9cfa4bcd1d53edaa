import { MembraneError } from '../core/error.js';
import type { Row } from '../core/ports.js';
import type { Engine } from './engine.js';
import { eventId } from './event-identity.js';
import { findEvent } from './event-look.js';
import { internalDrawer, pendingOf, type EventState, type StoredEvent } from './event-rows.js';
import { listSubscriptions, nameOf, type Subscription } from './subscription-rows.js';
import { syncSubscriptions } from './subscription-sync.js';
import { webhookDrawer } from './webhook-rows.js';

/** Why something came of an event, or did not. */
export interface Why {
  readonly id: string;
  readonly state: EventState | 'unheard' | 'stored';
  /** Sentences, for people. */
  readonly reasons: readonly string[];
  readonly event?: StoredEvent;
}

/** By id, or its beginning: of an event that was found, or of one that the user's own app emitted. */
export async function whyEvent(engine: Engine, id: string): Promise<Why> {
  await syncSubscriptions(engine);
  const internal = await (await engine.ports.store()).drawer(internalDrawer).get(engine.tenant, id);
  if (internal !== undefined) return whyInternal(engine, internal);
  const event = await findEvent(engine, id);
  const reasons = [...(await reasonsOf(engine, event)), ...(await cameWith(engine, event))];
  return { id: event.id, state: event.state, reasons, event };
}

/** The request that told of it, as long as that is kept. */
async function cameWith({ ports, tenant }: Engine, { id, subscription }: StoredEvent): Promise<string[]> {
  const drawer = (await ports.store()).drawer(webhookDrawer);
  const rows = await drawer.list({ tenant, parent: `subscription:${subscription}`, limit: 1000 });
  const row = rows.find(({ data }) => Array.isArray(data['events']) && data['events'].includes(id));
  return row === undefined
    ? []
    : [`it came with a webhook: membrane event webhooks show ${row.id.slice(0, 12)}`];
}

async function reasonsOf(engine: Engine, event: StoredEvent): Promise<string[]> {
  const { name, state, attempts, run, note } = event;
  const message = String(event.error?.['message'] ?? 'nobody knows why');
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  switch (state) {
    case 'pending': {
      const obstacles = await obstaclesOf(engine, event);
      const waits = obstacles.length === 0 ? 'it waits: "membrane watch" delivers it' : 'it waits';
      return [attempts > 0 ? `it was tried ${times}, the last time: ${message}` : waits, ...obstacles];
    }
    case 'starting':
      return [
        'a flow run is made of it at this moment, or a process was killed that did; "membrane watch" finishes it',
      ];
    case 'dead':
      return [
        `it was tried ${times}, and is not tried any more: ${message}`,
        `when that is mended: membrane event retry ${event.id.slice(0, 12)}`,
      ];
    case 'done':
      return [run === undefined ? 'your app has it' : `it started the flow run ${run}`];
    case 'skipped':
      return [`the filter of the trigger "${name}" did not want it`];
    case 'dropped':
      return [note ?? 'somebody dropped it'];
  }
}

/** What stands between a waiting event and its delivery, beside that nobody may be watching. */
async function obstaclesOf(engine: Engine, event: StoredEvent): Promise<string[]> {
  const subscription = (await listSubscriptions(engine)).find((one) => one.id === event.subscription);
  if (subscription === undefined) return [`"${event.name}" is gone`];
  const { state, deliverAt, id: parent } = subscription;
  const found: string[] = [];
  if (state === 'paused')
    found.push(`"${event.name}" is paused; let it go on: membrane event subscriptions resume ${event.name}`);
  if (state === 'ended') found.push(await whyEnded(engine, subscription));
  const [first] = await (
    await pendingOf(engine)
  ).list({ tenant: engine.tenant, parent, state: 'pending', order: 'oldest', limit: 1 });
  if (first !== undefined && first.id !== event.id && deliverAt !== undefined)
    found.push(
      `it waits behind ${first.id.slice(0, 12)}, which could not be delivered: membrane event why ${first.id.slice(0, 12)}`,
    );
  if (deliverAt !== undefined) found.push(`it is tried again at ${new Date(deliverAt).toISOString()}`);
  return found;
}

/** An element that is there is switched off, or its connection cannot be used. */
async function whyEnded(engine: Engine, subscription: Subscription): Promise<string> {
  const { kind, key, connection, connectionId } = subscription;
  const name = nameOf(subscription);
  if (engine.project.resolve(kind, key, { tenant: engine.tenant }) === undefined && connection === undefined)
    return `"${name}" is gone: there is no ${kind} "${key}" any more`;
  if (connectionId !== undefined) {
    const found = await engine.ports.connections.get(engine.tenant, connectionId);
    if (found === undefined) return `"${name}" is gone: its connection was deleted`;
    if (found.disconnected)
      return `the connection "${found.key}" is disconnected: membrane connection reconnect ${found.key}`;
  }
  if (engine.kinds.find((one) => one.name === kind)?.walk === undefined)
    return `"${name}" is switched off in its file`;
  const of = connection === undefined ? '' : ` --connection ${connection}`;
  return `"${name}" is switched off; switch it on: membrane ${kind} enable ${key}${of}`;
}

async function whyInternal(engine: Engine, { id, state, data }: Row): Promise<Why> {
  const { key, starts } = data as { key: string; starts: string[] };
  if (state === 'stored') {
    const reasons = await Promise.all(starts.map((name) => whatCameOf(engine, id, name)));
    return { id, state, reasons: reasons.flat() };
  }
  return {
    id,
    state: 'unheard',
    reasons: [`nobody waited for "${key}" then`, ...(await whoCould(engine, key))],
  };
}

/** One event of the own app is an event of its own for each that waits for it. */
async function whatCameOf(engine: Engine, version: string, name: string): Promise<string[]> {
  const given = `it was given to ${name}`;
  const subscription = (await listSubscriptions(engine)).find((one) => nameOf(one) === name);
  if (subscription === undefined) return [given];
  const found = { type: 'app-event', record: '', version, generation: 0, payload: {} } as const;
  const own = eventId(subscription.id, found);
  try {
    const event = await findEvent(engine, own);
    return [`${given}, as ${own.slice(0, 12)} (${event.state}):`, ...(await reasonsOf(engine, event))];
  } catch (error) {
    if (error instanceof MembraneError && error.code === 'event/unknown') return [given]; // forgotten by now
    throw error;
  }
}

/** The elements whose triggers name the event, and how they stand now. */
async function whoCould(engine: Engine, key: string): Promise<string[]> {
  const now = (await listSubscriptions(engine)).filter(
    ({ waits, state }) => waits.for === 'app-event' && waits.event === key && state !== 'ended',
  );
  if (now.length > 0) return now.map((one) => `"${nameOf(one)}" waits for it since: ${since(one)}`);
  const off = new Set<string>();
  for (const { name, triggers } of engine.kinds) {
    for (const { ref } of triggers === undefined ? [] : engine.project.list(name)) {
      const element = engine.project.resolve(name, ref.key, { tenant: engine.tenant });
      const waits = triggers?.(element?.value ?? {}).map((one) => one.waits) ?? [];
      if (waits.some((one) => one.for === 'app-event' && one.event === key))
        off.add(`${name} enable ${ref.key}`);
    }
  }
  if (off.size === 0) return [`no flow has a trigger for "${key}"`];
  return [...off].map((command) => `switch on the one that has a trigger for it: membrane ${command}`);
}

function since({ createdAt }: Subscription): string {
  return new Date(createdAt).toISOString();
}
