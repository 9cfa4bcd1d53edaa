import { isObject, type JsonObject } from '../../core/json.js';
import type { Finding } from '../../core/kind.js';
import type { Graph } from './graph.js';
import { starts } from './picture.js';

/** Nodes whose output takes the place of a field of the input, since it has the same name. */
export function shadows(flow: JsonObject, graph: Graph): Finding[] {
  const fields = new Map<string, string>();
  for (const { key, inputSchema } of starts(flow)) {
    const properties = isObject(inputSchema) ? inputSchema['properties'] : undefined;
    for (const field of isObject(properties) ? Object.keys(properties) : []) fields.set(field, key);
  }
  return [...graph.keys()].flatMap((key): Finding[] => {
    const start = fields.get(key);
    if (start === undefined || graph.get(key)?.trigger === true) return [];
    const message = `the node "${key}" hides the field "${key}" of the input from the nodes behind it`;
    const help = `they find the field as input.${start}.${key}; or give the node another key`;
    return [{ code: 'flow/shadow', message, path: ['nodes', key], target: 'key', help }];
  });
}
