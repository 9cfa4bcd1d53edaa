import type { JsonObject } from '../../../core/json.js';
import type { WalkContext, WalkEnd } from '../../../core/walk.js';
import { isObject } from '../../../core/json.js';
import { lanes } from './lanes.js';
import { runNode } from './node-run.js';
import { firstId } from './path.js';
import { planOf } from './plan.js';
import { runStart } from './walk-flow.js';

/** Runs one node alone, and for a for-each its body: what the run is given is the input of the node as it is. */
export async function walkAlone(ctx: WalkContext, flow: JsonObject): Promise<WalkEnd> {
  const plan = planOf(flow);
  const node = { ...plan.node(ctx.start), links: [] };
  const walker = { ctx, plan, runNode };
  return lanes(ctx.parts('', ctx.inputs, false), plan.width, async (index, fresh) => {
    const given = await ctx.input(index);
    const input = isObject(given) ? given : {};
    const arrival = { node, id: firstId('', node.key, index), within: '', fresh, input };
    return node.type.trigger === true ? runStart(walker, arrival, given) : runNode(walker, arrival);
  });
}
