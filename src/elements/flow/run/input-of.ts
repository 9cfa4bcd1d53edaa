import { isObject, type JsonObject } from '../../../core/json.js';
import type { InputFacts } from '../../../core/walk.js';
import { evaluateFormula } from '../../../formulas/compile.js';
import { itemsId, readsOnly } from './for-each.js';
import { batchesOf, inputAfter, inputAfterStart, inputOfItem, type NodeInput } from './input.js';
import { outputOf } from './output.js';
import { idsOn, partsOf } from './path.js';
import { planOf } from './plan.js';

/** What a node run got: it is not stored, since it is made of what is. Undefined where something of that is gone. */
export async function inputOf(flow: JsonObject, id: string, facts: InputFacts): Promise<unknown> {
  const plan = planOf(flow);
  const [ids, parts] = [idsOn(id), partsOf(id)];
  const [start, ...others] = parts;
  if (start === undefined) return undefined;
  const given = await facts.given(start.index);
  if (others.length === 0) return given;
  let input = inputAfterStart(start.node, given);
  for (const [at, here] of others.entries()) {
    const node = plan.node(parts[at]?.node ?? '');
    const before = ids[at] ?? '';
    if (here.link === undefined) {
      const items = await itemsAt(node.config['items'], input, before, facts);
      input = inputOfItem(input, node.key, Array.isArray(items) ? items[here.index] : undefined, here.index);
    } else if (at > 0) {
      const step = await facts.step(before);
      if (step === undefined) return undefined;
      input = inputAfter(input, node.key, batchesOf(outputOf(node, input, step), node.batchSize)[here.index]);
    }
  }
  return input;
}

/** What a node run gave that stores nothing: triggers and filters give what they got. Undefined for every other. */
export async function gaveItsInput(flow: JsonObject, id: string, facts: InputFacts): Promise<unknown> {
  const { type } = planOf(flow).node(partsOf(id).at(-1)?.node ?? '');
  return type.trigger === true || type.decides === true ? inputOf(flow, id, facts) : undefined;
}

async function itemsAt(written: unknown, input: NodeInput, id: string, facts: InputFacts): Promise<unknown> {
  if (readsOnly(written)) return evaluateFormula(written, { input });
  const kept = await facts.step(itemsId(id));
  return isObject(kept) ? kept.output : undefined;
}
