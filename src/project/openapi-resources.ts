import type { OpenApiDocument, OperationEntry } from './openapi-document.js';
import { responseSpot } from './openapi-body.js';
import { spotsOf } from './openapi-operation.js';
import type { JsonPath } from '../core/json.js';
import type { Spot } from './openapi-references.js';
import { shapeOf, type Shape } from './openapi-shape.js';

/** A resource of a REST API: a list, and what can be done with one of its items. */
export interface Resource {
  readonly key: string;
  /** Path of the list. */
  readonly path: string;
  readonly list: OperationEntry;
  /** What the list gives, and where the items are in it. */
  readonly response: Shape;
  readonly itemsAt: JsonPath;
  readonly item: Spot;
  /** The parameter that names one item. */
  readonly idParameter?: string;
  readonly get?: OperationEntry;
  readonly create?: OperationEntry;
  readonly update?: OperationEntry;
  readonly remove?: OperationEntry;
}

const itemNames =
  /^(data|items|results?|records|values|entries|nodes|elements|content|hits|objects|list|rows)$/i;

/**
 * The resources of an API: a path that gives a list of objects, and can do at least one thing more, by POST or with
 * `/{id}` behind. Lists alone are reports and searches more often than records.
 */
export function guessResources(document: OpenApiDocument, operations: readonly OperationEntry[]): Resource[] {
  const byPath = new Map<string, Map<string, OperationEntry>>();
  for (const entry of operations) {
    const methods = byPath.get(bare(entry.path)) ?? new Map<string, OperationEntry>();
    methods.set(entry.method, entry);
    byPath.set(bare(entry.path), methods);
  }
  const items = new Map<string, string>();
  for (const path of byPath.keys()) {
    const [, parent, last] = /^(.*)\/(\{[^{}/]+\})$/.exec(path) ?? [];
    if (parent !== undefined && last !== undefined && !items.has(parent)) items.set(parent, path);
  }
  const found: Omit<Resource, 'key'>[] = [];
  for (const [path, methods] of byPath) {
    const list = methods.get('get');
    if (list === undefined || path.endsWith('}')) continue;
    const listed = listedBy(document, list, path);
    const itemPath = items.get(path);
    const own = itemPath === undefined ? undefined : byPath.get(itemPath);
    const [get, create, update, remove] = [
      own?.get('get'),
      methods.get('post'),
      own?.get('patch') ?? own?.get('put') ?? own?.get('post'),
      own?.get('delete'),
    ];
    const can = [get, create, update, remove].filter((one) => one !== undefined);
    if (listed === undefined || can.length === 0) continue;
    const idParameter = /\{([^{}]+)\}$/.exec(itemPath ?? '')?.[1];
    found.push({
      path: list.path,
      list,
      ...listed,
      ...(idParameter === undefined ? {} : { idParameter }),
      ...(get === undefined ? {} : { get }),
      ...(create === undefined ? {} : { create }),
      ...(update === undefined ? {} : { update }),
      ...(remove === undefined ? {} : { remove }),
    });
  }
  return named(found);
}

/** Some write a slash at the end of the one path, and not of the other. */
function bare(path: string): string {
  return path.length > 1 ? path.replace(/\/$/, '') : path;
}

function listedBy(
  document: OpenApiDocument,
  list: OperationEntry,
  path: string,
): Pick<Resource, 'response' | 'itemsAt' | 'item'> | undefined {
  const spot = responseSpot(document, spotsOf(document, list).operation);
  if (spot === undefined || typeof spot === 'string') return undefined;
  const response = shapeOf(document, spot);
  if (response.type === 'list') {
    const { items } = response;
    return items !== undefined && isRecord(document, items)
      ? { response, itemsAt: [], item: items }
      : undefined;
  }
  const candidates = [...response.properties].flatMap(([name, property]) => {
    const { type, items } = shapeOf(document, property);
    return type === 'list' && items !== undefined && isRecord(document, items) ? [{ name, items }] : [];
  });
  const last = segmentsOf(path).at(-1) ?? '';
  const chosen =
    candidates.find(({ name }) => name.toLowerCase() === last.toLowerCase()) ??
    candidates.find(({ name }) => itemNames.test(name)) ??
    (candidates.length === 1 ? candidates[0] : undefined);
  return chosen === undefined ? undefined : { response, itemsAt: [chosen.name], item: chosen.items };
}

function isRecord(document: OpenApiDocument, spot: Spot): boolean {
  const { type, properties } = shapeOf(document, spot);
  return type === 'object' && properties.size > 0;
}

/** Named after the last part of the path, and as many before as it takes to tell them apart. */
function named(resources: readonly Omit<Resource, 'key'>[]): Resource[] {
  const keys = new Map<string, Omit<Resource, 'key'>[]>();
  for (const resource of resources) {
    const key = keyOf(segmentsOf(resource.path).slice(-1));
    keys.set(key, [...(keys.get(key) ?? []), resource]);
  }
  const taken = new Set<string>();
  return resources.map((resource) => {
    const segments = segmentsOf(resource.path);
    const short = keyOf(segments.slice(-1));
    const isOnly = keys.get(short)?.length === 1 || segments.length === 1;
    const wanted = isOnly ? short : keyOf(segments);
    let key = wanted;
    for (let count = 2; taken.has(key); count += 1) key = `${wanted}-${count}`;
    taken.add(key);
    return { ...resource, key };
  });
}

/** The words of a path, without parameters, versions and what says that it is an API. */
export function segmentsOf(path: string): string[] {
  const words = path.split('/').filter((part) => part !== '' && !/[{}]/.test(part));
  const own = words.filter((part) => !/^(v\d[\w.]*|\d+(\.\d+)*|api|rest)$/i.test(part));
  return (own.length > 0 ? own : words).map((part) => part.replace(/\.(json|xml)$/i, ''));
}

function keyOf(segments: readonly string[]): string {
  const text = segments
    .join('-')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return text === '' ? 'records' : text;
}
