import { isObject } from '../../../core/json.js';

export type NodeInput = Readonly<Record<string, unknown>>;

/** The input of the nodes behind a trigger: what the run was given at the top, and under the trigger's key. */
export function inputAfterStart(start: string, given: unknown): NodeInput {
  return isObject(given) ? { ...given, [start]: given } : { [start]: given };
}

/** The input of the nodes behind a node. */
export function inputAfter(input: NodeInput, node: string, output: unknown): NodeInput {
  return output === undefined ? input : { ...input, [node]: output };
}

/** The input of the first node that runs for an item. */
export function inputOfItem(input: NodeInput, node: string, item: unknown, index: number): NodeInput {
  return { ...input, [node]: { item, index } };
}

/** The lists that a node with a batch size gives its output as; anything else than a list is given as it is. */
export function batchesOf(output: unknown, size: number | undefined): unknown[] {
  if (size === undefined || !Array.isArray(output)) return [output];
  const batches: unknown[] = [];
  for (let start = 0; start < output.length; start += size) batches.push(output.slice(start, start + size));
  return batches;
}
