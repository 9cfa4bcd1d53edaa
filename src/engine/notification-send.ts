import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import { createRedactor } from '../core/redact.js';
import type { HttpResponse } from '../core/ports.js';
import { parseRetryAfter } from './client-retry.js';
import type { Engine } from './engine.js';
import { errorFacts } from './log.js';
import type { OpenReceiver } from './notification-receivers.js';

/** What a receiver made of a notification. */
export type Sent =
  | { readonly ok: true; readonly status: number; readonly ms: number }
  | {
      readonly ok: false;
      readonly status?: number;
      readonly ms: number;
      readonly error: JsonObject;
      /** How long it asks to wait. */
      readonly retryAfterMs?: number;
      /** It says that it will never take anything again. */
      readonly gone?: boolean;
    };

export interface Message {
  /** The same at each try. */
  readonly id: string;
  readonly eventType: string;
  /** What is sent beside `eventType`. */
  readonly payload: JsonObject;
}

const timeoutMs = 15_000;
/** Nothing of what a receiver answers is needed but the beginning, to show what is wrong. */
const [maxBytes, shownCharacters] = [64 * 1024, 200];

/** One try to send a notification. That it failed is a result; rejects only where the signal says so. */
export async function sendNotification(
  engine: Engine,
  receiver: OpenReceiver,
  message: Message,
  signal: AbortSignal,
): Promise<Sent> {
  const { clock } = engine.ports;
  const started = clock.now();
  const { redact, redactValue } = createRedactor(receiver.secrets);
  try {
    const response = await post(engine, receiver, message, signal);
    const ms = clock.now() - started;
    const { status } = response;
    if (status >= 200 && status < 300) return { ok: true, status, ms };
    const retryAfterMs = parseRetryAfter(response.headers['retry-after'], clock.now());
    return {
      ok: false,
      status,
      ms,
      error: redactValue(errorFacts(refusal(response, redact))),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      gone: status === 410,
    };
  } catch (error) {
    if (signal.aborted || !(error instanceof MembraneError)) throw error;
    return { ok: false, ms: clock.now() - started, error: redactValue(errorFacts(error)) };
  }
}

async function post(
  engine: Engine,
  { url, secret }: OpenReceiver,
  { id, eventType, payload }: Message,
  signal: AbortSignal,
): Promise<Pick<HttpResponse, 'status' | 'headers' | 'body'>> {
  const { clock, http, signatures } = engine.ports;
  const body = JSON.stringify({ eventType, ...payload });
  const proof =
    secret === undefined ? {} : (await signatures()).sign(secret, { id, time: clock.now(), body });
  const limit = timeLimit(engine, signal);
  let head: Pick<HttpResponse, 'status' | 'headers'> | undefined;
  try {
    return await http.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', 'webhook-id': id, ...proof },
      body,
      timeoutMs,
      maxBytes,
      saveTo: async (received) => {
        head = received;
        return undefined; // it stays in memory: only its status was wanted before it is all there
      },
      signal: limit.signal,
    });
  } catch (error) {
    // Whatever it answered at such length, it took it or did not.
    if (head !== undefined && error instanceof MembraneError && error.code === 'http/too-large')
      return { ...head, body: new Uint8Array() };
    if (!limit.isOver() || signal.aborted) throw error;
    throw new MembraneError(
      'http/timeout',
      `the receiver did not answer within ${timeoutMs / 1000} seconds`,
      {
        hint: 'it should store what it gets, answer at once, and work later',
      },
    );
  } finally {
    limit.end();
  }
}

/** From the start to the last byte: the limit of the port is for silences, where the head is looked at. */
function timeLimit({ ports }: Engine, outer: AbortSignal) {
  const ended = new AbortController();
  const either = new AbortController();
  let over = false;
  const stop = (): void => either.abort(outer.reason);
  if (outer.aborted) stop();
  outer.addEventListener('abort', stop, { once: true });
  const tooLate = (): void => {
    over = true;
    either.abort(new MembraneError('http/timeout', 'the receiver did not answer in time'));
  };
  void ports.clock.sleep(timeoutMs, ended.signal).then(tooLate, () => undefined);
  return {
    signal: either.signal,
    isOver: () => over,
    end() {
      ended.abort('answered'); // a reason of our own: node makes an error with a stack otherwise
      outer.removeEventListener('abort', stop);
    },
  };
}

function refusal(
  { status, headers, body }: Pick<HttpResponse, 'status' | 'headers' | 'body'>,
  redact: (text: string) => string,
): MembraneError {
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    const where = URL.canParse(location) ? new URL(location).origin : 'another address';
    return new MembraneError('http/redirect', `the receiver answered ${status}, a redirect to ${where}`, {
      hint: 'notifications follow no redirects: write the address that it leads to in membrane.yaml',
    });
  }
  if (status === 410) {
    return new MembraneError('http/status', 'the receiver answered 410: it takes nothing any more', {
      hint: 'take it out of "notifications" in membrane.yaml, or send again: membrane notification retry',
    });
  }
  // Cut after redaction: half a secret would not be found.
  const text = redact(new TextDecoder().decode(body)).replace(/\s+/g, ' ').trim().slice(0, shownCharacters);
  return new MembraneError('http/status', `the receiver answered ${status}${text === '' ? '' : `: ${text}`}`);
}
