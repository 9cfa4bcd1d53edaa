import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject, type Json, type JsonObject, type JsonPath } from '../core/json.js';
import { mergeable } from '../core/layers.js';
import { didYouMean } from '../core/nearest.js';
import type { Lock } from '../core/ports.js';
import type { Element, ResolvedElement, Scope } from '../core/project.js';
import { udmKeys } from '../core/udm.js';
import { connectionWith } from './choose-connection.js';
import { requireElement } from './choose.js';
import type { Engine } from './engine.js';
import { findIntegration } from './integration.js';
import { customisedFor, elementOf, instancesDrawer, rowOf, type InstanceName } from './instances-stored.js';

/** An element for one connection, with what was set by command as its lowest layer. */
export interface Instance {
  readonly connection: Connection;
  readonly element: ResolvedElement;
  /** What was set by command; undefined where nothing was. */
  readonly stored: JsonObject | undefined;
}

/** An element as it stands for a connection. Rejects with `element/not-found`. */
export async function findInstance(engine: Engine, name: InstanceName): Promise<Instance> {
  const connection = await connectionWith(engine, name.kind, name.key, name.connection);
  const customised = await customisedFor(engine, connection);
  const element = requireElement(engine, name.kind, name.key, scopeOf(engine, connection, name, customised));
  const lowest = element.layers.at(-1);
  const isSet = lowest?.files.length === 0 && lowest.ref.instance === name.instance;
  return { connection, element, stored: isSet ? lowest.value : undefined };
}

/**
 * Sets parts of an element for one connection; objects are merged with what was set before, `null` takes out what a
 * file says. Rejects with `input/invalid` where the element would be wrong then, and changes nothing.
 */
export function setInstance(engine: Engine, name: InstanceName, change: JsonObject): Promise<Instance> {
  return changeInstance(engine, name, async ({ connection, stored }, guard) => {
    const value = changed(stored ?? {}, change);
    const row = rowOf(engine, connection, name, value);
    const customised = [elementOf(row, connection.key)];
    const element = requireElement(
      engine,
      name.kind,
      name.key,
      scopeOf(engine, connection, name, customised),
    );
    await requireRight(engine, name, element);
    requireModel(element);
    requireCollection(engine, connection, element);
    await (await instancesDrawer(engine)).put(row, { guard });
    return { connection, element, stored: value };
  });
}

/** Forgets what was set by command: all of it, or what stands at these paths. Whether there was something. */
export function resetInstance(
  engine: Engine,
  name: InstanceName,
  paths: readonly JsonPath[] = [],
): Promise<boolean> {
  return changeInstance(engine, name, async ({ connection, stored }, guard) => {
    if (stored === undefined) return false;
    const rest = paths.reduce<JsonObject>((value, path) => without(value, path), stored);
    const drawer = await instancesDrawer(engine);
    const row = rowOf(engine, connection, name, rest);
    if (paths.length > 0 && Object.keys(rest).length > 0) await drawer.put(row, { guard });
    else await drawer.remove(engine.tenant, [row.id], { guard });
    return paths.length === 0 || JSON.stringify(rest) !== JSON.stringify(stored);
  });
}

/** Forgets what was set by command once it was moved elsewhere; undefined where nothing was set. */
export function moveInstance<T>(
  engine: Engine,
  name: InstanceName,
  move: (stored: JsonObject, connection: Connection) => Promise<T>,
): Promise<T | undefined> {
  return changeInstance(engine, name, async ({ connection, stored }, guard) => {
    if (stored === undefined) return undefined;
    const moved = await move(stored, connection);
    const { id } = rowOf(engine, connection, name, stored);
    await (await instancesDrawer(engine)).remove(engine.tenant, [id], { guard });
    return moved;
  });
}

/** Reads and writes as one step: what others set at the same time comes before, or after, and is not lost. */
async function changeInstance<T>(
  engine: Engine,
  name: InstanceName,
  change: (before: Instance, guard: Lock) => Promise<T>,
): Promise<T> {
  const { connection } = await findInstance(engine, name);
  const store = await engine.ports.store();
  const lock = await store.lock(`instance/${rowOf(engine, connection, name, {}).id}`);
  try {
    return await change(await findInstance(engine, name), lock);
  } finally {
    await lock.release();
  }
}

async function requireRight(
  engine: Engine,
  { kind, key }: InstanceName,
  element: ResolvedElement,
): Promise<void> {
  const problems = await engine.project.lowestProblems(element);
  const wrong = problems.filter(({ severity }) => severity === 'error');
  if (wrong.length === 0) return;
  const sentences = wrong.map(({ message }) => message).join('; ');
  throw new MembraneError('input/invalid', `${kind} "${key}" would be wrong: ${sentences}`, {
    hint: wrong.find(({ help }) => help !== undefined)?.help ?? 'nothing was changed',
    class: 'bad_request',
  });
}

/** Files may name a model to come; what is set for one connection must be there. */
function requireModel({ ref, value }: ResolvedElement): void {
  const { udm } = value;
  if (ref.kind !== 'data-source' || typeof udm !== 'string' || udmKeys().includes(udm)) return;
  throw new MembraneError('input/invalid', `no universal data model "${udm}"`, {
    hint: didYouMean(udm, udmKeys()) ?? 'see them with "membrane udm list"',
    class: 'bad_request',
  });
}

/** Files may name a collection that other integrations have; what is set for one connection must be there. */
function requireCollection(engine: Engine, { integrationKey }: Connection, { value }: ResolvedElement): void {
  const key = value['collectionKey'];
  if (typeof key !== 'string') return;
  const connector = findIntegration(engine, integrationKey).connector.ref.key;
  if (engine.project.resolve('data-collection', key, { connector }) !== undefined) return;
  const all = engine.project.list('data-collection').filter(({ ref }) => ref.connector === connector);
  const names = all.map(({ ref }) => ref.key);
  throw new MembraneError('input/invalid', `the connector "${connector}" has no data collection "${key}"`, {
    hint: didYouMean(key, names) ?? `it has ${names.slice(0, 8).join(', ') || 'none'}`,
    class: 'bad_request',
  });
}

function scopeOf(
  engine: Engine,
  { key: connection, integrationKey: integration }: Connection,
  { instance }: InstanceName,
  customised: readonly Element[],
): Scope {
  return { tenant: engine.tenant, integration, connection, instance, customised };
}

/** Merged as layers are, but that `null` stays: it takes out what a layer above says. */
function changed(before: JsonObject, change: JsonObject): JsonObject {
  const result: JsonObject = { ...before };
  for (const [name, value] of Object.entries(change)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    const next: Json = mergeable(old) && mergeable(value) ? changed(old, value) : value;
    Object.defineProperty(result, name, {
      value: next,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}

/** The value without what stands at `path`, and without objects that are empty then. */
function without(value: JsonObject, [part, ...rest]: JsonPath): JsonObject {
  if (part === undefined || !Object.hasOwn(value, part)) return value;
  const { [part]: inner, ...others } = value;
  if (rest.length === 0 || !isObject(inner)) return rest.length === 0 ? others : value;
  const left = without(inner, rest);
  return Object.keys(left).length === 0 ? others : { ...value, [part]: left };
}
