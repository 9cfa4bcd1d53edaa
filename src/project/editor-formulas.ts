import { isObject, type Json, type JsonObject } from '../core/json.js';
import { formulas } from '../formulas/index.js';
import type { Formula } from '../formulas/formula.js';

/**
 * Definitions for schemas of editors: `formula` has the keys of formulas, for what may be one; `value` is anything
 * whose parts may be formulas; and each formula has the shape of its argument under its name.
 */
export function formulaDefinitions(): JsonObject {
  const shapes = [...formulas.values()].map(
    (formula) => [definitionOf(formula.name), argumentOf(formula)] as const,
  );
  return {
    formula: { properties: formulaKeys() },
    value: {
      properties: formulaKeys(),
      additionalProperties: { $ref: '#/$defs/value' },
      items: { $ref: '#/$defs/value' },
    },
    ...Object.fromEntries(shapes),
  };
}

/** Schemas for the keys of formulas, to stand among the `properties` of whatever may be one. */
function formulaKeys(): JsonObject {
  return Object.fromEntries(
    [...formulas.keys()].map((name) => [name, { $ref: `#/$defs/${definitionOf(name)}` }]),
  );
}

function definitionOf(name: string): string {
  return `formula-${name.replace('$', '')}`;
}

function argumentOf({ name, summary, schema, examples }: Formula): JsonObject {
  const shown = examples.flatMap(({ formula }) => (isObject(formula) ? [formula[name] as Json] : []));
  return { description: summary, ...(isObject(schema) ? shape(schema) : {}), examples: shown };
}

/** Any part of an argument may be a formula instead, unless it is literal. */
function shape(schema: JsonObject): JsonObject {
  const { literal, ...rest } = schema;
  const own = Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, partOf(name, part)]));
  if (literal === true) return own;
  if (Object.keys(own).length === 0) return { $ref: '#/$defs/value' };
  return {
    // a formula has a key with $; anything else must fit
    if: { type: 'object', patternProperties: { '^\\$': false } },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nothing awaits a schema
    then: own,
    else: { if: { type: 'object' }, then: { $ref: '#/$defs/value' }, else: own },
  };
}

function partOf(name: string, part: Json): Json {
  if (name === 'properties' && isObject(part)) {
    return Object.fromEntries(
      Object.entries(part).map(([key, one]) => [key, isObject(one) ? shape(one) : one]),
    );
  }
  if (name === 'anyOf' && Array.isArray(part)) return part.map((one) => (isObject(one) ? shape(one) : one));
  return name === 'items' && isObject(part) ? shape(part) : part;
}
