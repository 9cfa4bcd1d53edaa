import { isObject, type JsonObject } from '../../core/json.js';

/** How people name what is written as a key, or as `{key}`; formulas have no name. */
export function nameIn(written: unknown): string {
  const key = isObject(written) ? written['key'] : written;
  return typeof key === 'string' ? key : 'what a formula says';
}

/** The records that a trigger looks at, as its `dataSource` names them. */
export function recordsIn({ dataSource }: JsonObject): string {
  if (!isObject(dataSource)) return nameIn(dataSource);
  const { key, udm, collectionKey } = dataSource;
  return nameIn(key ?? udm ?? collectionKey);
}
