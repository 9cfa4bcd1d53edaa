import type { JsonObject } from '../../../core/json.js';
import type { NodeContext, NodeOutcome, WalkContext, WalkEnd } from '../../../core/walk.js';
import { isOpen, matches } from './filter.js';
import { inputAfterStart } from './input.js';
import { done, lanes } from './lanes.js';
import { linksFor } from './links-for.js';
import { follow, runNode } from './node-run.js';
import { firstId } from './path.js';
import { planOf } from './plan.js';
import type { Arrival, Walker } from './walker.js';

/** Runs a flow: each input of the run starts at one trigger, and goes as far as links lead. */
export async function walkFlow(ctx: WalkContext, flow: JsonObject): Promise<WalkEnd> {
  const plan = planOf(flow);
  const walker: Walker = { ctx, plan, runNode };
  const start = plan.node(ctx.start);
  return lanes(ctx.parts('', ctx.inputs, false), plan.width, async (index, fresh) => {
    const given = await ctx.input(index);
    const id = firstId('', start.key, index);
    const input = inputAfterStart(start.key, given);
    return runStart(walker, { node: start, id, within: '', fresh, input }, given);
  });
}

/**
 * A trigger gives what it was given. Where it decides nothing there is nothing to store: the input of the run is
 * stored already, and all links are followed.
 */
export async function runStart(walker: Walker, arrival: Arrival, given: unknown): Promise<WalkEnd> {
  const { node } = arrival;
  if (isOpen(node.config['filter']) && node.links.every((link) => isOpen(link.filter)))
    return follow(walker, arrival, undefined, {});
  const { result, stored } = await walker.ctx.node({
    ...arrival,
    group: node.key,
    at: node.at,
    input: given,
    repeatable: false,
    light: true,
    work: (ctx) => decide(ctx, arrival, given),
  });
  await stored;
  if (result === undefined || result.state === 'interrupted') return { failed: false, held: true };
  if (result.state === 'skipped') return done;
  if (result.state === 'failed') return { failed: true, held: false };
  return follow(walker, arrival, undefined, result.facts);
}

async function decide(ctx: NodeContext, { node, input }: Arrival, given: unknown): Promise<NodeOutcome> {
  try {
    if (!isOpen(node.config['filter'])) {
      const event = typeof given === 'object' && given !== null ? given : {};
      const variables = { ...event, ...ctx.variables, input: given };
      if (!matches(await ctx.evaluate(['config', 'filter'], variables)))
        return { state: 'skipped', facts: {} };
    }
    return { state: 'completed', facts: await linksFor(ctx, node, input, [given]) };
  } catch (error) {
    return { state: 'failed', facts: { error: ctx.failure(error) } };
  }
}
