import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { Node, Words } from './schemas-node.js';
import { shapes } from './schemas-positions.js';

/**
 * A linked schema as one plain schema of draft 2020-12 for ajv: no ids, no anchors, every reference into `$defs`,
 * our own keywords written with those of the standard. Undefined for one with `$dynamicRef`, whose target is
 * only known on the way, and for what ajv is known to get wrong: `unevaluatedItems`, `unevaluatedProperties` and a field
 * `__proto__`. Names in `$defs` begin with `prefix`.
 */
export function flatten(root: Node, prefix = ''): JsonSchema | undefined {
  const names = new Map<Node, string>();
  const queue: Node[] = [];
  let possible = true;

  const nameOf = (node: Node): string => {
    let name = names.get(node);
    if (name === undefined) {
      name = `${prefix}${names.size}`;
      names.set(node, name);
      queue.push(node);
    }
    return name;
  };
  const plain = (node: Node): JsonSchema => {
    if (typeof node === 'boolean') return node;
    const { $ref, $dynamicRef, referenceRecords, default: _, type, enum: values, ...rest } = node.words;
    if ($dynamicRef !== undefined || unsure.some((keyword) => node.words[keyword] !== undefined))
      possible = false;
    if (Object.hasOwn(node.words.properties ?? {}, '__proto__')) possible = false;
    const entries = Object.entries(rest).map(
      ([keyword, operand]) => [keyword, part(keyword, operand)] as const,
    );
    const schema: JsonObject = Object.fromEntries(entries);
    if (type !== undefined) schema['type'] = type.length === 1 ? (type[0] ?? []) : [...type];
    if (values !== undefined)
      schema[values.length === 0 ? 'not' : 'enum'] = values.length === 0 ? {} : [...values];
    const also: JsonSchema[] = [];
    if (values?.length === 0 && node.words.not !== undefined) also.push({ not: plain(node.words.not) });
    if (referenceRecords !== undefined) also.push({ enum: referenceRecords.map(({ id }) => id) });
    if (also.length > 0) schema['allOf'] = [...((schema['allOf'] as Json[] | undefined) ?? []), ...also];
    if ($ref !== undefined) schema['$ref'] = `#/$defs/${nameOf($ref)}`;
    return schema;
  };
  const part = (keyword: string, operand: Words[keyof Words]): Json => {
    const shape = shapes.get(keyword);
    if (shape === 'one') return plain(operand as Node);
    if (shape === 'list') return (operand as readonly Node[]).map(plain);
    if (shape !== 'map' || !isObject(operand)) return operand as Json;
    return Object.fromEntries(Object.entries(operand).map(([key, node]) => [key, plain(node as Node)]));
  };

  const schema = plain(root);
  const defs: [string, JsonSchema][] = [];
  for (const node of queue) defs.push([names.get(node) ?? '', plain(node)]);
  if (!possible) return undefined;
  return typeof schema === 'boolean' || defs.length === 0
    ? schema
    : { ...schema, $defs: Object.fromEntries(defs) };
}

const unsure = ['unevaluatedItems', 'unevaluatedProperties'] as const;
