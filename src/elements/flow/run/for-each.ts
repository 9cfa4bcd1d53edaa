import { MembraneError } from '../../../core/error.js';
import { isObject, type Json, type JsonObject } from '../../../core/json.js';
import { asJson } from '../../../core/json-size.js';
import type { NodeContext } from '../../../core/walk.js';
import { gather } from './gather.js';
import { inputOfItem } from './input.js';
import { lanes } from './lanes.js';
import { firstId } from './path.js';
import type { Arrival, Walker } from './walker.js';

/** Runs the nodes of a for-each for each item. Its output: for each of these nodes, the list of its outputs. */
export async function runForEach(
  walker: Walker,
  arrival: Arrival,
  root: string,
  ctx: NodeContext,
): Promise<{ output?: Json; facts: JsonObject } | undefined> {
  const { plan } = walker;
  const { node, id, fresh, input } = arrival;
  const items = await itemsOf(walker, arrival, ctx);
  const first = plan.node(root);
  const end = await lanes(walker.ctx.parts(id, items.length, fresh), plan.width, (index, isFresh) =>
    walker.runNode(walker, {
      node: first,
      id: firstId(id, root, index),
      within: id,
      fresh: isFresh,
      input: inputOfItem(input, node.key, items[index], index),
    }),
  );
  if (end.held) return undefined;
  const facts = { items: items.length, ...(end.failed ? { partly: true } : {}) };
  const output = await gather(walker, arrival, items);
  if (output !== undefined) return { output, facts };
  if (node.links.length === 0) return { facts: { ...facts, omitted: true } };
  const megabytes = walker.ctx.outputBytes / 1024 / 1024;
  throw new MembraneError(
    'flow/output-size',
    `the outputs of the items of "${node.key}" together are longer than ${megabytes} MB`,
    { hint: 'raise "limits.outputMegabytes" in membrane.yaml, or let nothing follow the for-each' },
  );
}

export const itemsId = (id: string): string => `${id}#items`;

/** The items must be the same when the run goes on. What only reads the input is; anything else is kept. */
async function itemsOf(walker: Walker, arrival: Arrival, ctx: NodeContext): Promise<Json[]> {
  const { node, id, within, fresh } = arrival;
  const resolve = async (): Promise<Json> => {
    const items = (await ctx.evaluate(['config', 'items'])) ?? [];
    if (Array.isArray(items)) return asJson(items).json;
    const what = isObject(items) ? 'an object' : `a ${typeof items}`;
    throw new MembraneError('run/failed', `"items" of the for-each "${node.key}" is ${what}, not a list`, {
      hint: 'give it a list; one item alone is a list too: [item]',
    });
  };
  const kept = readsOnly(node.config['items'])
    ? await resolve()
    : await walker.ctx.keep({ id: itemsId(id), within, group: '', fresh }, resolve);
  return kept as Json[];
}

/** Whether a value only reads variables: the same input gives the same. */
export function readsOnly(written: unknown): boolean {
  return isObject(written) && Object.keys(written).length === 1 && typeof written['$var'] === 'string';
}
