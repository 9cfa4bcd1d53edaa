import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Drawer, Lock } from '../core/ports.js';
import type { FoundEvent } from '../core/subscription.js';
import type { Handled } from '../core/webhook.js';
import type { Engine } from './engine.js';
import { digest } from './event-identity.js';
import { errorFacts } from './log.js';
import { withSubscription } from './subscription-change.js';
import type { Subscription } from './subscription-rows.js';
import { behindGlobal, behindSubscription, type Behind } from './webhook-behind.js';
import { argumentsOf } from './webhook-call.js';
import { routed } from './webhook-route.js';
import { incomingDrawer, incomingOf, incomingRow, type IncomingWebhook } from './webhook-rows.js';
import { finished, storeEvents, storeRouted } from './webhook-store.js';

const [shortestMs, longestMs] = [5_000, 3_600_000];
/** A request that could not be handled so often is dead, unless `watch.attempts` of membrane.yaml says otherwise. */
const attemptsAtMost = 10;
/** So many are read at once: each may be as long as `limits.webhookKilobytes`. */
const pageRows = 10;
const subscriptionPrefix = 'subscription:';

/** The requests to one address, which are handled one after the other. */
export class WebhookGroup {
  done = 0;
  events = 0;
  /** Requests that were made of one for several subscriptions. */
  routed = 0;
  failed = 0;
  dead = 0;
  nextAt: number | undefined;
  readonly to: string;
  private readonly engine: Engine;
  private readonly signal: AbortSignal;
  private behind: Promise<Behind> | undefined;

  constructor(engine: Engine, to: string, signal: AbortSignal) {
    this.engine = engine;
    this.to = to;
    this.signal = signal;
  }

  /** All that wait, oldest first, until one cannot be handled: those behind it wait. */
  async handle(): Promise<void> {
    for (let goesOn = true; goesOn;) {
      this.signal.throwIfAborted();
      const [first] = await this.waiting(1);
      if (first === undefined || this.mustWait(first)) return;
      goesOn = false;
      await this.locked(async (guard, subscription) => {
        goesOn = await this.some(guard, subscription);
      });
    }
  }

  /** Whether there may be more. */
  private async some(guard: Lock, subscription: Subscription | undefined): Promise<boolean> {
    const rows = await this.waiting(pageRows);
    let known = subscription;
    for (const listed of rows) {
      this.signal.throwIfAborted();
      // It may have been answered at once meanwhile.
      const row = await pendingRow(this.engine, listed);
      if (row === undefined) continue;
      if (this.mustWait(row)) return false;
      try {
        known = await this.one(row, guard, known);
        this.done += 1;
      } catch (error) {
        if (this.signal.aborted || !(error instanceof MembraneError) || error.code.startsWith('store/'))
          throw error;
        if (await this.fail(row, guard, error)) return false;
      }
    }
    return rows.length === pageRows;
  }

  private async waiting(limit: number): Promise<IncomingWebhook[]> {
    const drawer = await incomingOfStore(this.engine);
    const { tenant } = this.engine;
    const rows = await drawer.list({ tenant, parent: this.to, state: 'pending', order: 'oldest', limit });
    return rows.map(incomingOf);
  }

  /** Stores what was made of a request already, unless others wait before it, or somebody is at them. */
  async take(row: IncomingWebhook, behind: Behind, handled: Handled): Promise<void> {
    const drawer = await incomingOfStore(this.engine);
    const { tenant, to: parent } = row;
    const [first] = await drawer.list({ tenant, parent, state: 'pending', order: 'oldest', limit: 1 });
    if (first?.id !== row.id) return;
    await this.locked(async (guard, subscription) => {
      if ((await pendingRow(this.engine, row)) !== undefined)
        await this.store(row, guard, subscription, { events: handled.events, odd: oddIn(behind, 0) });
    });
  }

  /** Gives the subscription as it is for the next one. */
  private async one(
    row: IncomingWebhook,
    guard: Lock,
    subscription: Subscription | undefined,
  ): Promise<Subscription | undefined> {
    const behind = await (this.behind ??= this.open(subscription));
    const before = behind.warnings.length;
    const events =
      row.given === undefined ? (await handleOne(behind, row)).events : await acceptAll(behind, row.given);
    return this.store(row, guard, subscription, { events, odd: oddIn(behind, before) });
  }

  private async store(
    row: IncomingWebhook,
    guard: Lock,
    subscription: Subscription | undefined,
    { events: found, odd }: { readonly events: Handled['events']; readonly odd: readonly string[] },
  ): Promise<Subscription | undefined> {
    const { engine } = this;
    if (subscription === undefined) {
      const { rows, unheard } = await routed(engine, row, found);
      const told = [...odd, ...unheardOf(unheard)];
      await storeRouted(engine, withWarnings(row, told), rows, guard);
      this.routed += rows.length;
      return undefined;
    }
    const stored = await storeEvents(engine, withWarnings(row, odd), { subscription, found, guard });
    this.events += stored.events;
    return stored.subscription;
  }

