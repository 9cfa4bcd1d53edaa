import { isObject, type JsonObject } from './json.js';
import { nearNames } from './nearest.js';
import type { JsonSchema } from './schema.js';
import { surely, type Type } from './type.js';
import { alternativesOf, type Alternative, type Types } from './type-alternatives.js';
import { kind } from './type-kinds.js';
import { adopt } from './type-references.js';
import { unionOf } from './type-union.js';

/** What is known about one property, or one item, of a value. */
export type Found =
  | { readonly is: 'known'; readonly type: Type }
  /** It may be there, and nothing more is known. */
  | { readonly is: 'silent' }
  /** No schema names it. `closed`: it cannot be there; else the schema only does not speak of it. */
  | {
      readonly is: 'undeclared';
      readonly closed: boolean;
      readonly names: readonly string[];
      /** Why it is not there, where that is known. */
      readonly absent?: string;
    }
  /** The value can never have one: it is no object, or no list. */
  | { readonly is: 'impossible' };

/**
 * Keywords of types that Membrane makes itself. Names near one of `near` are misspelt, though the object is open;
 * `absent` says for some names why they are not there.
 */
export const hints = { near: 'x-near', absent: 'x-absent' } as const;

const silent: Found = { is: 'silent' };
const impossible: Found = { is: 'impossible' };

type Known = Map<string, Found>;
const properties = new WeakMap<Types, WeakMap<JsonObject, Known>>();
const lists = new WeakMap<Types, WeakMap<JsonObject, Known>>();

/** The property of a value of this type. */
export function propertyOf(types: Types, schema: JsonSchema, name: string): Found {
  const [form, another] = alternativesOf(types, schema);
  if (form?.parts.length === 1 && another === undefined)
    return (form.kinds & kind.object) === 0 ? impossible : propertyIn(form, name);
  return remembered(properties, types, schema, name, () =>
    combined(
      types,
      alternativesOf(types, schema).map((one) =>
        (one.kinds & kind.object) === 0 ? impossible : propertyIn(one, name),
      ),
    ),
  );
}

/** An item of a value of this type; without an index, any item. */
export function itemOf(types: Types, schema: JsonSchema, index?: number): Found {
  const [form, another] = alternativesOf(types, schema);
  if (form?.parts.length === 1 && another === undefined)
    return (form.kinds & kind.list) === 0 ? impossible : itemIn(types, form, index);
  return remembered(lists, types, schema, String(index), () =>
    combined(
      types,
      alternativesOf(types, schema).map((one) =>
        (one.kinds & kind.list) === 0 ? impossible : itemIn(types, one, index),
      ),
    ),
  );
}

function remembered(
  memory: WeakMap<Types, WeakMap<JsonObject, Known>>,
  types: Types,
  schema: JsonSchema,
  name: string,
  find: () => Found,
): Found {
  if (!isObject(schema)) return schema === false ? impossible : silent;
  const ofTypes = memory.get(types) ?? new WeakMap<JsonObject, Known>();
  memory.set(types, ofTypes);
  const known = ofTypes.get(schema) ?? new Map<string, Found>();
  ofTypes.set(schema, known);
  let found = known.get(name);
  if (found === undefined) {
    found = find();
    known.set(name, found);
  }
  return found;
}

/** What several forms say together: it is known where one of them knows it. */
function combined(types: Types, found: readonly Found[]): Found {
  const known = found.flatMap((one) => (one.is === 'known' ? [one.type] : []));
  if (known.length === 1 && found.length === 1) return found[0] as Found;
  if (known.length > 0) {
    const unsure = found.some((one) => one.is === 'silent');
    const schemas = [...known.map(({ schema }) => schema), ...(unsure ? [true] : [])];
    const optional = known.length < found.length || known.some((type) => type.optional);
    return { is: 'known', type: { schema: unionOf(types, schemas), optional } };
  }
  if (found.some((one) => one.is === 'silent')) return silent;
  const undeclared = found.filter((one) => one.is === 'undeclared');
  if (undeclared.length === 0) return impossible;
  const absent = undeclared.find((one) => one.absent !== undefined)?.absent;
  return {
    is: 'undeclared',
    ...(absent === undefined ? {} : { absent }),
    closed: undeclared.every((one) => one.closed),
    names: [...new Set(undeclared.flatMap((one) => one.names))],
  };
}

