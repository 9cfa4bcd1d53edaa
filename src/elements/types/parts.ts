import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import { adopt } from '../../core/type-references.js';
import type { TypeWorld } from '../../core/type-world.js';

/** The pieces that types are made of. A type is a JSON Schema; undefined is unknown. */
export type Type = JsonSchema | undefined;

/** An id: APIs that count send numbers. */
export const idType: JsonSchema = { type: ['string', 'number'] };
export const textType: JsonSchema = { type: 'string' };
export const listType: JsonSchema = { type: 'array' };
/** An object of which nothing more is known. */
export const anyObject: JsonSchema = { type: 'object' };

export interface ObjectOptions {
  readonly required?: readonly string[];
  /** `false`: there is nothing else; `true`: anything else may be there. Absent: another name is doubtful. */
  readonly others?: boolean;
}

/** An object with these properties; those that are undefined are there, and unknown. */
export function objectType(
  properties: Readonly<Record<string, Type>>,
  options: ObjectOptions = {},
): JsonObject {
  const { required = [], others } = options;
  const known: JsonObject = {};
  for (const name of Object.keys(properties)) setProperty(known, name, properties[name] ?? true);
  const type: JsonObject = { type: 'object', properties: known };
  if (required.length > 0) type['required'] = [...required];
  if (others !== undefined) type['additionalProperties'] = others;
  return type;
}

/** An own property, whatever its name: one that is called `__proto__` is data, too. */
function setProperty(object: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

export function listOf(items: Type): JsonSchema {
  return items === undefined ? listType : { type: 'array', items };
}

/** What is one of several types. */
export function oneOfTypes(types: readonly Type[]): Type {
  if (types.length === 1) return types[0];
  const distinct = new Map<string, JsonSchema>();
  for (const type of types) {
    if (type === undefined || type === true) return undefined;
    distinct.set(JSON.stringify(type), type);
  }
  const all = [...distinct.values()];
  return all.length === 1 ? all[0] : { anyOf: all as Json[] };
}

/** A schema as it was written in an element; what is no schema says nothing. */
export function written(schema: unknown): Type {
  return typeof schema === 'boolean' || isObject(schema as Json) ? (schema as JsonSchema) : undefined;
}

/** A schema with the data-schema that it refers to, if it is such a reference. */
export function plain(schema: Type, world: TypeWorld): Type {
  let current = schema;
  for (let steps = 0; steps < 10; steps += 1) {
    if (!isObject(current as Json)) return current;
    const ref = (current as JsonObject)['$ref'];
    if (typeof ref !== 'string') return current;
    current = written(world.dataSchema(ref));
  }
  return undefined; // a reference to itself: nothing is known
}

/** Object schemas that say all about their properties in one place; of others, nothing is known here. */
export function asObject(type: Type): (JsonObject & { properties: JsonObject }) | undefined {
  if (!isObject(type as Json)) return undefined;
  const schema = type as JsonObject;
  const parts = ['allOf', 'anyOf', 'oneOf', 'if', '$ref', 'not', 'dependentSchemas'];
  if (!isObject(schema['properties']) || parts.some((name) => schema[name] !== undefined)) return undefined;
  for (const property of Object.values(schema['properties'])) part(property, schema);
  return schema as JsonObject & { properties: JsonObject };
}

/** A part of a schema that is taken out of it: what it refers to by `#/$defs` can still be found. */
export function part(schema: unknown, around: JsonObject): Type {
  if (isObject(schema as Json)) adopt(schema as JsonObject, around);
  return written(schema);
}

/** The same, of which some properties may be missing: defaults, or another value, may give them. */
export function partial(schema: Type, world: TypeWorld): Type {
  const whole = plain(schema, world);
  if (!isObject(whole as Json)) return whole;
  const { required: _, minProperties: __, ...rest } = whole as JsonObject;
  return rest;
}
