import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';

/** A schema of what is sent: nothing that is only read is required, at any depth. References lead to its own `$defs`. */
export function withoutReadOnly(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  const definitions = isObject(schema['$defs']) ? schema['$defs'] : {};
  return relaxed(schema, definitions) as JsonObject;
}

function relaxed(part: Json, definitions: JsonObject): Json {
  if (Array.isArray(part)) return part.map((one) => relaxed(one, definitions));
  if (!isObject(part)) return part;
  const read = Array.isArray(part['required']) ? readOnlyNames(part, definitions) : new Set<Json>();
  return Object.fromEntries(
    Object.entries(part).flatMap(([name, inner]): [string, Json][] => {
      // a property may be called "required": then it is a schema
      if (name !== 'required' || !Array.isArray(inner)) return [[name, relaxed(inner, definitions)]];
      const names = inner.filter((one) => !read.has(one));
      return names.length === 0 ? [] : [[name, names]];
    }),
  );
}

/** The properties that an object, or a part of its `allOf`, marks as only read. */
function readOnlyNames(schema: Json | undefined, definitions: JsonObject, depth = 0): Set<Json> {
  const { properties, allOf } = followed(schema, definitions);
  const own = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, property]) =>
    isReadOnly(property, definitions) ? [name] : [],
  );
  const parts = Array.isArray(allOf) && depth < 8 ? allOf : [];
  return new Set([...own, ...parts.flatMap((part) => [...readOnlyNames(part, definitions, depth + 1)])]);
}

function isReadOnly(property: Json, definitions: JsonObject): boolean {
  const own = isObject(property) && property['readOnly'] === true;
  return own || followed(property, definitions)['readOnly'] === true;
}

function followed(schema: Json | undefined, definitions: JsonObject): JsonObject {
  if (!isObject(schema)) return {};
  const name = typeof schema['$ref'] === 'string' ? /^#\/\$defs\/(.+)$/.exec(schema['$ref'])?.[1] : undefined;
  const target = name === undefined ? undefined : definitions[name];
  return isObject(target) ? { ...target, ...schema } : schema;
}
