import { isObject, same, type Json, type JsonObject } from './json.js';
import type { JsonSchema } from './schema.js';
import type { Type } from './type.js';
import { kindsOf, valuesOf, type Types } from './type-alternatives.js';
import { keywordOfKinds, kind, kindOfValue, type Kinds } from './type-kinds.js';

/** More forms, or values, than this are told by their kinds only. */
const most = { forms: 8, values: 50 };

/** The schema of what fits one of several. */
export function unionOf(types: Types, schemas: readonly JsonSchema[]): JsonSchema {
  const forms: JsonObject[] = [];
  for (const schema of schemas) {
    if (schema === true || (isObject(schema) && Object.keys(schema).length === 0)) return true;
    if (isObject(schema) && !forms.includes(schema)) forms.push(schema);
  }
  const [first, ...more] = forms;
  if (first === undefined) return false;
  if (more.length === 0) return first;
  const values: Json[] = [];
  const others: JsonObject[] = [];
  for (const form of forms) {
    const literal = isLiteral(form) ? (valuesOf(types, form) as readonly Json[] | undefined) : undefined;
    if (literal === undefined) {
      if (!others.some((other) => same(other, form))) others.push(form);
    } else for (const value of literal) if (!values.some((other) => same(other, value))) values.push(value);
  }
  const kinds = values.reduce<Kinds>((bits, value) => bits | kindOfValue(value), 0);
  const ofValues = values.length > most.values ? { type: keywordOfKinds(kinds) } : enumeration(values, kinds);
  if (others.length === 0) return ofValues;
  if (others.length > most.forms) {
    return { type: keywordOfKinds(others.reduce((bits, other) => bits | kindsOf(types, other), kinds)) };
  }
  const all = values.length === 0 ? others : [...others, ofValues];
  return all.length === 1 ? (all[0] as JsonObject) : { anyOf: all };
}

/** What is one of several, and may be missing where one of them may be. */
export function unionOfTypes(types: Types, all: readonly Type[]): Type {
  return {
    schema: unionOf(
      types,
      all.map(({ schema }) => schema),
    ),
    optional: all.some(({ optional }) => optional),
  };
}

/** A schema that says nothing but which values there are. */
function isLiteral(schema: JsonObject): boolean {
  return Object.keys(schema).every((word) => word === 'type' || word === 'const' || word === 'enum');
}

function enumeration(values: readonly Json[], kinds: Kinds): JsonObject {
  const [first = null, ...more] = values;
  const type = keywordOfKinds(kinds);
  return more.length === 0 ? { type, const: first } : { type, enum: [...values] };
}

/** What is the first of several that is neither missing nor null. */
export function withoutNull(types: Types, all: readonly Type[]): Type {
  const optional = all.every((type) => type.optional || (kindsOf(types, type.schema) & kind.null) !== 0);
  return {
    schema: unionOf(
      types,
      all.map(({ schema }) => notNull(types, schema)),
    ),
    optional,
  };
}

function notNull(types: Types, schema: JsonSchema): JsonSchema {
  if (!isObject(schema) || (kindsOf(types, schema) & kind.null) === 0) return schema;
  if (kindsOf(types, schema) === kind.null) return false;
  if (Array.isArray(schema['type']) && schema['nullable'] !== true && Object.keys(schema).length === 1)
    return { type: schema['type'].filter((name) => name !== 'null') };
  return schema;
}
