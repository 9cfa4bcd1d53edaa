import { isObject, type Json, type JsonObject } from './json.js';
import type { JsonSchema } from './schema.js';

/** A value as a schema describes it: its examples and defaults where it has some. Undefined where it says nothing. */
export function exampleOf(schema: JsonSchema | undefined, depth = 10): Json | undefined {
  if (!isObject(schema) || depth === 0) return undefined;
  const { example, examples, default: given, const: only, enum: choices } = schema as JsonObject;
  const [first] = [...(Array.isArray(examples) ? examples : []), ...(Array.isArray(choices) ? choices : [])];
  const told = example ?? only ?? given ?? first;
  if (told !== undefined) return told;
  const { type, properties, items } = schema as JsonObject;
  const name = Array.isArray(type) ? type.find((one) => one !== 'null') : type;
  if (isObject(properties)) {
    const fields = Object.entries(properties).map(([key, inner]) => [
      key,
      exampleOf(inner as JsonSchema, depth - 1),
    ]);
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as JsonObject;
  }
  if (name === 'object') return {};
  if (name === 'array') {
    const item = exampleOf(items as JsonSchema | undefined, depth - 1);
    return item === undefined ? [] : [item];
  }
  return typeof name === 'string' && Object.hasOwn(plain, name) ? plain[name] : undefined;
}

const plain: Readonly<Record<string, Json>> = {
  string: 'dry-run',
  number: 0,
  integer: 0,
  boolean: false,
  null: null,
};
