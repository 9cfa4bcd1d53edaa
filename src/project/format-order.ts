import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';

/** Whether a value fits a schema, for the conditions in schemas. */
export type Fits = (schema: JsonSchema, value: Json) => boolean;

/** What a schema says of one value: in which order its keys stand, and what it says of its parts. */
export interface Shape {
  /** Known keys in their order; empty where the schema knows none, as in data of the user. */
  keys(value: Json): readonly string[];
  at(value: Json, part: string | number): Shape;
}

/** The order of keys that a schema gives: that of its `properties`, through `$ref`, `allOf` and `if`. */
export function shapeOf(schema: JsonSchema, fits: Fits): Shape {
  const root = isObject(schema) ? schema : {};
  const shape = (schemas: readonly JsonSchema[]): Shape => {
    let last: { value: Json; holding: JsonObject[] } | undefined;
    // asked for each part of the same value
    const holding = (value: Json): JsonObject[] => {
      if (last?.value !== value) last = { value, holding: expand(schemas, value) };
      return last.holding;
    };
    return {
      keys: (value) => keysOf(holding(value), value),
      at: (value, part) => shape(holding(value).flatMap((one) => partOf(one, part))),
    };
  };

  /** The schemas that hold for a value. */
  function expand(schemas: readonly JsonSchema[], value: Json): JsonObject[] {
    return schemas.flatMap((schema) => {
      if (!isObject(schema)) return [];
      const { $ref, allOf, if: condition, then: consequence, else: otherwise } = schema;
      const more: (Json | undefined)[] = [
        typeof $ref === 'string' ? definition($ref) : undefined,
        ...(Array.isArray(allOf) ? allOf : []),
      ];
      if (condition !== undefined) more.push(fits(condition as JsonSchema, value) ? consequence : otherwise);
      return [
        schema,
        ...expand(
          more.filter((one) => isObject(one)),
          value,
        ),
      ];
    });
  }

  function definition(ref: string): Json | undefined {
    const definitions = root['$defs'];
    return isObject(definitions) ? definitions[ref.replace('#/$defs/', '')] : undefined;
  }

  return shape([root]);
}

/** The order of nothing: what it is asked about stays as it is. */
export const noShape: Shape = { keys: () => [], at: () => noShape };

/** The first key of a formula makes it one, so that its keys stay where they are. */
function keysOf(schemas: readonly JsonObject[], value: Json): readonly string[] {
  const first = isObject(value) ? Object.keys(value)[0] : undefined;
  if (first === undefined || first.startsWith('$')) return [];
  const names = schemas.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : []));
  return [...new Set(names)];
}

function partOf(schema: JsonObject, part: string | number): JsonSchema[] {
  const { properties, additionalProperties, items } = schema;
  if (typeof part === 'number') return isObject(items) ? [items] : [];
  if (isObject(properties) && Object.hasOwn(properties, part)) return [properties[part] as JsonSchema];
  return isObject(additionalProperties) ? [additionalProperties] : [];
}
