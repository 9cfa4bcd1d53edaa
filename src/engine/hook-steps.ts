import { randomBytes } from 'node:crypto';
import { MembraneError } from '../core/error.js';
import type { Hook, HookAddress, HookState } from '../core/webhook.js';
import type { DrawerChange, Lock } from '../core/ports.js';
import { findConnection } from './connections.js';
import { digest } from './event-identity.js';
import type { Engine } from './engine.js';
import { checkGlobal } from './hook-global.js';
import { addressRow, globalUri, hookUri, newToken, type HookPlace, type HookRow } from './hook-rows.js';
import {
  readHookSecrets,
  wholeState,
  writeHookSecrets,
  type HookSecret,
  type HookSecrets,
} from './hook-secrets.js';
import { subscriptionDrawer, subscriptionRow, type Subscription } from './subscription-rows.js';
import { addressDrawer, selectorDrawer } from './webhook-rows.js';

/** What was done at the API. */
export type HookDeed = 'registered' | 'renewed' | 'removed' | 'failed';

const [hourMs, dayMs] = [3_600_000, 86_400_000];
/** The secrets of what has no token of its own. */
const globalName = 'global';

/** The telling of one subscription, for who holds its lock. Every step is stored before the next one. */
export class HookLife {
  now: Subscription;
  did: HookDeed | undefined;
  private readonly engine: Engine;
  private readonly guard: Lock;
  private readonly hook: Hook;

  constructor(engine: Engine, now: Subscription, guard: Lock, hook: Hook) {
    this.engine = engine;
    this.now = now;
    this.guard = guard;
    this.hook = hook;
  }

  /** Makes the API tell of what is at `source`, at an address below `publicUrl`; renews it where it is time. */
  async tend(source: unknown, method: string, publicUrl: string): Promise<void> {
    const of = digest([source, method, publicUrl]);
    const { hook = {} } = this.now;
    if (hook.since === undefined || hook.of !== of) await this.register(of, method, publicUrl);
    else if (this.isDue(hook)) await this.renew(of, method, publicUrl);
    await this.removeOld();
  }

  /** Tells the API to stop; nothing of it stays where that went well. */
  async end(): Promise<void> {
    await this.removeOld();
    const { hook } = this.now;
    if (hook?.uri !== undefined && hook.since !== undefined) await this.tellToStop(hook as HookPlace);
  }

  /** When it has to be seen to: at four fifths of its time, or once a day where nobody says how long it lasts. */
  renewAt({ since, expiresAt, selector }: HookRow): number | undefined {
    if (since === undefined) return undefined;
    if (expiresAt !== undefined) return since + Math.max(0, expiresAt - since) * 0.8;
    if (this.hook.refresh !== undefined) return since + dayMs;
    return selector === undefined ? undefined : since + hourMs;
  }

  private isDue(hook: HookRow): boolean {
    const at = this.renewAt(hook);
    return at !== undefined && at <= this.engine.ports.clock.now();
  }

  private async renew(of: string, method: string, publicUrl: string): Promise<void> {
    const { hook = {} } = this.now;
    const { refresh } = this.hook;
    if (refresh === undefined || hook.uri === undefined) return this.register(of, method, publicUrl);
    const secrets = await this.secrets();
    const name = hook.token ?? globalName;
    const to = addressOf(hook.uri, secrets[name]);
    const given = await refresh(to, wholeState(hook.state, secrets[name]?.state));
    await this.store(hook.token, hook.uri, { ...hook }, given, secrets);
    this.did = 'renewed';
  }

  private async register(of: string, method: string, publicUrl: string): Promise<void> {
    const { selector: ask, subscribe, wantsSecret } = this.hook;
    const before = this.now.hook ?? {};
    const place = ask === undefined ? await this.ownPlace(publicUrl) : await this.globalPlace(publicUrl);
    const name = place.token ?? globalName;
    let secrets = await this.secrets();
    if (wantsSecret === true && secrets[name]?.secret === undefined) {
      const secret = randomBytes(32).toString('base64url');
      secrets = { ...secrets, [name]: { ...secrets[name], secret } };
      await this.put({ ...this.now.hook, secrets: await this.keep(secrets) });
    }
    const given = (await subscribe?.(addressOf(place.uri, secrets[name]))) ?? { state: {} };
    const known = before.since === undefined || before.byHand === true ? undefined : (before as HookPlace);
    const old = known === undefined || known.uri === place.uri ? before.old : placeOf(known);
    const next: HookRow = { of, old, selector: this.now.hook?.selector, byHand: isByHand(this.hook) };
    this.now = { ...this.now, method };
    await this.store(place.token, place.uri, next, given, secrets);
    this.did = before.of === of ? 'renewed' : 'registered';
  }

