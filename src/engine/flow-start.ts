import type { Connection } from '../core/connection.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Kind } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';
import type { Element, ResolvedElement, Scope } from '../core/project.js';
import { formatRef } from '../core/ref.js';
import type { Walk, WalkStart } from '../core/walk.js';
import { choose, type Choice } from './choose.js';
import { findConnection, listConnections } from './connections.js';
import type { Engine } from './engine.js';
import { emitRun, runNotices } from './flow-notices.js';
import { storeInputs } from './flow-inputs.js';
import { referenced, revisionOf, storeRevision } from './flow-revision.js';
import { putRun, type StoredRun } from './flow-run-rows.js';
import { customisedFor } from './instances-stored.js';
import { requireFit } from './input.js';
import { requireSound } from './sound.js';
import { askPorts } from './world.js';

export interface QueueOptions {
  /** Key or id; may be left out where only one fits, and where none is needed. */
  readonly connection?: string | undefined;
  /** One of several instances that the connection has of it. */
  readonly instance?: string | undefined;
  /** The node to start at; may be left out where there is one trigger, or one that takes any input. */
  readonly start?: string | undefined;
  /** The key of a node that is run alone, in the place of starting at a trigger; inputs are its own. */
  readonly alone?: string | undefined;
  /** Each input goes its own way through the flow. One empty input unless given. */
  readonly inputs?: AsyncIterable<unknown> | Iterable<unknown> | undefined;
  /** Its id, where somebody has to know it before the run is there. The same one makes the same run. */
  readonly id?: string | undefined;
  /** Who starts it, for the log. */
  readonly launchedBy?: JsonObject | undefined;
  readonly signal?: AbortSignal | undefined;
  /** It is driven at once, by who makes it. */
  readonly driven?: boolean | undefined;
}

export interface WalkKind extends Kind {
  readonly walk: Walk;
}

/** Rejects with `run/unsupported` for a kind without nodes. */
export function walkKind(engine: Engine, name: string): WalkKind {
  const kind = engine.kinds.find((candidate) => candidate.name === name);
  if (kind?.walk !== undefined) return kind as WalkKind;
  throw new MembraneError('run/unsupported', `elements of kind "${name}" are no flows`, {
    hint: 'run a flow',
  });
}

/**
 * Makes a run: checks the flow and each input, and stores all that it takes to run. Nothing is stored where something
 * is wrong. The run is `queued` then, and can be driven by any process.
 */
export async function queueRun(
  engine: Engine,
  kindName: string,
  key: string,
  options: QueueOptions,
): Promise<StoredRun> {
  const kind = walkKind(engine, kindName);
  const chosen = await chooseFor(engine, kind, key, options);
  const { element, connection, customised } = chosen;
  await requireSound(engine, element);
  const { alone } = options;
  const start =
    alone === undefined ? startOf(kind, element, options.start) : kind.walk.startAlone(element.value, alone);
  const { ports } = engine;
  const id = options.id ?? ports.ids.next();
  const given = options.inputs ?? [{}];
  const checked = checkedInputs(engine, { ...chosen, start, signal: options.signal }, given);
  const { count: inputs, few } = await storeInputs(engine, id, checked);
  const scope = scopeOf(engine, connection, customised, options.instance);
  const revision = revisionOf(engine, element, scope);
  await storeRevision(engine, revision);
  const now = ports.clock.now();
  const driven = options.driven === true;
  const run: StoredRun = {
    id,
    kind: kind.name,
    state: driven ? 'running' : 'queued',
    flow: key,
    connection: connection?.key,
    connectionId: connection?.id,
    instance: options.instance,
    start: start.key,
    ...(alone === undefined ? {} : { alone: true }),
    inputs,
    few,
    revision: revision.name,
    launchedBy: options.launchedBy ?? { type: 'user' },
    queuedAt: now,
    startedAt: driven ? now : undefined,
    endedAt: undefined,
    error: undefined,
  };
  const queued: StoredRun = { ...run, state: 'queued', startedAt: undefined };
  const notices = [...(await runNotices(engine, queued)), ...(driven ? await runNotices(engine, run) : [])];
  await putRun(engine, run, {}, notices);
  emitRun(engine, queued);
  return run;
}

