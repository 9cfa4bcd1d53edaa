import { isObject, type JsonObject } from '../../core/json.js';
import { nearest } from '../../core/nearest.js';
import { nodeType } from './nodes/index.js';

export interface Link {
  readonly to: string;
  /** Its place in the list of the node. */
  readonly index: number;
}

export interface Node {
  readonly key: string;
  readonly trigger: boolean;
  readonly forEach: boolean;
  /** First node of the body of a for-each, as written. */
  readonly root: unknown;
  readonly links: readonly Link[];
}

/** The nodes of a flow by key. Links without a plain key are left out. */
export type Graph = ReadonlyMap<string, Node>;

export function graphOf(flow: JsonObject): Graph {
  const nodes = isObject(flow['nodes']) ? flow['nodes'] : {};
  return new Map(
    Object.entries(nodes).map(([key, value]) => [key, nodeOf(key, isObject(value) ? value : {})]),
  );
}

function nodeOf(key: string, value: Record<string, unknown>): Node {
  const type = nodeType(value['type']);
  const links = Array.isArray(value['links']) ? (value['links'] as unknown[]) : [];
  return {
    key,
    trigger: type?.trigger === true,
    forEach: type?.name === 'for-each',
    root: isObject(value['config']) ? value['config']['rootNodeKey'] : undefined,
    links: links.flatMap((link, index) =>
      isObject(link) && typeof link['key'] === 'string' ? [{ to: link['key'], index }] : [],
    ),
  };
}

/** A way from one node to another: a link, or what makes a node the first one of a body. */
export interface Way {
  readonly to: string;
  /** The link's place in the list of the node; undefined for the way into a body. */
  readonly index: number | undefined;
}

export interface Circle {
  /** The nodes, in order. */
  readonly keys: readonly string[];
  /** The way of the last node that leads to the first one. */
  readonly closedBy: Way;
  /** The loops whose way into their body is part of it. */
  readonly loops: readonly string[];
}

/** The circles that links and bodies form; of circles that share nodes only the first. */
export function circles(graph: Graph): Circle[] {
  const found: Circle[] = [];
  const ways = new Map([...graph.values()].map((node) => [node.key, waysOf(node)]));
  const done = new Set<string>();
  const reported = new Set<string>();
  for (const start of graph.keys()) {
    if (done.has(start)) continue;
    const path = [start];
    const next = [0];
    const onPath = new Set(path);
    while (path.length > 0) {
      const key = path[path.length - 1] ?? '';
      const turn = next.length - 1;
      const way = ways.get(key)?.[next[turn] ?? 0];
      next[turn] = (next[turn] ?? 0) + 1;
      if (way === undefined) {
        path.pop();
        next.pop();
        onPath.delete(key);
        done.add(key);
      } else if (graph.get(way.to)?.trigger === true) {
        continue; // a fault of its own
      } else if (onPath.has(way.to)) {
        const first = path.indexOf(way.to);
        const keys = path.slice(first);
        const loops = keys.filter((each, index) => {
          const taken = (next[first + index] ?? 0) - 1;
          return ways.get(each)?.[taken]?.index === undefined;
        });
        if (!keys.some((each) => reported.has(each))) found.push({ keys, closedBy: way, loops });
        for (const each of keys) reported.add(each);
      } else if (graph.has(way.to) && !done.has(way.to)) {
        path.push(way.to);
        next.push(0);
        onPath.add(way.to);
      }
    }
  }
  return found;
}

/** A for-each that is its own root node is a fault of its own. */
function waysOf({ key, links, forEach, root }: Node): readonly Way[] {
  return forEach && typeof root === 'string' && root !== key
    ? [...links, { to: root, index: undefined }]
    : links;
}

/**
 * The nodes that no trigger reaches, without those that only they lead to. A link to a node that is not there
 * counts for the node that was probably meant; where none is near, or a for-each has no body, nothing can be said.
 */
export function unreachable(graph: Graph): string[] {
  const edges = new Map<string, string[]>();
  for (const node of graph.values()) {
    const targets = node.links.map((link) => link.to);
    if (node.forEach) {
      if (typeof node.root !== 'string' || node.root === node.key) return [];
      targets.push(node.root);
    }
    const meant = targets.map((key) => (graph.has(key) ? key : nearest(key, graph.keys())));
    if (meant.includes(undefined)) return [];
    edges.set(node.key, meant as string[]);
  }
  const waiting = [...graph.values()].filter((node) => node.trigger).map((node) => node.key);
  const reached = new Set(waiting);
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    for (const target of edges.get(key) ?? []) {
      if (!reached.has(target)) waiting.push(target);
      reached.add(target);
    }
  }
  const lost = [...graph.keys()].filter((key) => !reached.has(key));
  const led = new Set(lost.flatMap((key) => edges.get(key) ?? []));
  return lost.filter((key) => !led.has(key));
}
