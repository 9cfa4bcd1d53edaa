import { MembraneError } from '../../../core/error.js';
import type { StepResult } from '../../../core/durability.js';
import type { Json, JsonObject } from '../../../core/json.js';
import type { NodeContext, NodeOutcome, WalkEnd } from '../../../core/walk.js';
import { runForEach } from './for-each.js';
import { matches } from './filter.js';
import { batchesOf, inputAfter } from './input.js';
import { all, both, done, lanes } from './lanes.js';
import { linksFor, linksTaken } from './links-for.js';
import { outputOf } from './output.js';
import { nextId } from './path.js';
import type { Arrival, Walker } from './walker.js';

const waits: WalkEnd = { failed: false, held: true };

/** Runs a node for one input, and everything that its links lead to. */
export async function runNode(walker: Walker, arrival: Arrival): Promise<WalkEnd> {
  const { node } = arrival;
  await node.permits.take();
  let mine = true;
  const give = (): void => {
    if (mine) node.permits.give();
    mine = false;
  };
  let result: StepResult | undefined;
  try {
    const step = await walker.ctx.node({
      ...arrival,
      group: node.key,
      at: node.at,
      repeatable: node.type.repeatable === true,
      light: node.type.pure === true,
      work: (ctx) => runOnce(walker, arrival, ctx),
    });
    // What only computes leaves nothing behind in the world: the next one need not wait until it is stored.
    if (node.type.pure === true) give();
    await step.stored;
    result = step.result;
  } finally {
    give();
  }
  return after(walker, arrival, result);
}

/** Goes on from an output. */
export async function follow(
  walker: Walker,
  arrival: Arrival,
  output: unknown,
  facts: JsonObject,
): Promise<WalkEnd> {
  const { node, id, fresh } = arrival;
  if (node.links.length === 0) return done;
  if (node.batchSize === undefined) return followWith(walker, arrival, output, linksTaken(facts, 0), 0);
  const batches = batchesOf(output, node.batchSize);
  const parts = walker.ctx.parts(id, batches.length, fresh);
  const end = await lanes(parts, walker.plan.width, (batch, isFresh) =>
    followWith(walker, { ...arrival, fresh: isFresh }, batches[batch], linksTaken(facts, batch), batch),
  );
  parts.close();
  return end;
}

async function followWith(
  walker: Walker,
  { node, id, within, fresh, input }: Arrival,
  output: unknown,
  taken: readonly number[] | undefined,
  batch: number,
): Promise<WalkEnd> {
  const links = taken === undefined ? node.links : node.links.filter(({ index }) => taken.includes(index));
  const next = inputAfter(input, node.key, output);
  const run = ({ to, index }: { to: string; index: number }): Promise<WalkEnd> =>
    walker.runNode(walker, {
      node: walker.plan.node(to),
      id: nextId(id, to, index, batch),
      within,
      fresh,
      input: next,
    });
  const [only] = links;
  if (only === undefined) return done;
  if (links.length === 1) return run(only);
  return (await all(links.map(run))).reduce(both);
}

/** What follows from a result. */
async function after(walker: Walker, arrival: Arrival, result: StepResult | undefined): Promise<WalkEnd> {
  const { node, input } = arrival;
  if (result === undefined || result.state === 'interrupted') return waits;
  if (node.root !== undefined) walker.ctx.parts(arrival.id, 0, true).close();
  const { state, facts } = result;
  if (state === 'skipped') return done;
  if (state === 'failed' && facts['handled'] !== true) return { failed: true, held: false };
  const end = await follow(walker, arrival, outputOf(node, input, result), facts);
  return facts['partly'] === true ? { ...end, failed: true } : end;
}

async function runOnce(walker: Walker, arrival: Arrival, ctx: NodeContext): Promise<NodeOutcome | undefined> {
  const { node, input } = arrival;
  let gave: { readonly output: Json | undefined } | undefined;
  try {
    const made = await make(walker, arrival, ctx);
    if (made === undefined) return undefined;
    if (made.skipped === true) return { state: 'skipped', facts: {} };
    gave = { output: made.output === undefined ? undefined : ctx.kept(made.output) };
    const seen = node.type.decides === true ? input : gave.output;
    const taken = await linksFor(ctx, node, input, batchesOf(seen, node.batchSize));
    return { state: 'completed', ...gave, facts: { ...made.facts, ...taken } };
  } catch (caught) {
    const error = ctx.failure(caught);
    // With an output, it was a filter that failed: there is no saying where to go.
    if (gave !== undefined) return { state: 'failed', ...gave, facts: { error } };
    return node.goesOn ? handled(ctx, arrival, error) : { state: 'failed', facts: { error } };
  }
}

/** The links see the error, and may lead to what is to be done about it. */
async function handled(ctx: NodeContext, { node, input }: Arrival, error: JsonObject): Promise<NodeOutcome> {
  try {
    const taken = await linksFor(ctx, node, input, [undefined], error);
    return { state: 'failed', facts: { error, handled: true, ...taken } };
  } catch (caught) {
    return { state: 'failed', facts: { error: ctx.failure(caught) } };
  }
}

interface Made {
  readonly output?: unknown;
  readonly skipped?: boolean;
  readonly facts?: JsonObject;
}

/** Undefined where it cannot come to an end now. */
async function make(walker: Walker, arrival: Arrival, ctx: NodeContext): Promise<Made | undefined> {
  const { node } = arrival;
  const answer = ctx.answer();
  if (answer !== undefined) return answer;
  if (node.root !== undefined) return runForEach(walker, arrival, node.root, ctx);
  const { type, config } = node;
  if (type.action !== undefined) return { output: await type.action(ctx, config) };
  if (type.run === undefined) {
    throw new MembraneError('run/unsupported', `a node of type "${type.name}" cannot be run by this version`);
  }
  const resolved = await ctx.evaluate(['config']);
  const given = (typeof resolved === 'object' && resolved !== null ? resolved : {}) as Record<
    string,
    unknown
  >;
  const output = await type.run(ctx, given);
  if (type.decides !== true) return { output };
  return { skipped: !matches(output) };
}