/** The only connection that a flow can run with. Rejects where there is none, or several. */
export async function chooseConnectionFor(engine: Engine, kindName: string, key: string): Promise<string> {
  const kind = { ...walkKind(engine, kindName), needsConnection: () => true };
  const { connection } = await choose(engine, kind, key, undefined);
  return connection?.key ?? '';
}

/** Where elements are looked for in a run. */
export function scopeOf(
  engine: Engine,
  connection: Connection | undefined,
  customised: readonly Element[],
  instance: string | undefined,
): Scope {
  if (connection === undefined) return { tenant: engine.tenant };
  const { key, integrationKey: integration } = connection;
  return { tenant: engine.tenant, connection: key, integration, instance, customised };
}

/** The connection of a run that was made before, with what was set for it by command. */
export async function connectionOf(
  engine: Engine,
  run: StoredRun,
): Promise<{ connection: Connection | undefined; customised: readonly Element[] }> {
  const wanted = run.connectionId ?? run.connection;
  if (wanted === undefined) return { connection: undefined, customised: [] };
  const connection = await findConnection(engine, wanted);
  return { connection, customised: await customisedFor(engine, connection) };
}

/** A flow needs a connection also where only what it refers to needs one. */
async function chooseFor(
  engine: Engine,
  kind: WalkKind,
  key: string,
  { connection, instance, alone }: QueueOptions,
): Promise<Choice> {
  const universal = engine.project.resolve(kind.name, key);
  const needs = ({ ref, value }: ResolvedElement) =>
    engine.kinds.find(({ name }) => name === ref.kind)?.needsConnection?.(value) === true;
  const some = universal !== undefined && [...referenced(engine, universal, {})].some(needs);
  // One node alone may do without: it says so itself where it cannot.
  const without =
    alone !== undefined && connection === undefined && (await listConnections(engine)).length === 0;
  const needed = some && !without;
  return choose(engine, { ...kind, needsConnection: () => needed }, key, connection, instance);
}

/** The trigger that is meant. Rejects with `usage/ambiguous` where several could be. */
function startOf({ walk }: WalkKind, element: ResolvedElement, wanted: string | undefined): WalkStart {
  const starts = walk.starts(element.value);
  const ref = formatRef(element.ref);
  const keys = starts.map(({ key }) => key);
  if (wanted !== undefined) {
    const found = starts.find(({ key }) => key === wanted);
    if (found !== undefined) return found;
    throw new MembraneError('flow/start', `${ref} has no trigger "${wanted}"`, {
      hint:
        didYouMean(wanted, keys) ?? (keys.length === 0 ? 'add one' : `its triggers are ${keys.join(', ')}`),
    });
  }
  const onDemand = starts.filter((start) => start.onDemand);
  const fitting = onDemand.length > 0 ? onDemand : starts;
  const [only, second] = fitting;
  if (only === undefined) {
    throw new MembraneError('flow/start', `${ref} has no trigger that a run could start at`, {
      hint: 'add a node of type "api-trigger" with a link to the first node',
    });
  }
  if (second === undefined) return only;
  const choices = fitting.map(({ key }) => key);
  throw new MembraneError('usage/ambiguous', `${ref} can start at several triggers: ${choices.join(', ')}`, {
    hint: `choose one: --trigger ${choices[0]}`,
    data: { choices, flag: '--trigger' },
  });
}

interface Checked extends Choice {
  readonly start: WalkStart;
  readonly signal: AbortSignal | undefined;
}

/** The inputs with their defaults. Rejects with `input/invalid` at the first that does not fit. */
async function* checkedInputs(
  engine: Engine,
  { start, signal, ...chosen }: Checked,
  inputs: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<unknown> {
  const { inputSchema } = start;
  let count = 0;
  for await (const input of inputs) {
    signal?.throwIfAborted();
    count += 1;
    if (inputSchema === undefined) {
      yield input;
      continue;
    }
    const warnings: Diagnostic[] = [];
    yield await requireFit(engine, inputSchema, input, {
      code: 'input/invalid',
      name: count === 1 ? 'the input' : `input ${count}`,
      hint: `see what "${start.key}" takes: membrane flow show ${chosen.element.ref.key}`,
      ports: () => askPorts(engine, { ...chosen, instance: undefined, input }, warnings, signal),
    });
  }
}
