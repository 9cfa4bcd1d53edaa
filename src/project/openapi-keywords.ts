import { isObject, type Json, type JsonObject, type JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';

/** Converts the schema at a path below the one at hand. */
type Convert = (path: JsonPath) => JsonSchema;

const single = ['additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else'] as const;
const maps = ['properties', 'patternProperties', 'dependentSchemas'] as const;
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
const texts = ['title', 'description', 'format', 'contentEncoding', 'contentMediaType'] as const;
const flags = ['readOnly', 'writeOnly', 'deprecated', 'uniqueItems'] as const;
const counts = [
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minContains',
  'maxContains',
] as const;
const numbers = ['minimum', 'maximum'] as const;
const typeNames = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

/**
 * The keywords of a schema as JSON Schema 2020-12 has them. What is only for people who read the document, and what is
 * no valid keyword, is left out: documents of real APIs have slips, and a schema with one could not be used at all.
 */
export function keywordsOf(schema: JsonObject, isOlder: boolean, convert: Convert): JsonSchema {
  const made: JsonObject = {
    ...typesOf(schema),
    ...annotations(schema),
    ...limits(schema, isOlder),
    ...inner(schema, convert),
  };
  return isOlder && schema['nullable'] === true ? nullable(made) : made;
}

function typesOf({ type, enum: values, const: constant }: JsonObject): JsonObject {
  const names = (Array.isArray(type) ? type : [type]).map((name) => (name === 'file' ? 'string' : name));
  const known = [...new Set(names)].filter((name) => typeof name === 'string' && typeNames.has(name));
  // one that is not known might allow anything
  const complete = known.length > 0 && known.length === new Set(names).size;
  const allowed = allowedValues(values, complete ? (known as string[]) : []);
  return {
    ...(complete ? { type: known.length === 1 ? (known[0] as Json) : (known as Json) } : {}),
    ...(allowed === undefined ? {} : { enum: allowed }),
    ...(constant === undefined ? {} : { const: constant }),
  };
}

/** The values of an `enum` that are of one of the types: it often stands beside a list, and means its items. */
export function allowedValues(values: unknown, types: readonly string[]): Json[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const isOf = (value: Json, type: string) =>
    type === 'null'
      ? value === null
      : type === 'array'
        ? Array.isArray(value)
        : type === 'object'
          ? isObject(value)
          : typeof value === (type === 'integer' ? 'number' : type);
  const fitting = (values as Json[]).filter(
    (value) => types.length === 0 || types.some((type) => isOf(value, type)),
  );
  return fitting.length === 0 ? undefined : fitting;
}

function annotations(schema: JsonObject): JsonObject {
  const made: JsonObject = {};
  for (const name of texts) {
    const value = schema[name];
    if (typeof value === 'string') made[name] = value;
  }
  for (const name of flags) if (schema[name] === true) made[name] = true;
  const assumed = defaultText(schema['default']);
  if (assumed !== undefined) {
    const description = made['description'];
    made['description'] = typeof description === 'string' ? `${description.trimEnd()} ${assumed}` : assumed;
  }
  return made;
}

/** What the API assumes is not to be sent by us: an update would set what nobody asked to be set. */
function defaultText(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return value === '' ? undefined : `Default: ${value}.`;
}

function limits(schema: JsonObject, isOlder: boolean): JsonObject {
  const made: JsonObject = {};
  for (const name of counts) {
    const value = schema[name];
    if (Number.isInteger(value) && (value as number) >= 0) made[name] = value as number;
  }
  for (const name of numbers) {
    const exclusive = name === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
    const [limit, own] = [schema[name], schema[exclusive]];
    if (typeof limit === 'number') made[isOlder && own === true ? exclusive : name] = limit;
    if (typeof own === 'number') made[exclusive] = own;
  }
  const { multipleOf, pattern, required } = schema;
  if (typeof multipleOf === 'number' && multipleOf > 0) made['multipleOf'] = multipleOf;
  if (typeof pattern === 'string' && isPattern(pattern)) made['pattern'] = pattern;
  if (Array.isArray(required)) {
    const names = [...new Set(required)].filter((name) => typeof name === 'string');
    if (names.length > 0) made['required'] = names;
  }
  return made;
}

function inner(schema: JsonObject, convert: Convert): JsonObject {
  const made: JsonObject = {};
  for (const name of maps) {
    const value = schema[name];
    if (!isObject(value)) continue;
    const keys = Object.keys(value).filter((key) => name !== 'patternProperties' || isPattern(key));
    // an object whose first key starts with "$" would be taken for a formula
    keys.sort((a, b) => Number(a.startsWith('$')) - Number(b.startsWith('$')));
    made[name] = Object.fromEntries(keys.map((key) => [key, convert([name, key])]));
  }
  for (const name of lists) {
    const value = schema[name];
    if (Array.isArray(value) && value.length > 0)
      made[name] = value.map((_, index) => convert([name, index]));
  }
  for (const name of single) {
    if (isObject(schema[name]) || typeof schema[name] === 'boolean') made[name] = convert([name]);
  }
  const { items } = schema;
  if (isObject(items) || typeof items === 'boolean') made['items'] = convert(['items']);
  else if (Array.isArray(items) && items.length > 0)
    made['prefixItems'] = items.map((_, index) => convert(['items', index]));
  return made;
}

function nullable(schema: JsonObject): JsonSchema {
  const { type, enum: values } = schema;
  if (type === undefined) {
    // without a type, anything is allowed but by what stands inside
    const isOpen = !['allOf', 'anyOf', 'oneOf', 'enum', 'not'].some((name) => schema[name] !== undefined);
    return isOpen ? schema : { anyOf: [schema, { type: 'null' }] };
  }
  const types = Array.isArray(type) ? type : [type];
  return {
    ...schema,
    type: types.includes('null') ? types : [...types, 'null'],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
  };
}

function isPattern(text: string): boolean {
  return compiles(text, 'u') || compiles(text, '');
}

function compiles(text: string, flags: string): boolean {
  try {
    return new RegExp(text, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
