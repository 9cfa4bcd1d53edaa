import type { Diagnostic } from '../core/diagnostic.js';
import { valueAt, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Element, ResolvedElement } from '../core/project.js';
import { formatRef } from '../core/ref.js';
import { udmKind } from '../core/udm.js';
import { checkOwned } from './check-owned.js';
import { checkModel } from './models.js';
import type { OpenedProject } from './parts.js';
import { allPlaces, type Problem } from './places.js';

/** Whether what a reference names is there, on any layer that the referring element can reach. */
export function checkReference(
  project: OpenedProject,
  element: ResolvedElement,
  kind: string,
  key: unknown,
  at: JsonPath,
): Problem[] {
  if (typeof key !== 'string' || key === '') return [];
  if (kind === udmKind) return checkModel(key, at);
  if (project.parts.index.kind(kind)?.owner !== undefined)
    return wroteIt(element, at) ? checkOwned(project, element, kind, key, at) : [];
  const { integration, connector } = element.ref;
  const isReachable = ({ ref }: Element): boolean =>
    (integration === undefined || ref.integration === undefined || ref.integration === integration) &&
    (ref.connector === undefined || connector === undefined || ref.connector === connector);
  const all = project.list(kind);
  if (all.some((candidate) => (candidate.ref.key === key || candidate.id === key) && isReachable(candidate)))
    return [];
  if (project.unreadable(kind, key).length > 0) return []; // that is reported where it is wrong
  const names = new Set(all.filter(isReachable).map((candidate) => candidate.ref.key));
  const help = didYouMean(key, names) ?? hint(project, kind, key, names);
  return [{ code: 'ref/not-found', message: `no ${kind.replaceAll('-', ' ')} "${key}"`, path: at, help }];
}

/** What an upper layer names for other apps is no slip of a lower one. */
function wroteIt({ layers }: ResolvedElement, at: JsonPath): boolean {
  return layers.length < 2 || valueAt(layers.at(-1)?.value, at) !== undefined;
}

/** A layer of an integration that is not there is never used: its folder or its `integrationKey` is misspelt. */
export function checkLayer(project: OpenedProject, element: ResolvedElement): Problem[] {
  const { integration } = element.ref;
  if (integration === undefined) return [];
  const integrations = project.list('integration');
  if (integrations.some(({ ref }) => ref.key === integration)) return [];
  const impliedBy = project.parts.index.kind('integration')?.impliedBy ?? '';
  const broken = ['integration', impliedBy].some((kind) => project.unreadable(kind, integration).length > 0);
  if (broken) return []; // one slip, one problem
  const names = integrations.map(({ ref }) => ref.key);
  const help = didYouMean(integration, names) ?? `there are ${names.slice(0, 5).join(', ') || 'none yet'}`;
  const path = element.layers.at(-1)?.value['integrationKey'] === undefined ? [] : ['integrationKey'];
  return [
    {
      code: 'ref/not-found',
      message: `no integration "${integration}", so that this is never used`,
      path,
      help,
    },
  ];
}

/** An integration needs its connector: the one it names, else the one of its own key. An export has none. */
export function checkImplier(project: OpenedProject, element: ResolvedElement): Problem[] {
  const impliedBy = project.parts.index.kind(element.ref.kind)?.impliedBy;
  if (impliedBy === undefined) return [];
  const field = `${impliedBy}Key`;
  const named = element.value[field];
  const key = typeof named === 'string' ? named : element.ref.key;
  const names = project.list(impliedBy).map((candidate) => candidate.ref.key);
  if (names.includes(key) || project.unreadable(impliedBy, key).length > 0) return [];
  const path = named === undefined ? [] : [field];
  const message = `no ${impliedBy} "${key}"`;
  if (element.layers.at(-1)?.exported === true) {
    return [
      {
        code: 'export/connector',
        message,
        path,
        help: 'an export comes without connectors; nothing here can run',
      },
    ];
  }
  const help = didYouMean(key, names) ?? `make it with "membrane new ${impliedBy} ${key}"`;
  return [{ code: 'ref/not-found', message, path, help }];
}

/**
 * What is wrong with an element and with everything that it references, and theirs: what a run of it needs
 * to be right, membrane.yaml included. Errors elsewhere in the project do not matter to it.
 */
export async function checkWithReferences(
  project: OpenedProject,
  element: ResolvedElement,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [...project.parts.configDiagnostics];
  const seen = new Set<string>();
  const queue = [element];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const fresh = next.layers.filter(({ ref }) => !seen.has(formatRef(ref)));
    if (fresh.length === 0) continue; // elements may refer to each other in a circle
    for (const layer of fresh) {
      seen.add(formatRef(layer.ref));
      found.push(...(await project.check(layer)));
    }
    for (const { kind, key } of references(project, next)) {
      const target = project.resolve(kind, key, next.ref);
      if (target === undefined) found.push(...project.unreadable(kind, key));
      else queue.push(target);
    }
  }
  return found;
}

function references(project: OpenedProject, element: ResolvedElement): { kind: string; key: string }[] {
  const kind = project.parts.index.kind(element.ref.kind);
  if (kind === undefined) return [];
  return allPlaces(project, kind, element).flatMap((place) => {
    const key = place.holds === 'ref' ? valueAt(element.value, place.at) : undefined;
    if (place.holds !== 'ref' || typeof key !== 'string') return [];
    return { kind: place.kind, key };
  });
}

function hint(project: OpenedProject, kind: string, key: string, names: ReadonlySet<string>): string {
  if (project.parts.index.kind(kind)?.owner !== undefined) return 'the connector has no such element';
  const known = [...names].slice(0, 5).join(', ');
  const make = `make it with "membrane new ${kind} ${key}"`;
  return known === '' ? make : `there are ${known}${names.size > 5 ? ', …' : ''}; or ${make}`;
}
