import type { FlowRun } from '../core/flow-run.js';
import type { ResolvedElement, Scope } from '../core/project.js';
import type { WalkGraph } from '../core/walk.js';
import type { Engine } from './engine.js';
import { flowElement } from './flow-graph.js';
import { listRuns } from './flow-runs.js';
import { walkKind } from './flow-start.js';
import { listOwners, type Owner } from './subscription-owners.js';

/** A flow as people look at it. */
export interface FlowFacts {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  /** Deactivated: it never runs. */
  readonly off: boolean;
  /** What starts it, in words. */
  readonly triggers: readonly { readonly key: string; readonly type: string; readonly when: string }[];
  readonly nodes: WalkGraph['nodes'];
  /** Why nothing starts it by itself, also where that is enabled; absent where something can. */
  readonly idle?: 'deactivated' | 'by hand' | 'disabled';
  /** For whom events start it; `connection` is absent where it needs none. */
  readonly enabled: readonly { readonly connection?: string; readonly instance?: string }[];
  /** Newest first. */
  readonly runs: readonly FlowRun[];
}

export async function describeFlows(engine: Engine, kind: string): Promise<FlowFacts[]> {
  const keys = new Set(engine.project.list(kind).map(({ ref }) => ref.key));
  const owners = await listOwners(engine);
  const flows: FlowFacts[] = [];
  for (const key of [...keys].sort())
    flows.push(await factsOf(engine, kind, key, flowElement(engine, kind, key), { owners, runs: 1 }));
  return flows;
}

/** As it stands on its highest layer, or for a scope. Rejects with `element/not-found`. */
export async function describeFlow(
  engine: Engine,
  kind: string,
  key: string,
  scope: Scope = {},
): Promise<FlowFacts> {
  const { project, tenant } = engine;
  const element = project.resolve(kind, key, { ...scope, tenant }) ?? flowElement(engine, kind, key);
  return factsOf(engine, kind, key, element, { owners: await listOwners(engine), runs: 5 });
}

async function factsOf(
  engine: Engine,
  kind: string,
  key: string,
  { value, off }: Pick<ResolvedElement, 'value' | 'off'>,
  { owners, runs: limit }: { readonly owners: readonly Owner[]; readonly runs: number },
): Promise<FlowFacts> {
  const { name, description } = value;
  const { nodes } = walkKind(engine, kind).walk.graph(value);
  const startsItself = (walkKind(engine, kind).triggers?.(value) ?? []).length > 0;
  const own = owners.filter((owner) => owner.kind.name === kind && owner.element.ref.key === key);
  return {
    key,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    off,
    ...idlenessOf({ isOff: off, isDisabled: value['enabled'] === false && own.length === 0, startsItself }),
    triggers: nodes
      .filter(({ start }) => start)
      .map(({ key: at, type, when = type }) => ({ key: at, type, when })),
    nodes,
    enabled: own.map(({ connection, instance }) => ({
      ...(connection === undefined ? {} : { connection: connection.key }),
      ...(instance === undefined ? {} : { instance }),
    })),
    runs: await listRuns(engine, { flow: key, limit }),
  };
}

function idlenessOf(facts: {
  readonly isOff: boolean;
  readonly isDisabled: boolean;
  readonly startsItself: boolean;
}): Pick<FlowFacts, 'idle'> {
  if (facts.isOff) return { idle: 'deactivated' };
  if (!facts.startsItself) return { idle: 'by hand' };
  return facts.isDisabled ? { idle: 'disabled' } : {};
}
