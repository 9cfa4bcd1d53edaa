import { everybody } from '../core/connection.js';
import type { JsonObject } from '../core/json.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { createRedactor, secretStrings } from '../core/redact.js';
import type { Hook, HookAddress, Signature } from '../core/webhook.js';
import type { Engine } from './engine.js';
import { findGlobal } from './hook-global.js';
import { readHookSecrets, wholeState } from './hook-secrets.js';
import { usableIntegration } from './integration.js';
import { callable, otherElements } from './other-elements.js';
import { openSubscription } from './subscription-open.js';
import type { Subscription } from './subscription-rows.js';

/** What makes events of the requests to one address. */
export interface Behind {
  readonly engine: Engine;
  readonly tenant: string;
  readonly hook: Hook;
  readonly to: HookAddress;
  readonly state: JsonObject;
  /** What was odd since it was opened. */
  readonly warnings: readonly Diagnostic[];
  readonly redact: <T>(value: T) => T;
  signature(): Promise<Signature | undefined>;
}

const engines = new WeakMap<Engine, Map<string, Engine>>();

/** The engine for another tenant, always the same one: what it remembers of secrets goes with it. */
export function engineFor(engine: Engine, tenant: string): Engine {
  if (tenant === engine.tenant) return engine;
  const all = engines.get(engine) ?? new Map<string, Engine>();
  engines.set(engine, all);
  const known = all.get(tenant) ?? { ...engine, tenant };
  all.set(tenant, known);
  return known;
}

/** What makes events for a subscription; undefined where its API does not tell of any. `token`: of the address asked. */
export async function behindSubscription(
  engine: Engine,
  subscription: Subscription,
  signal: AbortSignal,
  token?: string,
): Promise<Behind | undefined> {
  const opened = await openSubscription(engine, subscription, signal);
  const { kind, element, trigger, context, warnings } = opened;
  const hook = (await kind.openPull?.(context, element.value, trigger))?.hook;
  if (hook === undefined) return undefined;
  const row = subscription.hook;
  const place = row?.old !== undefined && row.old.token === token ? row.old : row;
  // An address that the API is being told of is used before anything is known of it.
  const isNew = token !== undefined && token === row?.next;
  const own = (await readHookSecrets(engine, subscription, row))[token ?? row?.token ?? 'global'];
  const state = isNew ? {} : wholeState(place?.state, own?.state);
  const to: HookAddress = { uri: isNew ? '' : (place?.uri ?? ''), secret: own?.secret };
  const { tenant } = engine;
  const signature = async () => hook.signature?.(to, state);
  const secrets = createRedactor(secretStrings(own ?? {}));
  const redact = <T>(value: T): T => secrets.redactValue(opened.redact(value));
  return { engine, tenant, hook, to, state, warnings, redact, signature };
}

/** What makes events for all connections of an integration; undefined where there is no such global webhook. */
export async function behindGlobal(
  base: Engine,
  key: string,
  webhook: string,
  signal: AbortSignal,
): Promise<Behind | undefined> {
  const engine = engineFor(base, everybody);
  const found = findGlobal(engine, key, webhook);
  if (found === undefined) return undefined;
  const { connector, connectorParameters, parameterSecrets } = await usableIntegration(engine, key);
  const scope = { tenant: engine.tenant, integration: key, connector: connector.ref.key };
  const calling = { scope, variables: { connectorParameters }, client: undefined, signal };
  const element = callable(engine, calling, found.element, otherElements(engine, calling));
  const hook = found.kind.openHook(element, {});
  const to: HookAddress = { uri: '' };
  const signature = async () => hook.signature?.(to, {});
  const secrets = createRedactor(parameterSecrets);
  const redact = <T>(value: T): T => secrets.redactValue(value);
  return {
    engine,
    tenant: everybody,
    hook,
    to,
    state: {},
    warnings: [],
    redact,
    signature,
  };
}
