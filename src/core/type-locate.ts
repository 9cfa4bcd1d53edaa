import { isObject, type JsonPath } from './json.js';
import type { JsonSchema } from './schema.js';
import { unknown, type Type } from './type.js';
import { kindsOf, type Types } from './type-alternatives.js';
import { kind, type Kinds } from './type-kinds.js';
import { itemOf, propertyOf, type Found } from './type-property.js';

/** Where a path does not lead on. */
export interface DeadEnd {
  /** How many parts of the path are right. */
  readonly end: number;
  readonly why: 'undeclared' | 'not-a-list' | 'not-an-object';
  /** What the value at the end is. */
  readonly kinds: Kinds;
  /** The names that it has, where it is an object without this one. */
  readonly names: readonly string[];
  /** The object can have no other names. */
  readonly closed: boolean;
  /** Why the name is not there, where that is known. */
  readonly absent: string | undefined;
  /** Where in the schema the object stands, if the way there is plain. */
  readonly declared: JsonPath | undefined;
}

export interface Located {
  /** Unknown behind a dead end. */
  readonly type: Type;
  readonly deadEnd?: DeadEnd;
}

/** The type of what a locator reads from a value of this type. */
export function locateType(types: Types, schema: JsonSchema, path: JsonPath): Located {
  let current: Type = { schema, optional: false };
  let declared: JsonPath | undefined = [];
  for (const [index, name] of path.entries()) {
    const found = step(types, current.schema, name);
    if (found.is === 'silent') return { type: unknown };
    if (found.is === 'known') {
      declared = declaredBelow(current.schema, name, declared);
      current = { ...found.type, optional: current.optional || found.type.optional };
      continue;
    }
    const names = found.is === 'undeclared' ? found.names : [];
    const closed = found.is === 'undeclared' && found.closed;
    const absent = found.is === 'undeclared' ? found.absent : undefined;
    const why =
      typeof name === 'number' ? 'not-a-list' : found.is === 'undeclared' ? 'undeclared' : 'not-an-object';
    const kinds = kindsOf(types, current.schema);
    // What is never more than nothing has been said elsewhere, if it is wrong at all.
    if ((kinds & ~kind.null) === 0) return { type: unknown };
    return { type: unknown, deadEnd: { end: index, why, kinds, names, closed, absent, declared } };
  }
  return { type: current };
}

/** Lists have items and a length, under any way to write an index; objects may have names that are numbers. */
function step(types: Types, schema: JsonSchema, name: string | number): Found {
  const index = typeof name === 'number' ? name : /^\d+$/.test(name) ? Number(name) : undefined;
  const kinds = kindsOf(types, schema);
  if ((kinds & kind.list) !== 0 && index !== undefined)
    return either(types, schema, index, String(name), kinds);
  if ((kinds & kind.list) !== 0 && name === 'length') {
    const optional = (kinds & ~kind.list) !== 0;
    return { is: 'known', type: { schema: optional ? true : { type: 'integer', minimum: 0 }, optional } };
  }
  return propertyOf(types, schema, String(name));
}

/** An index of what is a list, and perhaps an object too. */
function either(types: Types, schema: JsonSchema, index: number, name: string, kinds: Kinds): Found {
  if ((kinds & kind.object) === 0) return itemOf(types, schema, index);
  const property = propertyOf(types, schema, name);
  return property.is === 'known' || property.is === 'silent'
    ? { is: 'silent' }
    : itemOf(types, schema, index);
}

function declaredBelow(
  schema: JsonSchema,
  name: string | number,
  declared: JsonPath | undefined,
): JsonPath | undefined {
  if (declared === undefined || !isObject(schema)) return undefined;
  const { properties, items } = schema;
  if (typeof name === 'string' && isObject(properties) && Object.hasOwn(properties, name))
    return [...declared, 'properties', name];
  return typeof name === 'number' && isObject(items) ? [...declared, 'items'] : undefined;
}