  private async open(subscription: Subscription | undefined): Promise<Behind> {
    const { engine, signal, to } = this;
    if (subscription !== undefined) {
      if (subscription.state === 'ended') throw isOver(`what it is for is gone or switched off`);
      const behind = await behindSubscription(engine, subscription, signal);
      if (behind !== undefined) return behind;
      throw isOver('what it is for learns of changes in another way now');
    }
    const [integration = '', ...key] = to.slice('global:'.length).split('/');
    const behind = await behindGlobal(engine, integration, key.join('/'), signal);
    if (behind === undefined) throw isOver(`there is no global webhook "${key.join('/')}" any more`);
    return behind;
  }

  /** Whoever has the lock is at these requests, or stores events of the same subscription. */
  private async locked(
    work: (guard: Lock, subscription: Subscription | undefined) => Promise<void>,
  ): Promise<void> {
    const { engine, signal, to } = this;
    if (to.startsWith(subscriptionPrefix)) {
      await withSubscription(engine, to.slice(subscriptionPrefix.length), 0, async (subscription, guard) => {
        if (subscription === undefined) await this.nobody(guard);
        else await work(guard, subscription);
      });
      return;
    }
    const store = await engine.ports.store();
    let guard: Lock;
    try {
      guard = await store.lock(`webhook/${to}`, { waitMs: 0, signal });
    } catch (error) {
      if (error instanceof MembraneError && error.code === 'store/busy') return;
      throw error;
    }
    try {
      await work(guard, undefined);
    } finally {
      await guard.release();
    }
  }

  /** All that came for a subscription that was forgotten. */
  private async nobody(guard: Lock): Promise<void> {
    for (let rows = await this.waiting(pageRows); rows.length > 0; rows = await this.waiting(pageRows))
      for (const row of rows) await this.fail(row, guard, isOver('what it is for is gone'));
  }

  private mustWait({ tryAt = 0 }: IncomingWebhook): boolean {
    if (tryAt <= this.engine.ports.clock.now()) return false;
    this.nextAt = tryAt;
    return true;
  }

  /** Whether those behind have to wait. */
  private async fail(row: IncomingWebhook, guard: Lock, error: MembraneError): Promise<boolean> {
    const { ports, project } = this.engine;
    const behind = await this.behind?.catch(() => undefined);
    // What could not be opened is tried anew by the next one.
    if (behind === undefined) this.behind = undefined;
    const facts = errorFacts(error);
    const told = behind === undefined ? facts : behind.redact(facts);
    const attempts = row.attempts + 1;
    const given = (project.config.watch as JsonObject)['attempts'];
    const most = typeof given === 'number' && given >= 1 ? given : attemptsAtMost;
    const store = await ports.store();
    if (error.code.startsWith('webhook/') || attempts >= most) {
      const dead: IncomingWebhook = { ...row, attempts, state: 'dead', tryAt: undefined, error: told };
      await store.write(finished(dead), { guard });
      this.dead += 1;
      return false;
    }
    const waitMs = Math.min(longestMs, shortestMs * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
    const tryAt = ports.clock.now() + Math.round(waitMs);
    const waiting = incomingRow({ ...row, attempts, tryAt, error: told });
    await store.write([{ drawer: incomingDrawer, put: [waiting] }], { guard });
    this.failed += 1;
    this.nextAt = tryAt;
    return true;
  }
}

/** Makes of a request what its element makes of it. */
export async function handleOne({ hook, to, state }: Behind, incoming: IncomingWebhook): Promise<Handled> {
  return (await hook.handle?.(argumentsOf(incoming), to, state)) ?? { events: [] };
}

/** The row as it is stored; undefined where it is over, or never was there. */
export async function pendingRow(
  engine: Engine,
  { tenant, id }: IncomingWebhook,
): Promise<IncomingWebhook | undefined> {
  const row = await (await incomingOfStore(engine)).get(tenant, id);
  return row?.state === 'pending' ? incomingOf(row) : undefined;
}

export async function incomingOfStore({ ports }: Engine): Promise<Drawer> {
  return (await ports.store()).drawer(incomingDrawer);
}

async function acceptAll({ hook }: Behind, given: readonly FoundEvent[]): Promise<FoundEvent[]> {
  const accepted: FoundEvent[] = [];
  for (const event of given) accepted.push(...((await hook.accept?.(event, digest)) ?? []));
  return accepted;
}

/** What was odd since so many warnings were there. */
function oddIn({ warnings }: Behind, from: number): string[] {
  return warnings
    .slice(from)
    .slice(0, 10)
    .map(({ message }) => message);
}

/** Selectors come from outside: some are shown, and of these the beginning. */
function unheardOf(selectors: readonly string[]): string[] {
  const shown = selectors.slice(0, 10).map((one) => (one.length > 100 ? `${one.slice(0, 100)}…` : one));
  const more = selectors.length - shown.length;
  return [
    ...shown.map((one) => `nobody waits for the selector "${one}"`),
    ...(more === 0 ? [] : [`nobody waits for ${more} further selectors`]),
  ];
}

function withWarnings(row: IncomingWebhook, warnings: readonly string[]): IncomingWebhook {
  return warnings.length === 0 ? row : { ...row, warnings };
}

function isOver(why: string): MembraneError {
  return new MembraneError('webhook/over', `the webhook is for nobody: ${why}`, {
    hint: 'see "membrane event subscriptions list"',
  });
}
