import type { StoredStep } from '../../../core/durability.js';
import type { Json, JsonObject } from '../../../core/json.js';
import { asJson } from '../../../core/json-size.js';
import { batchesOf, inputAfter, inputOfItem, type NodeInput } from './input.js';
import { outputOf } from './output.js';
import { comparePaths, idsOn, partsOf } from './path.js';
import type { Arrival, Walker } from './walker.js';

/**
 * The outputs of the nodes of a for-each by their keys, in the order of the items; undefined where they are longer
 * than an output may be. Node runs that failed, or that a filter ended, gave none.
 */
export async function gather(
  walker: Walker,
  arrival: Arrival,
  items: readonly Json[],
): Promise<Json | undefined> {
  const { ctx, plan } = walker;
  const { node, id } = arrival;
  const steps = new Map<string, StoredStep>();
  let bytes = 0;
  for await (const step of ctx.within(id)) {
    if (step.group === '') continue;
    bytes += step.output === undefined ? 0 : asJson(step.output).bytes;
    if (bytes > ctx.outputBytes) return undefined;
    steps.set(step.id, step);
  }
  const output: JsonObject = Object.fromEntries(node.inner.map((key) => [key, []]));
  for (const step of [...steps.values()].sort((a, b) => comparePaths(a.id, b.id))) {
    const own = plan.node(step.group);
    if (step.state !== 'completed') continue;
    const given = own.type.decides === true ? inputInside(walker, arrival, items, steps, step.id) : {};
    const gave = outputOf(own, given, step) as Json | undefined;
    if (own.type.decides === true) bytes += asJson(gave).bytes;
    if (bytes > ctx.outputBytes) return undefined;
    (output[step.group] as Json[]).push(gave ?? null);
  }
  return output;
}

/** The input of a node run for an item, as it was when it ran. */
function inputInside(
  { plan }: Walker,
  { node, id, input }: Arrival,
  items: readonly Json[],
  steps: ReadonlyMap<string, StoredStep>,
  inner: string,
): NodeInput {
  const ids = idsOn(inner);
  const parts = partsOf(inner);
  const first = ids.indexOf(id) + 1;
  const index = parts[first]?.index ?? 0;
  let made = inputOfItem(input, node.key, items[index], index);
  for (let at = first; at < ids.length - 1; at += 1) {
    const before = steps.get(ids[at] ?? '');
    const here = parts[at + 1];
    if (before === undefined || here === undefined) continue;
    const own = plan.node(before.group);
    const batches = batchesOf(outputOf(own, made, before), own.batchSize);
    made = inputAfter(made, own.key, batches[here.index]);
  }
  return made;
}
