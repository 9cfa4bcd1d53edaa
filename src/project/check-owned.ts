import { isObject, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Element, ResolvedElement } from '../core/project.js';
import type { OpenedProject } from './parts.js';
import type { Problem } from './places.js';
import { udmKind } from '../core/udm.js';

/**
 * Whether a connector has what a reference to one of its collections or operations names: its own connector, that
 * of the integration, or on the universal layer any of them. Where a connector is not here, nothing is wrong.
 */
export function checkOwned(
  project: OpenedProject,
  element: ResolvedElement,
  kind: string,
  named: string,
  at: JsonPath,
): Problem[] {
  const isPath = at.at(-1) === 'path' || at.at(-1) === 'defaultPath' || /^\/?data\//.test(named);
  const key = isPath ? keyInPath(named) : named;
  const connectors = connectorsOf(project, element);
  if (key === undefined || connectors === undefined) return [];
  const isOwned = ({ ref }: Element) => ref.connector !== undefined && connectors.has(ref.connector);
  const there = project.list(kind).filter(isOwned);
  if (there.some((one) => one.ref.key === key || one.id === key)) return [];
  if (project.unreadable(kind, key).length > 0) return []; // that is reported where it is wrong
  if (there.length === 0 && connectors.size > 1) return []; // nobody described any yet
  const names = [...new Set(there.map(({ ref }) => ref.key))];
  const what = kind.replaceAll('-', ' ');
  const [only] = connectors.size === 1 ? connectors : [];
  const owner = only === undefined ? 'no connector has' : `the connector "${only}" has`;
  const list = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  const help = didYouMean(key, names) ?? (names.length === 0 ? `${owner} no ${what}s` : `there are ${list}`);
  return [{ code: 'ref/not-found', message: `no ${what} "${key}"`, path: at, help }];
}

/** The references of a data schema: the records that a field names. */
export function referencesIn(schema: unknown, at: JsonPath): { kind: string; key: string; at: JsonPath }[] {
  if (Array.isArray(schema)) return schema.flatMap((part, index) => referencesIn(part, [...at, index]));
  if (!isObject(schema)) return [];
  return Object.entries(schema).flatMap(([name, part]) => {
    const path = [...at, name];
    if (data.has(name)) return [];
    if (name === 'referenceUdm')
      return typeof part === 'string' ? [{ kind: udmKind, key: part, at: path }] : [];
    if (name === 'referenceCollection') {
      const key = isObject(part) ? part['key'] : undefined;
      return typeof key === 'string' ? [{ kind: 'data-collection', key, at: [...path, 'key'] }] : [];
    }
    if (!named.has(name) || !isObject(part)) return referencesIn(part, path);
    return Object.entries(part).flatMap(([key, each]) => referencesIn(each, [...path, key]));
  });
}

/** Keywords that hold data, and those that hold schemas by names of their own. */
const data: ReadonlySet<string> = new Set(['default', 'example', 'examples', 'enum', 'const']);
const named: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);

/** Exports write a collection as `/data/KEY`. */
function keyInPath(path: string): string | undefined {
  return /^\/?data\/([^/?]+)/.exec(path)?.[1];
}

/** The connectors that may be meant; undefined where one of them is not here, so that nothing is known. */
function connectorsOf(project: OpenedProject, element: ResolvedElement): ReadonlySet<string> | undefined {
  const { kind, key, connector, integration } = element.ref;
  if (connector !== undefined) return new Set([connector]);
  if (kind === 'connector') return new Set([key]);
  const all = new Set(project.list('connector').map(({ ref }) => ref.key));
  const wanted = project
    .list('integration')
    .filter(({ ref }) => integration === undefined || ref.key === integration)
    .map(({ ref, value }) => (typeof value['connectorKey'] === 'string' ? value['connectorKey'] : ref.key));
  if (wanted.some((one) => !all.has(one))) return undefined;
  if (integration !== undefined) return wanted.length === 0 ? undefined : new Set(wanted);
  return all.size === 0 ? undefined : all;
}
