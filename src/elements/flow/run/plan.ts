import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject, type JsonPath } from '../../../core/json.js';
import { bodyOf } from '../arrivals.js';
import { circles, graphOf } from '../graph.js';
import type { NodeType } from '../node-type.js';
import { nodeType } from '../nodes/index.js';
import { permits, type Permits } from './permits.js';

/** A node of one run. */
export interface PlannedNode {
  readonly key: string;
  readonly at: JsonPath;
  readonly type: NodeType;
  /** As it is written. */
  readonly config: JsonObject;
  readonly links: readonly PlannedLink[];
  /** Links are followed after an error, too. */
  readonly goesOn: boolean;
  readonly batchSize: number | undefined;
  /** Of a for-each: the first node for each item. */
  readonly root: string | undefined;
  /** Of a for-each: the nodes that run for each item, whose outputs it gives. */
  readonly inner: readonly string[];
  readonly permits: Permits;
}

export interface PlannedLink {
  readonly to: string;
  readonly index: number;
  readonly filter: unknown;
}

export interface Plan {
  node(key: string): PlannedNode;
  /** How many inputs, or items, are worked on at once: enough to keep every node busy. */
  readonly width: number;
}

/** Reads a flow for a run. Throws where it cannot be run at all. */
export function planOf(flow: JsonObject): Plan {
  const graph = graphOf(flow);
  const [circle] = circles(graph);
  if (circle !== undefined) {
    const names = [...circle.keys, circle.keys[0]].map((key) => `"${key}"`).join(' → ');
    throw new MembraneError('run/failed', `the links form a circle: ${names}`, {
      hint: 'remove one of the links',
    });
  }
  const values = isObject(flow['nodes']) ? flow['nodes'] : {};
  const nodes = new Map<string, PlannedNode>();
  let width = 0;
  for (const node of graph.values()) {
    const value = values[node.key] as JsonObject;
    const type = nodeType(value['type']);
    if (type === undefined) continue;
    const config = isObject(value['config']) ? (value['config'] as JsonObject) : {};
    const links = Array.isArray(value['links']) ? (value['links'] as unknown[]) : [];
    const concurrency = typeof value['concurrency'] === 'number' ? value['concurrency'] : 1;
    width += concurrency;
    nodes.set(node.key, {
      key: node.key,
      at: ['nodes', node.key],
      type,
      config,
      links: node.links.map(({ to, index }) => {
        const link = links[index];
        return { to, index, filter: isObject(link) ? link['filter'] : undefined };
      }),
      goesOn: value['onError'] === 'continue',
      batchSize: typeof config['batchSize'] === 'number' ? config['batchSize'] : undefined,
      root: node.forEach && typeof node.root === 'string' ? node.root : undefined,
      inner: node.forEach ? bodyOf(node, graph) : [],
      permits: permits(concurrency),
    });
  }
  return {
    width: Math.min(most, least + width),
    node(key) {
      const found = nodes.get(key);
      if (found === undefined) throw new MembraneError('run/failed', `the flow has no node "${key}"`);
      return found;
    },
  };
}

/** Few inputs at once would make a transaction of the store for each of them, many would fill the memory. */
const least = 128;
const most = 2000;
