import { createHash } from 'node:crypto';
import { fileSpan } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import { valueAt, type JsonObject } from '../core/json.js';
import type { Project, ResolvedElement, Scope } from '../core/project.js';
import type { Ref } from '../core/ref.js';
import type { Drawer } from '../core/ports.js';
import type { Engine } from './engine.js';

/** An element and everything that it refers to, as they stand for a connection at this moment. */
export interface Revision {
  /** The same content has the same name. */
  readonly name: string;
  readonly elements: readonly ResolvedElement[];
}

const known = new WeakMap<ResolvedElement, Revision>();

/** What runs, and what it refers to by key. Connectors are no part of it: how to talk to an app is of today. */
export function revisionOf(engine: Engine, element: ResolvedElement, scope: Scope): Revision {
  const before = known.get(element);
  if (before !== undefined) return before;
  const elements = [...referenced(engine, element, scope)];
  const text = JSON.stringify(elements.map(({ ref, value }) => [ref, value]));
  const revision = { name: createHash('sha256').update(text).digest('hex').slice(0, 32), elements };
  known.set(element, revision);
  return revision;
}

/** The element itself, and what it leads to through references that are written as plain keys. */
export function referenced(engine: Engine, element: ResolvedElement, scope: Scope): Set<ResolvedElement> {
  const { kinds, project } = engine;
  const found = new Set([element]);
  for (const { ref, value } of found) {
    const kind = kinds.find(({ name }) => name === ref.kind);
    for (const place of kind?.places(value) ?? []) {
      if (place.holds !== 'ref' || !isKept(engine, place.kind)) continue;
      const key = valueAt(value, place.at);
      const other = typeof key === 'string' ? project.resolve(place.kind, key, scope) : undefined;
      if (other !== undefined) found.add(other);
    }
  }
  return found;
}

/** What belongs to a connector, or is one, changes with it. */
function isKept({ kinds }: Engine, name: string): boolean {
  const kind = kinds.find((one) => one.name === name);
  return (
    kind !== undefined &&
    kind.owner === undefined &&
    !kind.holdsLayer &&
    !kinds.some(({ owner }) => owner === name)
  );
}

/** When a revision was stored last by this process. */
const stored = new WeakMap<Engine, Map<string, number>>();
const dayMs = 24 * 3_600_000;

/** Stores a revision: once in a process, and again after a day, so that it is no older than the runs that need it. */
export async function storeRevision(engine: Engine, { name, elements }: Revision): Promise<void> {
  const times = stored.get(engine) ?? new Map<string, number>();
  stored.set(engine, times);
  const now = engine.ports.clock.now();
  if (now - (times.get(name) ?? -Infinity) < dayMs) return;
  const kept = elements.map(({ ref, value }) => ({ ref: { ...ref }, value }));
  const data = { elements: kept } as unknown as JsonObject;
  const { tenant } = engine;
  await (await revisionDrawer(engine)).put({ id: name, tenant, time: now, data });
  times.set(name, now);
}

/**
 * The project as it was for a revision. Where its files say the same today it is the project itself, so that errors
 * point to their lines. Rejects with `store/corrupt` where the revision is gone.
 */
export async function projectAt(
  engine: Engine,
  name: string,
  ref: Pick<Ref, 'kind' | 'key'>,
  scope: Scope,
): Promise<{ project: Project; element: ResolvedElement }> {
  const { project } = engine;
  const today = project.resolve(ref.kind, ref.key, scope);
  if (today !== undefined && revisionOf(engine, today, scope).name === name)
    return { project, element: today };
  const row = await (await revisionDrawer(engine)).get(engine.tenant, name);
  const elements = (row?.data['elements'] ?? []) as unknown as { ref: Ref; value: JsonObject }[];
  const kept = new Map<string, ResolvedElement>();
  for (const one of elements)
    kept.set(`${one.ref.kind}/${one.ref.key}`, { ref: one.ref, value: one.value, layers: [], off: false });
  const element = kept.get(`${ref.kind}/${ref.key}`);
  if (element !== undefined) return { project: keeping(project, kept, scope), element };
  throw new MembraneError(
    'store/corrupt',
    `${ref.kind} "${ref.key}" is not stored as it was when the run was made`,
    {
      hint: 'run it again: membrane flow run',
    },
  );
}

/** The project, but that some elements are as they were. */
function keeping(project: Project, kept: ReadonlyMap<string, ResolvedElement>, scope: Scope): Project {
  const old = new Set<unknown>(kept.values());
  const changed: Partial<Project> = {
    resolve(kind, key, asked) {
      const one = kept.get(`${kind}/${key}`);
      return one !== undefined && asked?.instance === scope.instance
        ? one
        : project.resolve(kind, key, asked);
    },
    /** Lines may be others today: the file is named as a whole. */
    locate(element, path, target) {
      if (!old.has(element)) return project.locate(element, path, target);
      const { kind, key } = element.ref;
      const today = project.resolve(kind, key, scope)?.layers.at(-1)?.files[0]?.file;
      return fileSpan(today ?? project.root);
    },
    locateCode(element, path, place) {
      return old.has(element) ? fileSpan(project.root) : project.locateCode(element, path, place);
    },
  };
  return Object.assign(Object.create(project) as Project, changed);
}

async function revisionDrawer({ ports }: Engine): Promise<Drawer> {
  return (await ports.store()).drawer('flow-revision');
}
