import type { WebhookAnswer } from '../core/webhook.js';
import type { Engine } from './engine.js';
import { engineFor, type Behind } from './webhook-behind.js';
import { handleOne, incomingOfStore, pendingRow, WebhookGroup } from './webhook-group.js';
import type { IncomingWebhook } from './webhook-rows.js';
import { finished } from './webhook-store.js';

/** What became of requests that were looked into. */
export interface Drained {
  /** Requests that are done. */
  readonly done: number;
  /** Events that were made of them. */
  readonly events: number;
  /** Requests that could not be handled this time, and those that never will be. */
  readonly failed: number;
  readonly dead: number;
  /** When the next one of those that failed is tried again; milliseconds since 1970. */
  readonly nextAt?: number;
  /** By address, for who wants to say so. */
  readonly of: readonly { readonly to: string; readonly events: number; readonly failed: number }[];
}

export interface DrainOptions {
  /** Default: every tenant, because a global webhook is for all of them. */
  readonly allTenants?: boolean | undefined;
}

const atOnce = 16;

/**
 * Looks into the requests that wait, those to one address one after the other, and stores the events that are made of
 * them. Addresses that somebody else is at are left to him.
 */
export async function drainWebhooks(
  engine: Engine,
  signal: AbortSignal,
  { allTenants = true }: DrainOptions = {},
): Promise<Drained> {
  const tenant = allTenants ? undefined : engine.tenant;
  const groups = await drainOnce(engine, tenant, signal);
  // What came for all is given to each subscription first.
  if (groups.some(({ routed }) => routed > 0)) groups.push(...(await drainOnce(engine, tenant, signal)));
  return sumOf(groups);
}

/**
 * The same for who watches: each address on its own, so that one with much to do, or with slow code, keeps no other one
 * waiting.
 */
export interface WebhookDrain {
  /** Begins with all addresses for which something waits, as far as there is room. Resolves when it has begun. */
  round(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function webhookDrain({
  engine,
  signal,
  allTenants,
  ended,
}: {
  readonly engine: () => Engine;
  readonly signal: AbortSignal;
  readonly allTenants: boolean;
  /** Is given what becomes of the requests to one address; it must not reject. */
  readonly ended: (drained: Promise<Drained>) => Promise<void>;
}): WebhookDrain {
  const busy = new Map<string, Promise<void>>();
  /** Where to go on: those that are first in the list shall not always be first. */
  let last = '';
  return {
    async round() {
      const parents = await (await incomingOfStore(engine())).parents();
      for (const to of [...parents.filter((one) => one > last), ...parents.filter((one) => one <= last)]) {
        if (busy.size >= atOnce || signal.aborted) return;
        if (busy.has(to)) continue;
        last = to;
        const tenant = allTenants ? undefined : engine().tenant;
        const drained = drainAddress(engine(), to, tenant, signal).then(sumOf);
        busy.set(
          to,
          ended(drained).finally(() => busy.delete(to)),
        );
      }
    },
    async idle() {
      while (busy.size > 0) await Promise.all(busy.values());
    },
  };
}

function sumOf(groups: readonly WebhookGroup[]): Drained {
  const sum = (of: (group: WebhookGroup) => number) => groups.reduce((total, group) => total + of(group), 0);
  const times = groups.flatMap(({ nextAt }) => (nextAt === undefined ? [] : [nextAt]));
  return {
    done: sum(({ done }) => done),
    events: sum(({ events }) => events),
    failed: sum(({ failed }) => failed),
    dead: sum(({ dead }) => dead),
    ...(times.length === 0 ? {} : { nextAt: Math.min(...times) }),
    of: groups.flatMap(({ to, done, events, failed, dead }) =>
      done + failed + dead === 0 ? [] : [{ to, events, failed: failed + dead }],
    ),
  };
}

async function drainOnce(
  engine: Engine,
  tenant: string | undefined,
  signal: AbortSignal,
): Promise<WebhookGroup[]> {
  const addresses = await (await incomingOfStore(engine)).parents();
  const groups: WebhookGroup[] = [];
  const work = async (): Promise<void> => {
    for (let to = addresses.shift(); to !== undefined; to = addresses.shift()) {
      signal.throwIfAborted();
      groups.push(...(await drainAddress(engine, to, tenant, signal)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return groups;
}

/** None where nothing waits there that is for this tenant. */
async function drainAddress(
  engine: Engine,
  parent: string,
  tenant: string | undefined,
  signal: AbortSignal,
): Promise<WebhookGroup[]> {
  const drawer = await incomingOfStore(engine);
  const asked = { parent, state: 'pending', order: 'oldest', limit: 1 } as const;
  const [first] = await drawer.list(tenant === undefined ? asked : { ...asked, tenant });
  if (first === undefined) return [];
  const group = new WebhookGroup(engineFor(engine, first.tenant), parent, signal);
  await group.handle();
  return [group];
}

/**
 * Handles one request at once, because somebody waits for the answer: he may do so while the subscription is being made,
 * so that its lock is not waited for. What it tells is stored where that can be; otherwise it is handled once more.
 */
export async function answerTo(
  behind: Behind,
  incoming: IncomingWebhook,
  signal: AbortSignal,
): Promise<WebhookAnswer | undefined> {
  const { engine } = behind;
  const handled = await handleOne(behind, incoming);
  const row = incoming.id === '' ? undefined : await pendingRow(engine, incoming);
  if (row === undefined) return handled.answer;
  if (handled.events.length === 0) {
    const store = await engine.ports.store();
    await store.write(finished({ ...row, state: 'done', events: [] }));
  } else {
    await new WebhookGroup(engine, row.to, signal).take(row, behind, handled);
  }
  return handled.answer;
}
