import type { JsonObject } from '../../core/json.js';

/** The collection that a data source names itself. Exports write it as `/data/KEY`, too. */
export function collectionKeyOf(source: Readonly<Record<string, unknown>> | JsonObject): string | undefined {
  if (typeof source['collectionKey'] === 'string') return source['collectionKey'];
  const path = source['path'] ?? source['defaultPath'];
  return typeof path === 'string' ? /^\/?data\/([^/?]+)/.exec(path)?.[1] : undefined;
}

/** Parameters that stand in such a path: `/data/tasks?projectId=42`. */
export function pathParameters(source: Readonly<Record<string, unknown>>): Record<string, string> {
  const path = source['collectionKey'] === undefined ? (source['path'] ?? source['defaultPath']) : undefined;
  const query = typeof path === 'string' ? path.split('?', 2)[1] : undefined;
  return query === undefined ? {} : Object.fromEntries(new URLSearchParams(query));
}
