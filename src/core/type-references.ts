import { isObject, valueAt, type JsonObject } from './json.js';
import type { JsonSchema } from './schema.js';

/** Where a schema stands, for references such as `#/$defs/address`: they lead on from the document around it. */
interface Home {
  readonly document: JsonObject;
  /** It is known to be a whole document, not a schema that somebody has put together from others. */
  readonly certain: boolean;
  readonly around: Home | undefined;
}

const homes = new WeakMap<JsonObject, Home>();

/** Notes that a schema stands inside another one. Types are taken apart and put together: this remembers the way back. */
export function adopt(schema: JsonObject, around: JsonObject): void {
  const home = homeOf(schema, homes.get(around) ?? homeOf(around));
  if (home !== undefined && !homes.has(schema)) homes.set(schema, home);
}

/**
 * What `$ref` of a schema names: a part of its document (`#/$defs/address`), a data-schema (`contact`,
 * `schemas/contact`) or a part of one (`contact#/properties/email`). Undefined where that is not known.
 */
export function definition(
  schema: JsonObject,
  ref: unknown,
  resolve: (key: string) => JsonSchema | undefined,
): JsonSchema | undefined {
  if (typeof ref !== 'string') return undefined;
  const hash = ref.indexOf('#');
  const [address, fragment] = hash === -1 ? [ref, ''] : [ref.slice(0, hash), ref.slice(hash + 1)];
  if (address === '') return inDocument(homes.get(schema) ?? homeOf(schema), fragment);
  const found = resolve(decoded(address).replace(/^schemas\//, ''));
  if (!isObject(found)) return fragment === '' ? found : undefined;
  const home: Home = { document: found, certain: true, around: undefined };
  homes.set(found, home);
  return inDocument(home, fragment);
}

/** The document that a schema is, or stands in; undefined where there is nothing that a reference could lead to. */
function homeOf(schema: JsonObject, around?: Home): Home | undefined {
  const certain = typeof schema['$id'] === 'string' || typeof schema['$schema'] === 'string';
  const whole = certain || isObject(schema['$defs']) || isObject(schema['definitions']);
  return whole ? { document: schema, certain, around } : around;
}

function inDocument(home: Home | undefined, fragment: string): JsonSchema | undefined {
  const path = fragment
    .split('/')
    .slice(1)
    .map((part) => decoded(part).replaceAll('~1', '/').replaceAll('~0', '~'));
  if (fragment !== '' && !fragment.startsWith('/')) return undefined;
  const named = path[0] === '$defs' || path[0] === 'definitions';
  for (let one = home; one !== undefined; one = one.around) {
    if (!named && !one.certain) continue;
    const found = valueAt(one.document, path);
    if (typeof found === 'boolean') return found;
    if (!isObject(found)) continue;
    adopt(found as JsonObject, one.document);
    return found as JsonObject;
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
