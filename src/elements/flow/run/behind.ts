import type { JsonObject } from '../../../core/json.js';
import { bodyOf } from '../arrivals.js';
import { graphOf, type Graph } from '../graph.js';
import { partsOf } from './path.js';

/**
 * Whether a node run is one of `node`, or depends on one: it comes behind it, or behind a for-each that runs it for each
 * item.
 */
export function isBehind(flow: JsonObject, id: string, node: string): boolean {
  const loops = loopsAround(graphOf(flow), node);
  const parts = partsOf(id);
  return parts.some((part, index) => {
    if (part.node === node) return true;
    if (!loops.has(part.node)) return false;
    // What is inside of the loop has been led to by an item, and not by a link.
    const next = parts[index + 1];
    return next === undefined || next.link !== undefined;
  });
}

/** The for-eaches that run a node for each item, also those that do so in another one. */
function loopsAround(graph: Graph, node: string): Set<string> {
  const found = new Set<string>();
  const inside = new Set([node]);
  for (const inner of inside) {
    for (const each of graph.values()) {
      if (!each.forEach || found.has(each.key) || !bodyOf(each, graph).includes(inner)) continue;
      found.add(each.key);
      inside.add(each.key);
    }
  }
  return found;
}
