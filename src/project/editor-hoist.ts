import { isObject, type Json, type JsonObject } from '../core/json.js';

/** Shorter than this, a schema is no longer than the reference to it is worth. Characters. */
const worthwhile = 120;

/** The same schema with what it says several times said once, in its `$defs` as `part-1`, `part-2`, … */
export function hoisted(schema: JsonObject): JsonObject {
  const times = new Map<string, number>();
  const count = (part: JsonObject): JsonObject => {
    const text = JSON.stringify(part);
    times.set(text, (times.get(text) ?? 0) + 1);
    // what stands inside of a part that was seen before was counted with it
    return times.get(text) === 1 ? inside(part, count) : part;
  };
  inside(schema, count);
  const names = new Map<string, string>();
  const parts: JsonObject = {};
  const replace = (part: JsonObject): JsonObject => {
    const text = JSON.stringify(part);
    if (text.length < worthwhile || (times.get(text) ?? 0) < 2) return inside(part, replace);
    let name = names.get(text);
    if (name === undefined) {
      names.set(text, (name = `part-${names.size + 1}`));
      parts[name] = inside(part, replace);
    }
    return { $ref: `#/$defs/${name}` };
  };
  const { $defs = {}, ...rest } = inside(schema, replace);
  const all = { ...(isObject($defs) ? $defs : {}), ...parts };
  return Object.keys(all).length === 0 ? rest : { ...rest, $defs: all };
}

/** A schema with `change` made to each schema directly in it. */
export function inside(schema: JsonObject, change: (part: JsonObject) => JsonObject): JsonObject {
  const one = (part: Json): Json => (isObject(part) ? change(part) : part);
  const entries = Object.entries(schema).map(([word, part]): [string, Json] => {
    if (ofMaps.has(word) && isObject(part)) {
      return [word, Object.fromEntries(Object.entries(part).map(([name, each]) => [name, one(each)]))];
    }
    if (ofLists.has(word) && Array.isArray(part)) return [word, part.map(one)];
    return [word, ofSchemas.has(word) ? one(part) : part];
  });
  return Object.fromEntries(entries);
}

const ofMaps = new Set(['properties', 'patternProperties', '$defs']);
const ofLists = new Set(['allOf', 'anyOf', 'oneOf']);
const ofSchemas = new Set(['then', 'else', 'items', 'additionalProperties']);
