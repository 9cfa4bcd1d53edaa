import type { Connection } from '../core/connection.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { Drawer, Row } from '../core/ports.js';
import type { Element } from '../core/project.js';
import type { Engine } from './engine.js';

/** Which element of which connection is customised. */
export interface InstanceName {
  readonly kind: string;
  readonly key: string;
  /** Key or id; may be left out where only one connection has the element. */
  readonly connection?: string | undefined;
  /** One of several instances that the connection has of the element. */
  readonly instance?: string | undefined;
}

const most = 1000;

/** The same row is the same element, so that what was made of it can be kept. */
const known = new WeakMap<Engine, Map<string, { text: string; element: Element }>>();

/** Everything that was set by command for a connection. */
export async function customisedFor(engine: Engine, { id, key }: Connection): Promise<readonly Element[]> {
  const drawer = await instancesDrawer(engine);
  const rows = await drawer.list({ tenant: engine.tenant, parent: id, limit: most });
  const elements = known.get(engine) ?? new Map<string, { text: string; element: Element }>();
  known.set(engine, elements);
  return rows.map((row) => {
    const text = JSON.stringify([key, row.data]);
    const same = elements.get(row.id);
    if (same?.text === text) return same.element;
    const element = elementOf(row, key);
    elements.set(row.id, { text, element });
    return element;
  });
}

/** Forgets all that was set for a connection that is deleted. */
export async function forgetInstances(engine: Engine, connectionId: string): Promise<void> {
  const drawer = await instancesDrawer(engine);
  const rows = await drawer.list({ tenant: engine.tenant, parent: connectionId, limit: most });
  await drawer.remove(
    engine.tenant,
    rows.map(({ id }) => id),
  );
}

/** What is stored of a customised element. */
export function rowOf(
  { tenant, ports }: Engine,
  { id }: Connection,
  { kind, key, instance }: InstanceName,
  value: JsonObject,
): Row {
  const data = { kind, key, ...(instance === undefined ? {} : { instance }), value };
  const name = JSON.stringify([id, kind, key, instance ?? null]);
  return { id: name, tenant, time: ports.clock.now(), parent: id, data };
}

/** What is stored, as a layer of the element. */
export function elementOf({ data }: Row, connection: string): Element {
  const { kind, key, instance, value } = data;
  return {
    ref: {
      kind: String(kind),
      key: String(key),
      connection,
      ...(typeof instance === 'string' ? { instance } : {}),
    },
    layer: 'connection',
    value: isObject(value) ? value : {},
    files: [],
    package: '',
    exported: false,
    off: false,
  };
}

export async function instancesDrawer({ ports }: Engine): Promise<Drawer> {
  return (await ports.store()).drawer('instances');
}
