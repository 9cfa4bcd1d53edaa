import { MembraneError } from '../core/error.js';
import type { Signature, WebhookAnswer } from '../core/webhook.js';
import type { Engine } from './engine.js';
import { findAddress } from './hook-rows.js';
import { subscriptionDrawer, subscriptionOf } from './subscription-rows.js';
import { behindGlobal, behindSubscription, engineFor, type Behind } from './webhook-behind.js';
import { answerTo } from './webhook-handle.js';
import type { IncomingWebhook } from './webhook-rows.js';

/** Where a request goes: to the address of one subscription, or to a global webhook of an integration. */
export type WebhookTarget =
  | { readonly kind: 'hook'; readonly token: string }
  | { readonly kind: 'global'; readonly integration: string; readonly key: string };

/** What stands behind an address of the receiver, ready to judge and to answer requests. */
export interface OpenWebhook {
  /** As incoming rows name it: `subscription:ID`, or `global:INTEGRATION/KEY`. */
  readonly to: string;
  /** Whose it is; what is for all tenants belongs to the default one. */
  readonly tenant: string;
  readonly engine: Engine;
  /** How senders prove themselves; absent where nothing is declared. */
  readonly signature?: Signature;
  /** Whether senders wait for what `handleNow` gives. */
  readonly answers: boolean;
  /** Handles a request at once; where it is stored, its events are stored and it is done. Undefined: no answer. */
  handleNow(incoming: IncomingWebhook): Promise<WebhookAnswer | undefined>;
}

/**
 * Finds what stands behind an address. Undefined where nothing does. Rejects where it cannot be told how senders prove
 * themselves: then nobody may be believed.
 */
export async function openWebhook(
  engine: Engine,
  to: WebhookTarget,
  signal: AbortSignal,
): Promise<OpenWebhook | undefined> {
  if (to.kind === 'hook') return openOwn(engine, to.token, signal);
  const { integration, key } = to;
  try {
    const behind = await behindGlobal(engine, integration, key, signal);
    return behind && opened(`global:${integration}/${key}`, behind, signal);
  } catch (error) {
    if (error instanceof MembraneError && error.code === 'element/not-found') return undefined;
    throw error;
  }
}

async function openOwn(base: Engine, token: string, signal: AbortSignal): Promise<OpenWebhook | undefined> {
  const address = await findAddress(base, token);
  if (address === undefined) return undefined;
  const engine = engineFor(base, address.tenant);
  const drawer = (await engine.ports.store()).drawer(subscriptionDrawer);
  const row = await drawer.get(address.tenant, address.subscription);
  if (row === undefined || (row.state === 'ended' && !(await isCutOff(engine, row.parent)))) return undefined;
  const behind = await behindSubscription(engine, subscriptionOf(row), signal, token);
  return behind && opened(`subscription:${address.subscription}`, behind, signal);
}

/** Whoever connects again wants what came meanwhile: until then senders are told to come again. */
async function isCutOff({ ports, tenant }: Engine, connection = ''): Promise<boolean> {
  return (await ports.connections.get(tenant, connection))?.disconnected === true;
}

async function opened(to: string, behind: Behind, signal: AbortSignal): Promise<OpenWebhook> {
  const { engine, tenant, hook } = behind;
  const signature = await behind.signature();
  return {
    to,
    tenant,
    engine,
    ...(signature === undefined ? {} : { signature }),
    answers: hook.answers,
    handleNow: (incoming) => answerTo(behind, incoming, signal),
  };
}
