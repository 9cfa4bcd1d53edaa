import { evaluateFormula } from '../formulas/compile.js';
import { MembraneError } from '../core/error.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { DrawerChange, Lock } from '../core/ports.js';
import type { ResolvedElement } from '../core/project.js';
import type { JsonSchema } from '../core/schema.js';
import type { Engine } from './engine.js';
import { eventRow, internalDrawer, pendingDrawer, type StoredEvent } from './event-rows.js';
import { eventId } from './event-identity.js';
import { requireFit } from './input.js';
import { requireSound } from './sound.js';
import { listSubscriptions, nameOf, type Subscription } from './subscription-rows.js';
import { syncSubscriptions } from './subscription-sync.js';
import { requireTenant } from './tenants.js';

/** What became of an event of the user's own app. */
export interface Emitted {
  readonly id: string;
  readonly tenant: string;
  /** The subscriptions that it waits for now. */
  readonly starts: readonly string[];
}

export interface EmitOptions {
  /** What is stored together with the events. */
  readonly also?: (emitted: readonly Emitted[]) => readonly DrawerChange[];
  /** They are stored only while this lock is held. */
  readonly guard?: Lock;
}

/** The kind of the elements that are events of the user's own app, and the waiting for them. */
const kind = 'internal-event';

/**
 * Stores that something happened in the user's own app, for every enabled flow that waits for it. Many events are stored
 * together or not at all. Rejects with `event/unknown`, and with `input/invalid` for one that does not fit its schema.
 */
export async function emitEvents(
  engine: Engine,
  key: string,
  events: readonly unknown[],
  { guard, also = () => [] }: EmitOptions = {},
): Promise<Emitted[]> {
  const element = await internalEvent(engine, key);
  const prepared: { readonly data: JsonObject; readonly engine: Engine }[] = [];
  for (const [index, event] of events.entries()) {
    const data = await fitting(
      engine,
      element,
      event,
      events.length === 1 ? 'the event' : `event ${index + 1}`,
    );
    prepared.push({ data, engine: await engineFor(engine, element, data) });
  }
  const emitted: Emitted[] = [];
  const pending = [];
  const log = [];
  const waiting = new Map<string, Subscription[]>();
  for (const { data, engine: own } of prepared) {
    const { tenant, ports } = own;
    const subscriptions = waiting.get(tenant) ?? (await hearers(own));
    waiting.set(tenant, subscriptions);
    const id = ports.ids.next();
    const time = ports.clock.now();
    const fitting = subscriptions.filter(({ waits }) => waits.for === 'app-event' && waits.event === key);
    for (const subscription of fitting) {
      const found = { type: 'app-event', record: '', version: id, generation: 0, payload: data } as const;
      const stored: StoredEvent = {
        id: eventId(subscription.id, found),
        state: 'pending',
        time: time + pending.length, // in the order in which they were given
        subscription: subscription.id,
        name: nameOf(subscription),
        type: found.type,
        payload: data,
        attempts: 0,
      };
      pending.push(eventRow(tenant, stored));
    }
    const starts = fitting.map(nameOf);
    log.push({
      id,
      tenant,
      time,
      state: starts.length === 0 ? 'unheard' : 'stored',
      parent: key,
      data: { key, data, starts },
    });
    emitted.push({ id, tenant, starts });
  }
  const store = await engine.ports.store();
  await store.write(
    [{ drawer: pendingDrawer, put: pending }, { drawer: internalDrawer, put: log }, ...also(emitted)],
    guard === undefined ? {} : { guard },
  );
  return emitted;
}

/** Those that are paused hear it, too: they get it when they go on. */
async function hearers(engine: Engine): Promise<Subscription[]> {
  await syncSubscriptions(engine);
  return (await listSubscriptions(engine)).filter(({ state }) => state !== 'ended');
}

/** Whether there is an internal event of this key. */
export function isEmittable({ project }: Engine, key: string): boolean {
  return project.resolve(kind, key) !== undefined;
}

async function internalEvent(engine: Engine, key: string): Promise<ResolvedElement> {
  const element = engine.project.resolve(kind, key);
  if (element !== undefined) {
    await requireSound(engine, element);
    return element;
  }
  const keys = engine.project.list(kind).map(({ ref }) => ref.key);
  throw new MembraneError('event/unknown', `no internal event "${key}"`, {
    hint: didYouMean(key, keys) ?? `make one: membrane new ${kind} ${key}`,
  });
}

async function fitting(
  engine: Engine,
  { value }: ResolvedElement,
  event: unknown,
  name: string,
): Promise<JsonObject> {
  const schema = value['schema'] as JsonSchema | undefined;
  const hint = `see what it looks like: membrane ${kind} list`;
  const given =
    schema === undefined
      ? event
      : await requireFit(engine, schema, event, { code: 'input/invalid', name, hint });
  if (isObject(given)) return given as JsonObject;
  throw new MembraneError('input/invalid', `${name} is no object`, {
    hint: '--data \'{"email": "jo@example.com"}\'',
  });
}

/** The event belongs to the tenant that its formula names. Rejects with `tenant/unknown`. */
async function engineFor(engine: Engine, { value }: ResolvedElement, data: JsonObject): Promise<Engine> {
  const formula: Json | undefined = value['tenantIdFormula'] ?? value['userIdFormula'];
  if (formula === undefined) return engine;
  const named = evaluateFormula(formula, data);
  const tenant = await Promise.resolve(named);
  if (typeof tenant !== 'string' && typeof tenant !== 'number') return engine;
  if (String(tenant) === engine.tenant) return engine;
  await requireTenant(engine.ports.tenants, String(tenant));
  return { ...engine, tenant: String(tenant) };
}
