import { MembraneError } from '../core/error.js';
import type { ResolvedElement } from '../core/project.js';
import type { Drawer, Lock } from '../core/ports.js';
import type { Engine } from './engine.js';
import { digest } from './event-identity.js';
import { errorFacts } from './log.js';
import { requireSound } from './sound.js';
import type { Subscription } from './subscription-rows.js';
import { openWorld } from './world.js';

export interface TendOptions {
  /** What others reach the receiver at. */
  readonly publicUrl: string;
  readonly signal: AbortSignal;
  /** Is told of an app that did not take it. */
  readonly failed?: ((error: MembraneError) => void) | undefined;
}

/** What the app was asked, by the key of the event. */
const drawerName = 'app-event-subscription';
const kindName = 'internal-event';
const [shortestMs, longestMs] = [15_000, 3_600_000];
const most = 10_000;

/**
 * Asks the user's app for the events of its own that flows of the tenant wait for, where an internal event says how:
 * once when the first flow waits, again when the address or the request has changed, and after a failure.
 */
export async function tendAppEvents(
  engine: Engine,
  subscriptions: readonly Subscription[],
  options: TendOptions,
): Promise<void> {
  const { project, tenant } = engine;
  const waited = new Set(
    subscriptions.flatMap(({ waits, state }) =>
      waits.for === 'app-event' && state === 'active' ? [waits.event] : [],
    ),
  );
  const drawer = (await engine.ports.store()).drawer(drawerName);
  for (const key of waited) {
    const element = project.resolve(kindName, key);
    if (element === undefined || element.off || element.value['subscribeRequest'] === undefined) continue;
    await tendOne(engine, drawer, element, options);
  }
  // Nobody waits any more: when somebody does again the app is asked anew.
  const known = await drawer.list({ tenant, limit: most });
  const left = known.filter(({ id }) => !waited.has(id)).map(({ id }) => id);
  await drawer.remove(tenant, left);
}

async function tendOne(
  engine: Engine,
  drawer: Drawer,
  element: ResolvedElement,
  { publicUrl, signal, failed }: TendOptions,
): Promise<void> {
  const { key } = element.ref;
  const webhookUri = `${publicUrl.replace(/\/+$/, '')}/webhooks/app-events/${encodeURIComponent(key)}`;
  const of = digest([webhookUri, element.value['subscribeRequest']]);
  const isDue = async (): Promise<number | undefined> => {
    const row = await drawer.get(engine.tenant, key);
    if (row === undefined || row.data['of'] !== of) return 0;
    const { failures = 0, nextAt = 0 } = row.data as { failures?: number; nextAt?: number };
    return row.state === 'asked' || nextAt > engine.ports.clock.now() ? undefined : failures;
  };
  if ((await isDue()) === undefined) return;
  await alone(engine, key, async (guard) => {
    const failures = await isDue();
    if (failures === undefined) return;
    const { clock } = engine.ports;
    const row = { id: key, tenant: engine.tenant, time: clock.now() };
    try {
      await ask(engine, element, webhookUri, signal);
      await drawer.put({ ...row, state: 'asked', data: { of, webhookUri } }, { guard });
    } catch (error) {
      if (signal.aborted || !(error instanceof MembraneError) || error.code.startsWith('store/')) throw error;
      const nextAt = clock.now() + Math.min(longestMs, shortestMs * 2 ** Math.min(failures, 20));
      const data = { of, webhookUri, failures: failures + 1, nextAt, error: errorFacts(error) };
      await drawer.put({ ...row, state: 'failed', data }, { guard });
      failed?.(error);
    }
  });
}

async function ask(
  engine: Engine,
  element: ResolvedElement,
  webhookUri: string,
  signal: AbortSignal,
): Promise<void> {
  await requireSound(engine, element);
  const kind = engine.kinds.find(({ name }) => name === kindName);
  const runnable = { element, connection: undefined, customised: [], instance: undefined, input: {} };
  const gathered = { exchanges: [], lines: [], warnings: [] };
  const { context } = await openWorld(engine, runnable, gathered, signal);
  await kind?.askForEvents?.(context, element.value, webhookUri);
}

/** Leaves it where another process is at it. */
async function alone(engine: Engine, key: string, work: (lock: Lock) => Promise<void>): Promise<void> {
  const store = await engine.ports.store();
  let lock: Lock;
  try {
    lock = await store.lock(`app-event/${engine.tenant}/${key}`, { waitMs: 0 });
  } catch (error) {
    if (error instanceof MembraneError && error.code === 'store/busy') return;
    throw error;
  }
  try {
    await work(lock);
  } finally {
    await lock.release();
  }
}
