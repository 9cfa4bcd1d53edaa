import type { StepState, StoredStep } from '../core/durability.js';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Engine } from './engine.js';
import { readInputs } from './flow-inputs.js';
import { findRun, type StoredRun } from './flow-run-rows.js';
import { progressOf } from './flow-run-progress.js';
import { elementOf, nodeRunOf, type NodeRunFacts } from './flow-runs.js';
import { walkKind } from './flow-start.js';
import { jsonOf } from './log.js';

export interface NodeRunQuery {
  /** Key of a node. */
  readonly node?: string | undefined;
  readonly state?: StepState | 'running' | undefined;
}

/** The runs of the nodes of a run, oldest first; those inside of a for-each come after it. */
export async function* nodeRuns(
  engine: Engine,
  id: string,
  query: NodeRunQuery,
): AsyncGenerator<NodeRunFacts> {
  const run = await findRun(engine, id);
  const gave = givenOn(engine, run);
  const durability = await engine.ports.durability();
  const name = { tenant: engine.tenant, id: run.id };
  let storesStart = false;
  const scopes = ['', ...(await durability.progress(name)).open];
  const seen = new Set(scopes);
  for (let scope = scopes.shift(); scope !== undefined; scope = scopes.shift()) {
    for await (const step of durability.within(name, scope)) {
      if (step.hasParts && !seen.has(step.id)) scopes.push(step.id);
      seen.add(step.id);
      if (step.group === '') continue;
      storesStart ||= step.group === run.start;
      const facts = nodeRunOf(step);
      if (query.node !== undefined && facts.node !== query.node) continue;
      if (query.state !== undefined && facts.state !== query.state) continue;
      yield gave(facts);
    }
  }
  const mayStart = run.alone !== true && (query.state ?? 'completed') === 'completed';
  if (mayStart && query.node === run.start && !storesStart) yield* startOutputs(engine, run);
}

/** `nodeRun`: its id in the run. Rejects with `element/not-found`. */
export async function showNodeRun(engine: Engine, id: string, nodeRun: string): Promise<NodeRunFacts> {
  const run = await findRun(engine, id);
  const name = { tenant: engine.tenant, id: run.id };
  const step = await (await engine.ports.durability()).find(name, nodeRun);
  if (step !== undefined) return givenOn(engine, run)(nodeRunOf(step));
  const given = await startOutput(engine, run, nodeRun);
  if (given !== undefined) return given;
  throw new MembraneError('element/not-found', `the run "${run.id}" has no node run "${nodeRun}"`, {
    hint: `see them with "membrane flow-run logs ${run.id}"`,
  });
}

/** Fills in what is not stored: triggers and filters give what they got. */
function givenOn(engine: Engine, run: StoredRun): (facts: NodeRunFacts) => Promise<NodeRunFacts> {
  const given = readInputs(engine, run);
  let flow: Promise<JsonObject | undefined> | undefined;
  return async (facts) => {
    if (facts.state !== 'completed' || facts.output !== undefined) return facts;
    const value = await (flow ??= flowOf(engine, run));
    if (value === undefined) return facts;
    const { gaveItsInput } = walkKind(engine, run.kind).walk;
    const output = await gaveItsInput(value, facts.id, { given, step: await stepsOf(engine, run.id) });
    return output === undefined ? facts : { ...facts, output: jsonOf(output) };
  };
}

/** Undefined where it is gone, or its connection is: what ran can be looked at all the same. */
async function flowOf(engine: Engine, run: StoredRun): Promise<JsonObject | undefined> {
  try {
    return (await elementOf(engine, run)).value;
  } catch (error) {
    if (error instanceof MembraneError) return undefined;
    throw error;
  }
}

async function stepsOf(
  engine: Engine,
  id: string,
): Promise<(one: string) => Promise<StoredStep | undefined>> {
  const durability = await engine.ports.durability();
  return (one) => durability.find({ tenant: engine.tenant, id }, one);
}

/** Of all inputs that began. */
async function* startOutputs(engine: Engine, run: StoredRun): AsyncGenerator<NodeRunFacts> {
  const { walk } = walkKind(engine, run.kind);
  const { begun } = await progressOf(engine, run);
  for (let index = 0; index < begun; index += 1) {
    const facts = await startOutput(engine, run, walk.startId(run.start, index));
    if (facts !== undefined) yield facts;
  }
}

/** A trigger without filters stores nothing: it gives what the run was given. */
async function startOutput(
  engine: Engine,
  run: StoredRun,
  nodeRun: string,
): Promise<NodeRunFacts | undefined> {
  const { walk } = walkKind(engine, run.kind);
  const nodes = walk.nodesOf(nodeRun);
  const index = walk.indexOf(nodeRun);
  if (nodes.length !== 1 || nodes[0] !== run.start || !(index < run.inputs)) return undefined;
  const output = await readInputs(engine, run)(index);
  const facts = { id: nodeRun, node: run.start, state: 'completed', time: run.queuedAt, ms: 0 } as const;
  return { ...facts, output, error: undefined, requests: 0, facts: {} };
}

/** What a node got: made of what was given to the run, and of what the nodes before it gave. */
export async function nodeRunInput(engine: Engine, id: string, nodeRun: string): Promise<unknown> {
  const run = await findRun(engine, id);
  const element = await elementOf(engine, run);
  return walkKind(engine, run.kind).walk.inputOf(element.value, nodeRun, {
    given: readInputs(engine, run),
    step: await stepsOf(engine, run.id),
  });
}
