import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { FirstRun } from '../core/subscription.js';
import type { Engine } from './engine.js';
import { digest } from './event-identity.js';
import { withSubscription } from './subscription-change.js';
import { openSubscription, type OpenSubscription } from './subscription-open.js';
import {
  findSubscription,
  listSubscriptions,
  nameOf,
  partDrawer,
  subscriptionDrawer,
  subscriptionRow,
  type Subscription,
} from './subscription-rows.js';
import { syncSubscriptions } from './subscription-sync.js';

/** How far a subscription got, without what is only of one machine: ids, errors, addresses of webhooks. */
export interface ExportedSubscription {
  readonly name: string;
  readonly state: 'active' | 'paused';
  /** What the cursor is of; absent where it never looked, and for schedules. */
  readonly source?: string;
  readonly cursor?: JsonObject;
  readonly firstRun?: FirstRun;
  /** What is too large for the cursor, by name. */
  readonly parts: Readonly<Record<string, JsonObject>>;
}

export interface SubscriptionsFile {
  readonly format: 1;
  readonly subscriptions: readonly ExportedSubscription[];
}

const most = 1_000_000;

/**
 * How far subscriptions got: those that are named, or all. Rejects with `element/not-found`, and with
 * `run/unsupported` where a connector keeps a secret in its cursor.
 */
export async function exportSubscriptions(
  engine: Engine,
  names: readonly string[],
  signal: AbortSignal,
): Promise<SubscriptionsFile> {
  await syncSubscriptions(engine);
  const all = (await listSubscriptions(engine)).filter(({ state }) => state !== 'ended');
  const wanted =
    names.length === 0 ? all : await Promise.all(names.map((name) => findSubscription(engine, name)));
  const subscriptions: ExportedSubscription[] = [];
  for (const one of wanted) subscriptions.push(await exported(engine, one, signal));
  return { format: 1, subscriptions };
}

async function exported(
  engine: Engine,
  { id }: Subscription,
  signal: AbortSignal,
): Promise<ExportedSubscription> {
  // Under its lock, so that cursor and parts are of the same look.
  const made = await withSubscription(engine, id, 30_000, async (now) => {
    if (now === undefined) return undefined;
    const { source, cursor, firstRun, state } = now;
    const parts = await partsOf(engine, id);
    const { redact } = await openSubscription(engine, now, signal);
    const kept = { cursor: cursor ?? {}, parts };
    if (JSON.stringify(redact(kept)) !== JSON.stringify(kept)) throw secretive(nameOf(now));
    return {
      name: nameOf(now),
      state: state === 'paused' ? 'paused' : 'active',
      ...(source === undefined ? {} : { source }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(firstRun === undefined ? {} : { firstRun }),
      parts,
    } satisfies ExportedSubscription;
  });
  if (made !== undefined) return made;
  throw busy(id);
}

async function partsOf(engine: Engine, id: string): Promise<Record<string, JsonObject>> {
  const rows = await storedParts(engine, id);
  return Object.fromEntries(rows.map((row) => [row.id.slice(id.length + 1), row.data]));
}

async function storedParts({ ports, tenant }: Engine, id: string) {
  return (await ports.store()).drawer(partDrawer).list({ tenant, parent: id, limit: most });
}

/**
 * Lets subscriptions go on where those of the file are, by name. All are looked at before any is changed. Rejects with
 * `input/invalid` for a file that is none, and where a subscription looks at something else here, and with
 * `element/not-found` where there is none of a name. Gives their names.
 */
export async function importSubscriptions(
  engine: Engine,
  file: unknown,
  signal: AbortSignal,
): Promise<string[]> {
  await syncSubscriptions(engine);
  const given = readFile(file);
  const here = new Map((await listSubscriptions(engine)).map((one) => [nameOf(one), one]));
  const targets: Subscription[] = [];
  for (const one of given) {
    const target = here.get(one.name);
    if (target === undefined || target.state === 'ended') throw unknown(one.name);
    const source = await sourceOf(await openSubscription(engine, target, signal), target);
    if (one.source !== undefined && one.source !== source) throw otherSource(one.name);
    targets.push(target);
  }
  for (const [index, one] of given.entries()) await put(engine, targets[index]?.id ?? '', one);
  return given.map(({ name }) => name);
}

async function sourceOf(
  { kind, element, trigger, context }: OpenSubscription,
  { waits }: Subscription,
): Promise<string | undefined> {
  if (waits.for !== 'records') return undefined;
  const pull = await kind.openPull?.(context, element.value, trigger);
  return pull === undefined ? undefined : digest(pull.source);
}

async function put(engine: Engine, id: string, given: ExportedSubscription): Promise<void> {
  const { tenant } = engine;
  const done = await withSubscription(engine, id, 30_000, async (before, guard) => {
    if (before === undefined) return undefined;
    const now = engine.ports.clock.now();
    const { state, source, cursor, firstRun } = given;
    const made = { ...before, state, source, cursor, firstRun, nextAt: now, failures: 0, error: undefined };
    const parts = Object.entries(given.parts).map(([name, data]) => ({
      id: `${id}/${name}`,
      tenant,
      time: now,
      parent: id,
      data,
    }));
    const kept = new Set(parts.map((part) => part.id));
    const stale = (await storedParts(engine, id)).filter((row) => !kept.has(row.id));
    const store = await engine.ports.store();
    await store.write(
      [
        { drawer: partDrawer, put: parts, remove: stale },
        { drawer: subscriptionDrawer, put: [subscriptionRow(made)] },
      ],
      { guard },
    );
    return true;
  });
  if (done === undefined) throw busy(given.name);
}

function readFile(file: unknown): ExportedSubscription[] {
  const list = isObject(file) && file['format'] === 1 ? file['subscriptions'] : undefined;
  if (Array.isArray(list) && list.every(isExported)) return list;
  throw new MembraneError('input/invalid', 'this is no file of subscriptions', {
    hint: 'make one: membrane event subscriptions export > subscriptions.json',
  });
}

function isExported(one: unknown): one is ExportedSubscription {
  if (!isObject(one)) return false;
  const { name, state, source, cursor, parts } = one;
  return (
    typeof name === 'string' &&
    (state === 'active' || state === 'paused') &&
    (source === undefined || typeof source === 'string') &&
    (cursor === undefined || isObject(cursor)) &&
    isObject(parts) &&
    Object.values(parts).every(isObject)
  );
}

function unknown(name: string): MembraneError {
  return new MembraneError('element/not-found', `no subscription "${name}" here, as in the file`, {
    hint: 'the flow has to be enabled, and the connection has to have the same key: membrane event subscriptions list',
  });
}

function otherSource(name: string): MembraneError {
  return new MembraneError('input/invalid', `"${name}" looks at something else here than in the file`, {
    hint: 'its collection, parameters or way of learning of changes differ; the cursor would say nothing of them',
  });
}

function secretive(name: string): MembraneError {
  return new MembraneError('run/unsupported', `the cursor of "${name}" holds a secret of its connection`, {
    hint: 'let "pull" of the connector give a state without credentials; it gets these with each request anyhow',
    class: 'configuration',
  });
}

function busy(id: string): MembraneError {
  return new MembraneError('store/busy', `somebody works on the subscription "${id}"`, {
    hint: 'a watcher looks at it at this moment; try again',
  });
}
