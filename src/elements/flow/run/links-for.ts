import type { JsonObject } from '../../../core/json.js';
import type { NodeContext } from '../../../core/walk.js';
import { isOpen, matches } from './filter.js';
import type { NodeInput } from './input.js';
import type { PlannedNode } from './plan.js';

/**
 * Which links are followed, for each output: decided once, and kept with the result, so that it is the same when the
 * run goes on. Nothing is kept where all are followed.
 */
export async function linksFor(
  ctx: NodeContext,
  node: PlannedNode,
  input: NodeInput,
  outputs: readonly unknown[],
  error?: JsonObject,
): Promise<JsonObject> {
  if (node.links.every(({ filter }) => isOpen(filter))) return {};
  const follow: number[][] = [];
  for (const output of outputs) {
    const variables = { input, output, error };
    const chosen: number[] = [];
    for (const { index, filter } of node.links) {
      const passes = isOpen(filter) || matches(await ctx.evaluate(['links', index, 'filter'], variables));
      if (passes) chosen.push(index);
    }
    follow.push(chosen);
  }
  return { follow };
}

/** The links that are followed with one of the outputs, as it was decided. */
export function linksTaken(facts: JsonObject, output: number): readonly number[] | undefined {
  const follow = facts['follow'] as number[][] | undefined; // written by linksFor
  return follow === undefined ? undefined : (follow[output] ?? []);
}
