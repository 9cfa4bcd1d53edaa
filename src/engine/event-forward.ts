import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';
import { findEvent } from './event-look.js';
import { eventRequest } from './event-request.js';
import { signedForYourApp } from './event-sign.js';
import type { StoredEvent } from './event-rows.js';
import { listSubscriptions } from './subscription-rows.js';

/** What came of an event that was sent somewhere by hand. */
export interface Forwarded {
  readonly id: string;
  readonly url: string;
  /** What was answered; absent where nothing was. */
  readonly status?: number;
  readonly ms: number;
  /** Why nothing was answered. */
  readonly error?: string;
}

/**
 * Posts an event to an address as the user's app gets it, once. What becomes of the event itself does not change.
 * That nobody answers is a result, not an error.
 */
export async function forwardEvent(
  engine: Engine,
  connection: string | undefined,
  event: Pick<StoredEvent, 'id' | 'payload'>,
  { url, signal }: { readonly url: string; readonly signal: AbortSignal },
): Promise<Forwarded> {
  const { ports, project, tenant } = engine;
  const request = eventRequest(tenant, connection, event);
  const { headers, data: body } = await signedForYourApp(engine, event.id, request);
  const { requestMs: timeoutMs, responseBytes: maxBytes } = project.config.limits;
  const started = ports.clock.now();
  const sent = { id: event.id, url };
  try {
    const { status } = await ports.http.send({
      method: 'POST',
      url,
      headers,
      body,
      timeoutMs,
      maxBytes,
      signal,
    });
    return { ...sent, status, ms: ports.clock.now() - started };
  } catch (error) {
    if (signal.aborted || !(error instanceof MembraneError)) throw error;
    return { ...sent, ms: ports.clock.now() - started, error: error.message };
  }
}

/** The same for an event that is stored, by its id. Rejects with `event/unknown`. */
export async function forwardStored(
  engine: Engine,
  id: string,
  to: { readonly url: string; readonly signal: AbortSignal },
): Promise<Forwarded> {
  const event = await findEvent(engine, id);
  const owner = (await listSubscriptions(engine)).find((one) => one.id === event.subscription);
  return forwardEvent(engine, owner?.connection, event, to);
}
