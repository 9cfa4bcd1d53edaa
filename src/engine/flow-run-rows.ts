import { MembraneError } from '../core/error.js';
import type { FlowRun, FlowRunState } from '../core/flow-run.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { Drawer, DrawerChange, Row, WriteOptions } from '../core/ports.js';
import type { Engine } from './engine.js';
import { beginningWith, onlyBeginning } from './id-beginning.js';

/** A run as the store has it, with the id of its connection: keys may be given to others. */
export interface StoredRun extends FlowRun {
  readonly kind: string;
  readonly connectionId: string | undefined;
  readonly instance: string | undefined;
  /** It runs the node that it starts at, and nothing else. */
  readonly alone?: boolean;
  /** The inputs themselves, where they are few and short. */
  readonly few: readonly Json[] | undefined;
}

const runDrawerName = 'flow-run';

export async function runDrawer({ ports }: Engine): Promise<Drawer> {
  return (await ports.store()).drawer(runDrawerName);
}

/** By its id, or by the beginning of it. Rejects with `element/not-found`: also for a run of another tenant. */
export async function findRun(engine: Engine, id: string): Promise<StoredRun> {
  const drawer = await runDrawer(engine);
  const row =
    (await drawer.get(engine.tenant, id)) ??
    (await onlyBeginning(id, 'runs', beginningWith(drawer, engine.tenant, id)));
  if (row !== undefined) return runOf(row);
  throw new MembraneError('element/not-found', `no run "${id}"`, {
    hint: 'see them with "membrane flow-run list"',
  });
}

/** `also`: what has to be stored together with it. */
export async function putRun(
  engine: Engine,
  run: StoredRun,
  options: WriteOptions = {},
  also: readonly DrawerChange[] = [],
): Promise<void> {
  const { id, state, flow, queuedAt, ...facts } = run;
  const data = JSON.parse(JSON.stringify(facts)) as JsonObject;
  const row: Row = { id, tenant: engine.tenant, time: queuedAt, state, parent: flow, data };
  if (also.length === 0) return (await runDrawer(engine)).put(row, options);
  await (await engine.ports.store()).write([{ drawer: runDrawerName, put: [row] }, ...also], options);
}

export function runOf({ id, time, state, parent, data }: Row): StoredRun {
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : undefined);
  const number = (name: string) => (typeof data[name] === 'number' ? data[name] : undefined);
  return {
    id,
    kind: text('kind') ?? 'flow',
    state: (state ?? 'queued') as FlowRunState,
    flow: parent ?? '',
    connection: text('connection'),
    connectionId: text('connectionId'),
    instance: text('instance'),
    ...(data['alone'] === true ? { alone: true } : {}),
    few: Array.isArray(data['few']) ? data['few'] : undefined,
    start: text('start') ?? '',
    inputs: number('inputs') ?? 0,
    revision: text('revision') ?? '',
    launchedBy: isObject(data['launchedBy'] as Json) ? (data['launchedBy'] as JsonObject) : {},
    queuedAt: time,
    startedAt: number('startedAt'),
    endedAt: number('endedAt'),
    error: isObject(data['error'] as Json) ? (data['error'] as JsonObject) : undefined,
  };
}