  /** An address nobody had before, or the one of which it is not known whether the API knows it. */
  private async ownPlace(publicUrl: string): Promise<{ token: string; uri: string }> {
    const { hook = {}, id, tenant } = this.now;
    const isKept = isByHand(this.hook) === true && hook.token !== undefined;
    const token = isKept ? hook.token : (hook.next ?? newToken());
    if (!isKept) {
      const address = addressRow({ id: token, tenant, subscription: id }, this.engine.ports.clock.now());
      await this.put({ ...hook, next: token }, [{ drawer: addressDrawer, put: [address] }]);
    }
    return { token, uri: hookUri(publicUrl, token) };
  }

  private async globalPlace(publicUrl: string): Promise<{ token: undefined; uri: string }> {
    const { engine, now } = this;
    const { webhook, selector } = (await this.hook.selector?.()) ?? { webhook: '', selector: '' };
    const { integrationKey } = await findConnection(engine, now.connectionId ?? '');
    checkGlobal(engine, integrationKey, webhook);
    const parent = `${integrationKey}/${webhook} ${selector}`;
    const row = { id: now.id, tenant: now.tenant, time: engine.ports.clock.now(), parent, data: {} };
    await this.put({ ...now.hook, selector: parent }, [{ drawer: selectorDrawer, put: [row] }]);
    return { token: undefined, uri: globalUri(publicUrl, integrationKey, webhook) };
  }

  /** What is secret goes first: who is killed in between subscribes once more, at the same address. */
  private async store(
    token: string | undefined,
    uri: string,
    row: HookRow,
    given: HookState,
    known: HookSecrets,
  ): Promise<void> {
    const name = token ?? globalName;
    const { secret } = known[name] ?? {};
    const own: HookSecret = {
      ...(secret === undefined ? {} : { secret }),
      ...(given.secret === undefined ? {} : { state: given.secret }),
    };
    const { [name]: _, ...others } = known;
    const secrets: HookSecrets = Object.keys(own).length === 0 ? others : { ...others, [name]: own };
    const had = this.now.hook?.secrets;
    const has = Object.keys(secrets).length > 0 || had !== undefined;
    const { state, expiresAt } = given;
    const since = this.engine.ports.clock.now();
    const kept = has ? await this.keep(secrets) : undefined;
    const settled = { next: undefined, failures: undefined, error: undefined, tryAt: undefined };
    const isOurs = this.now.hook?.error !== undefined;
    if (isOurs) this.now = { ...this.now, error: undefined };
    await this.put({ ...row, token, uri, state, expiresAt, since, secrets: kept, ...settled });
  }

  private async removeOld(): Promise<void> {
    const { hook } = this.now;
    if (hook?.old === undefined) return;
    const { old, ...rest } = hook;
    try {
      await this.tellToStop(old);
    } catch (error) {
      // It goes on at an address that is nobody's any more.
      if (!(error instanceof MembraneError) || error.code.startsWith('store/')) throw error;
    }
    const secrets = await this.secrets();
    const { [old.token ?? '']: gone, ...others } = secrets;
    if (gone !== undefined) await this.keep(others);
    const remove = old.token === undefined ? [] : [addressRowId(old.token)];
    await this.put(rest, [{ drawer: addressDrawer, remove }]);
  }

  private async tellToStop({ token, uri, state }: HookPlace): Promise<void> {
    const secret = (await this.secrets())[token ?? globalName];
    try {
      await this.hook.unsubscribe?.(addressOf(uri, secret), wholeState(state, secret?.state));
    } catch (error) {
      // it is gone there already
      if (!(error instanceof MembraneError) || error.key !== 'not_found') throw error;
    }
    this.did ??= 'removed';
  }

  private secrets(): Promise<HookSecrets> {
    return readHookSecrets(this.engine, this.now, this.now.hook);
  }

  private keep(secrets: HookSecrets): Promise<string> {
    return writeHookSecrets(this.engine, this.now, secrets);
  }

  private async put(hook: HookRow, more: readonly DrawerChange[] = []): Promise<void> {
    this.now = { ...this.now, hook };
    const store = await this.engine.ports.store();
    const changed = { drawer: subscriptionDrawer, put: [subscriptionRow(this.now)] };
    await store.write([...more, changed], { guard: this.guard });
  }
}

function isByHand({ subscribe, selector }: Hook): true | undefined {
  return subscribe === undefined && selector === undefined ? true : undefined;
}

function placeOf({ token, uri, state }: HookPlace): HookPlace {
  return { token, uri, state };
}

function addressOf(uri: string, own: HookSecret | undefined): HookAddress {
  return { uri, secret: own?.secret };
}

function addressRowId(token: string): { tenant: string; id: string } {
  const { tenant, id } = addressRow({ id: token, tenant: '', subscription: '' }, 0);
  return { tenant, id };
}
