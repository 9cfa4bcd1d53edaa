import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import type { WalkGraph, WalkStart } from '../../core/walk.js';
import { graphOf } from './graph.js';
import { nodeType } from './nodes/index.js';
import { partsOf } from './run/path.js';

/** The triggers of a flow, with what they take. */
export function starts(flow: JsonObject): WalkStart[] {
  return [...graphOf(flow).values()].flatMap(({ key, trigger }) => {
    if (!trigger) return [];
    const node = nodeAt(flow, key);
    const inputSchema = (node['inputSchema'] ?? configOf(node)['inputSchema']) as JsonSchema | undefined;
    return [{ key, onDemand: node['type'] === 'api-trigger', inputSchema }];
  });
}

/** A node that is run alone. */
export function startAlone(flow: JsonObject, key: string): WalkStart {
  const inputSchema = nodeAt(flow, key)['inputSchema'] as JsonSchema | undefined;
  return { key, onDemand: true, inputSchema };
}

/** What is written at a node to try it with. */
export function testInput(flow: JsonObject, key: string): Json | undefined {
  return nodeAt(flow, key)['testInput'];
}

/** The nodes and links of a flow, for pictures of it. */
export function pictureOf(flow: JsonObject): WalkGraph {
  const nodes = [...graphOf(flow).values()].map(({ key, trigger, forEach, root, links }) => {
    const node = nodeAt(flow, key);
    const written = Array.isArray(node['links']) ? node['links'] : [];
    return {
      key,
      type: String(node['type']),
      name: typeof node['name'] === 'string' ? node['name'] : undefined,
      start: trigger,
      ...(trigger ? { when: nodeType(node['type'])?.when?.(configOf(node)) ?? String(node['type']) } : {}),
      root: forEach && typeof root === 'string' ? root : undefined,
      links: links.map(({ to, index }) => {
        const link = written[index];
        const { name, filter } = isObject(link) ? link : {};
        return { to, name: typeof name === 'string' ? name : undefined, filtered: filter !== undefined };
      }),
    };
  });
  return { nodes };
}

export function nodesOn(id: string): string[] {
  return partsOf(id).map(({ node }) => node);
}

export function indexOf(id: string): number {
  return partsOf(id)[0]?.index ?? 0;
}

function nodeAt(flow: JsonObject, key: string): JsonObject {
  const nodes = isObject(flow['nodes']) ? flow['nodes'] : {};
  const node = Object.hasOwn(nodes, key) ? nodes[key] : undefined;
  return isObject(node) ? node : {};
}

function configOf({ config }: JsonObject): JsonObject {
  return isObject(config) ? config : {};
}
