import type { IncomingRequest, Signature, WebhookAnswer } from '../core/webhook.js';
import type { OpenWebhook } from './webhook-open.js';
import { bodyOf } from './webhook-receive-store.js';
import type { IncomingWebhook } from './webhook-rows.js';

/** Senders give up after some seconds, and come again: three, for the most impatient ones. */
const answerWithinMs = 2_500;
/** Code of elements that runs at once, because somebody waits for it. */
const mostAtOnce = 16;
/** So many of them at one address: slow code shall not take the answers of all others. */
const mostAtAddress = 4;
let atOnce = 0;
const atAddress = new Map<string, number>();

/** What the element answers, where it does so soon enough; what was stored is handled later anyway. */
export async function answerNow(
  opened: OpenWebhook,
  request: IncomingRequest,
  stored: IncomingWebhook | undefined,
  { failed, signal }: { readonly failed: (error: unknown) => void; readonly signal: AbortSignal },
): Promise<WebhookAnswer | undefined> {
  const same = atAddress.get(opened.to) ?? 0;
  if (atOnce >= mostAtOnce || same >= mostAtAddress)
    return stored === undefined ? { status: 503 } : undefined;
  const { clock } = opened.engine.ports;
  const waiting = new AbortController();
  const late = clock.sleep(answerWithinMs, AbortSignal.any([signal, waiting.signal])).then(
    () => undefined,
    () => undefined,
  );
  count(opened.to, 1);
  const handled = opened
    .handleNow(stored ?? unstored(opened, request))
    .catch((error: unknown): undefined => {
      failed(error);
    })
    .finally(() => count(opened.to, -1));
  const answer = await Promise.race([handled, late]);
  waiting.abort('answered'); // a reason of our own: node makes an error with a stack otherwise
  return answer ?? undefined;
}

function count(to: string, change: 1 | -1): void {
  atOnce += change;
  const same = (atAddress.get(to) ?? 0) + change;
  if (same === 0) atAddress.delete(to);
  else atAddress.set(to, same);
}

function unstored({ to, tenant, engine }: OpenWebhook, request: IncomingRequest): IncomingWebhook {
  const time = engine.ports.clock.now();
  const { query } = request;
  const headers = keptHeaders(request, undefined);
  return { id: '', tenant, state: 'pending', time, to, query, headers, ...bodyOf(request.body), attempts: 0 };
}

const proofs = new Set(['authorization', 'proxy-authorization', 'cookie']);
const signatures = /^(x-hub-signature.*|stripe-signature|x-slack-signature|webhook-signature|x-signature)$/;

/** Without those that show who sent it. Signatures stay where nobody has checked them: handlers may do so. */
export function keptHeaders(
  { headers }: IncomingRequest,
  checked: Signature | undefined,
): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) =>
      !proofs.has(name) &&
      (checked === undefined || (!signatures.test(name) && name !== checked.header?.toLowerCase())),
  );
  return Object.fromEntries(kept);
}
