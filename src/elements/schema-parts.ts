import type { JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';

/** The pieces that schemas of kinds are made of. Every field has a description: editors and docs show it. */

export function text(description: string, rest: JsonObject = {}): JsonObject {
  return { type: 'string', description, ...rest };
}

export function choice(values: readonly string[], description: string): JsonObject {
  return { enum: [...values], description };
}

export function flag(description: string): JsonObject {
  return { type: 'boolean', description };
}

/** A whole number. */
export function count(description: string, minimum: number, rest: JsonObject = {}): JsonObject {
  return { type: 'integer', minimum, description, ...rest };
}

export function list(items: JsonObject, description: string): JsonObject {
  return { type: 'array', items, description };
}

/** Any value, in which formulas are resolved. */
export function anyFormula(description: string): JsonObject {
  return { description };
}

/** An object with these fields and no others. */
export function object(
  description: string,
  properties: JsonObject,
  required: readonly string[] = [],
): JsonObject {
  return {
    type: 'object',
    description,
    properties,
    ...(required.length === 0 ? {} : { required: [...required] }),
    additionalProperties: false,
  };
}

/** An object whose keys are up to the user. */
export function dictionary(values: JsonObject, description: string): JsonObject {
  return { type: 'object', description, additionalProperties: values };
}

/** A JSON Schema inside an element; what it says is checked on its own. */
export function dataSchema(description: string): JsonObject {
  return { type: ['object', 'boolean'], description };
}

/** Matches an object with a key that starts with `$`. */
const formula: JsonObject = { not: { patternProperties: { '^\\$': false } } };

/**
 * A formula, or a value that fits `schema`. It is written with `if` and not with `anyOf`, so that a value that
 * is no formula gets the plain errors of `schema`.
 */
export function formulaOr(schema: JsonObject): JsonObject {
  const { description, ...rest } = schema;
  return { ...(description === undefined ? {} : { description }), ...when(formula, true, rest) };
}

/** `consequence` holds where the field `type` is `name`. */
export function whenType(name: string, consequence: JsonObject): JsonObject {
  return when({ properties: { type: { const: name } }, required: ['type'] }, consequence);
}

/** A value that fits `condition` must fit `consequence` too, any other `otherwise`. */
export function when(condition: JsonObject, consequence: JsonSchema, otherwise?: JsonSchema): JsonObject {
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nothing awaits a schema
  return { if: condition, then: consequence, ...(otherwise === undefined ? {} : { else: otherwise }) };
}