/** The property of a value of one form, which can be an object. */
export function propertyIn(form: Alternative, name: string): Found {
  const schemas: JsonSchema[] = [];
  let closed = false;
  // Closed to what no part speaks of: one that allows everything opens it again.
  let sealed = false;
  let open = form.unsure;
  const names: string[] = [];
  let declares = false;
  for (const part of form.parts) {
    const own = isObject(part['properties']) ? part['properties'] : undefined;
    if (own === undefined && part['properties'] !== undefined) open = true;
    if (own !== undefined && Object.hasOwn(own, name)) {
      schemas.push(child(part, own[name]));
      continue;
    }
    if (own !== undefined) {
      declares = true;
      names.push(...Object.keys(own));
      // A formula that gives the properties.
      if (names[0]?.startsWith('$') === true) open = true;
    }
    const matched = matching(part, name);
    if (matched !== undefined) schemas.push(...matched.map((one) => child(part, one)));
    if (part['patternProperties'] !== undefined) open = true;
    const more = part['additionalProperties'] ?? part['unevaluatedProperties'];
    if (more === false && part['additionalProperties'] === undefined) sealed = true;
    else if (more === false) closed = true;
    else if (more === true || isObject(more)) {
      open = true;
      if (isObject(more) && (matched === undefined || matched.length === 0)) schemas.push(child(part, more));
    }
  }
  if (schemas.length > 0) {
    const optional = !form.parts.some((part) => listHas(part['required'], name));
    return { is: 'known', type: { schema: allOf(schemas), optional } };
  }
  const absent = absentIn(form, name);
  if (
    (closed || (sealed && !open)) &&
    !form.unsure &&
    !form.parts.some((part) => part['patternProperties'] !== undefined)
  ) {
    return { is: 'undeclared', closed: true, names, ...absent };
  }
  if (absent !== undefined) return { is: 'undeclared', closed: false, names: [], ...absent };
  const meant = form.parts.flatMap((part) => slipsIn(part[hints.near], name));
  if (meant.length > 0) return { is: 'undeclared', closed: false, names: meant };
  return open || !declares ? silent : { is: 'undeclared', closed: false, names };
}

function absentIn({ parts }: Alternative, name: string): { readonly absent: string } | undefined {
  for (const part of parts) {
    const absent = part[hints.absent];
    const why = isObject(absent) && Object.hasOwn(absent, name) ? absent[name] : undefined;
    if (typeof why === 'string') return { absent: why };
  }
  return undefined;
}

/** The names that this one is a slip of. One of several, as in "order" and "orders", is a name of its own. */
function slipsIn(names: unknown, name: string): readonly string[] {
  if (!Array.isArray(names) || name.length < 4) return [];
  return nearNames(name, names as string[]).filter(
    (near) => !near.startsWith(name) && !name.startsWith(near),
  );
}

/** The schemas of the patterns that a name matches; undefined where there are no patterns. */
function matching(part: JsonObject, name: string): unknown[] | undefined {
  const patterns = part['patternProperties'];
  if (!isObject(patterns)) return undefined;
  return Object.entries(patterns).flatMap(([pattern, schema]) => (matches(pattern, name) ? [schema] : []));
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    return false;
  }
}

/** An item of a value of one form, which can be a list. */
export function itemIn(types: Types, form: Alternative, index?: number): Found {
  const schemas: JsonSchema[] = [];
  let surelyThere = false;
  for (const part of form.parts) {
    const first = Array.isArray(part['prefixItems']) ? part['prefixItems'] : part['items'];
    const tuple = Array.isArray(first) ? first : [];
    const rest = Array.isArray(part['items']) ? part['additionalItems'] : part['items'];
    if (index !== undefined && index < tuple.length) schemas.push(child(part, tuple[index]));
    else if (index === undefined && tuple.length > 0) {
      const all = [...tuple, ...(rest === false ? [] : [rest])];
      schemas.push(
        unionOf(
          types,
          all.map((one) => child(part, one)),
        ),
      );
    } else if (rest !== undefined) schemas.push(child(part, rest));
    const least = part['minItems'];
    if (typeof least === 'number' && index !== undefined && least > index) surelyThere = true;
  }
  if (schemas.length === 0) return silent;
  return { is: 'known', type: { ...surely(allOf(schemas)), optional: index !== undefined && !surelyThere } };
}

/** A schema inside of another one; what is no schema says nothing. */
function child(around: JsonObject, schema: unknown): JsonSchema {
  if (!isObject(schema)) return schema !== false;
  adopt(schema as JsonObject, around);
  return schema as JsonObject;
}

function allOf(schemas: readonly JsonSchema[]): JsonSchema {
  const [first = true, ...more] = schemas;
  return more.length === 0 ? first : { allOf: [...schemas] };
}

function listHas(list: unknown, name: string): boolean {
  return Array.isArray(list) && list.includes(name);
}
