import { isObject, type JsonObject, type JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { isFormula as formulaName } from '../formulas/is-formula.js';

/** What a keyword that holds schemas holds: one, a list of them, or a map. Some were lists in older drafts. */
export const shapes: ReadonlyMap<string, 'one' | 'list' | 'map'> = new Map([
  ['items', 'one'],
  ['additionalItems', 'one'],
  ['additionalProperties', 'one'],
  ['unevaluatedItems', 'one'],
  ['unevaluatedProperties', 'one'],
  ['contains', 'one'],
  ['propertyNames', 'one'],
  ['not', 'one'],
  ['if', 'one'],
  ['then', 'one'],
  ['else', 'one'],
  ['contentSchema', 'one'],
  ['allOf', 'list'],
  ['anyOf', 'list'],
  ['oneOf', 'list'],
  ['prefixItems', 'list'],
  ['properties', 'map'],
  ['patternProperties', 'map'],
  ['dependentSchemas', 'map'],
  ['dependencies', 'map'],
  ['$defs', 'map'],
  ['definitions', 'map'],
]);

/** Calls `visit` with every schema that stands directly in a schema, and its path in it. */
export function eachSubSchema(schema: JsonObject, visit: (inner: JsonSchema, at: JsonPath) => void): void {
  for (const keyword in schema) {
    const value = schema[keyword];
    if (typeof value !== 'object' && typeof value !== 'boolean') continue;
    const shape = shapes.get(keyword);
    if (shape === undefined) continue;
    if (shape === 'map') {
      if (!isObject(value) || isFormula(value)) continue;
      for (const key of Object.keys(value)) {
        const inner = (value as JsonObject)[key];
        if (isSchema(inner)) visit(inner, [keyword, key]);
      }
    } else if (Array.isArray(value)) {
      for (const [index, inner] of value.entries()) if (isSchema(inner)) visit(inner, [keyword, index]);
    } else if (isSchema(value)) visit(value, [keyword]);
  }
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || (isObject(value) && !isFormula(value));
}

/** Whether a formula stands here, so that what it gives is only known when it is resolved. */
export function isFormula(value: unknown): boolean {
  if (!isObject(value)) return false;
  // most values are none, and are asked often: look at the first key before asking the registry
  for (const first in value) return first.startsWith('$') && formulaName(value) !== undefined;
  return false;
}
