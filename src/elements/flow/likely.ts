import { exampleOf } from '../../core/schema-example.js';
import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import type { LikelyOutput } from '../../core/walk.js';
import { nodeType } from './nodes/index.js';

/** What a node would likely give: the example that is written at it, one of its schema, or what all of its type give. */
export function likelyOutput(flow: JsonObject, key: string): LikelyOutput {
  const nodes = isObject(flow['nodes']) ? flow['nodes'] : {};
  const node = Object.hasOwn(nodes, key) && isObject(nodes[key]) ? (nodes[key] as JsonObject) : {};
  const example = node['outputExample'] ?? exampleOf(node['outputSchema'] as JsonSchema | undefined);
  const otherwise = nodeType(node['type'])?.likely;
  return {
    ...(example === undefined ? {} : { example: example as Json }),
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}
