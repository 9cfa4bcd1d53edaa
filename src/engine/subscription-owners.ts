import type { Connection } from '../core/connection.js';
import type { Kind } from '../core/kind.js';
import type { Element, ResolvedElement } from '../core/project.js';
import type { Trigger } from '../core/subscription.js';
import { listConnections } from './connections.js';
import type { Engine } from './engine.js';
import { customisedFor } from './instances-stored.js';

/** One element of one connection that waits for something. */
export interface Owner {
  readonly kind: Kind;
  readonly element: ResolvedElement;
  readonly connection: Connection | undefined;
  readonly instance: string | undefined;
  readonly triggers: readonly Trigger[];
}

/** Everything that waits for something, for all connections of the tenant. */
export async function listOwners(engine: Engine): Promise<Owner[]> {
  const kinds = engine.kinds.filter(({ triggers }) => triggers !== undefined);
  const connections = (await listConnections(engine)).filter(({ disconnected }) => !disconnected);
  // Once for each connection: there may be many elements.
  const accounts: Account[] = [];
  for (const connection of connections)
    accounts.push({ connection, customised: await customisedFor(engine, connection) });
  const owners: Owner[] = [];
  for (const kind of kinds) {
    const keys = new Set(engine.project.list(kind.name).map(({ ref }) => ref.key));
    for (const key of keys) {
      for (const account of [unconnected, ...accounts])
        owners.push(...ownersOf(engine, { kind, key, ...account }));
    }
  }
  return owners;
}

interface Account {
  readonly connection: Connection | undefined;
  /** What was set for it by command. */
  readonly customised: readonly Element[];
}

const unconnected: Account = { connection: undefined, customised: [] };

interface Candidate extends Account {
  readonly kind: Kind;
  readonly key: string;
}

function ownersOf(engine: Engine, { kind, key, connection, customised }: Candidate): Owner[] {
  const { project, tenant } = engine;
  const instances = new Set<string | undefined>([undefined]);
  for (const { ref } of customised)
    if (ref.kind === kind.name && ref.key === key) instances.add(ref.instance);
  const owners: Owner[] = [];
  for (const instance of instances) {
    const scope =
      connection === undefined
        ? { tenant }
        : {
            tenant,
            integration: connection.integrationKey,
            connection: connection.key,
            instance,
            customised,
          };
    const element = project.resolve(kind.name, key, scope);
    if (element === undefined || !isOn(kind, element, connection)) continue;
    const triggers = kind.triggers?.(element.value) ?? [];
    if (triggers.length > 0) owners.push({ kind, element, connection, instance, triggers });
  }
  return owners;
}

/**
 * Flows run by themselves for those who want them: where that was said for a connection, or for all. What needs no
 * connection is there once; what is no flow says by being there that it is wanted.
 */
function isOn(
  kind: Kind,
  { value, off, layers }: ResolvedElement,
  connection: Connection | undefined,
): boolean {
  if (off || value['enabled'] === false) return false;
  const needs = kind.needsConnection?.(value) === true;
  const isSaid = layers.some((layer) => layer.layer === 'connection' && layer.value['enabled'] === true);
  if (isSaid) return true;
  if (needs !== (connection !== undefined)) return false;
  return (
    kind.walk === undefined || value['autoCreateInstances'] === true || (!needs && value['enabled'] === true)
  );
}
