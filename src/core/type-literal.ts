import { isObject, type Json, type JsonObject } from './json.js';
import type { JsonSchema } from './schema.js';
import type { Type } from './type.js';
import type { Types } from './type-alternatives.js';
import { keywordOfKinds, kindOfValue } from './type-kinds.js';
import { unionOf } from './type-union.js';

/** Deeper parts of a value are not looked at. */
const deepest = 20;

/** The schema of one value that is known: of this value and, of the size that matters, of no other. */
export function literalSchema(types: Types, value: unknown, depth = 0): JsonSchema {
  if (value === undefined) return false;
  if (depth > deepest) return true;
  if (Array.isArray(value)) {
    const items = value.map((item) => literalSchema(types, item, depth + 1));
    return listSchema(types, items, value.length);
  }
  if (isObject(value)) {
    const fields = Object.entries(value).filter(([, part]) => part !== undefined);
    return objectSchema(
      fields.map(([name, part]) => [
        name,
        { schema: literalSchema(types, part, depth + 1), optional: false },
      ]),
    );
  }
  const scalar = ['string', 'number', 'boolean'].includes(typeof value) || value === null;
  return scalar ? { type: keywordOfKinds(kindOfValue(value)), const: value as Json } : true;
}

/** The schema of an object with these fields and no others. */
export function objectSchema(fields: readonly (readonly [string, Type])[]): JsonObject {
  const there = fields.filter(([, { schema }]) => schema !== false);
  const required = there.filter(([, { optional }]) => !optional).map(([name]) => name);
  return {
    type: 'object',
    // Not an assignment, which would take __proto__ as the prototype.
    properties: Object.fromEntries(there.map(([name, { schema }]) => [name, schema])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** The schema of a list with such items, of at least `least` of them. */
export function listSchema(types: Types, items: readonly JsonSchema[], least = 0): JsonObject {
  const item = unionOf(types, items);
  return {
    type: 'array',
    ...(item === true ? {} : { items: item }),
    ...(least > 0 ? { minItems: least } : {}),
  };
}
