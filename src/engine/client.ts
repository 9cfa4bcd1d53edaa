import { MembraneError } from '../core/error.js';
import type { Emit } from '../core/event.js';
import type { ApiClient, ClientRequest, ClientResponse, Page } from '../core/kind.js';
import type { PageLimits, Pagination } from '../core/pagination.js';
import type { Clock, Http, HttpRequest, HttpResponse } from '../core/ports.js';
import { failureOf, failureWithout, isUnauthorized, type Failure } from './client-error.js';
import { exchange, type Exchange } from './client-exchange.js';
import { unsent, type Instead } from './client-instead.js';
import { redactBody, redactHeaders, redactUrl, redactValue, type Redact } from './client-redact.js';
import { followPages } from './client-pages.js';
import { checkedPagination } from './client-pages-check.js';
import { followRedirect, maxRedirects, tooManyRedirects } from './client-redirect.js';
import {
  isIdempotent,
  prepareRequest,
  signRequest,
  type ClientBase,
  type Prepared,
} from './client-request.js';
import {
  judgeResponse,
  type HandledError,
  type ReadResponse,
  type ResponseHandler,
} from './client-response.js';
import { longestWait, parseRetryAfter, waitBeforeRetry, type RetryPolicy } from './client-retry.js';
import type { TenantFiles } from './files.js';
import { receiver } from './files-receive.js';
import { need, outgoing, type Outgoing } from './files-send.js';
import type { Throttle } from './rate-limit.js';

export type { ClientBase, Exchange, HandledError, ReadResponse, ResponseHandler, RetryPolicy };

export interface ClientOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly emit: Emit;
  /** What the client is bound to. Asked before every try, so that a refreshed credential is used. */
  readonly base: () => Promise<ClientBase>;
  /**
   * Refreshes what `base` gave; whether another try makes sense. Called once per request, and again after
   * `replaced`: somebody else refreshed it long before, so that this may have ended too.
   */
  readonly onUnauthorized?: ((refused: ClientBase) => Promise<boolean | 'replaced'>) | undefined;
  readonly redact: Redact;
  /** What to do when the credentials are refused: `membrane connect crm --reconnect`. */
  readonly reconnectHint?: string | undefined;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
  /** Called before a request is sent that must not be sent twice, and waited for. */
  readonly beforeUnsafe?: (() => Promise<void>) | undefined;
  /** Takes requests that would change something in the place of sending them. */
  readonly instead?: Instead | undefined;
  /** So much of each body goes to `onExchange`; none by default. */
  readonly loggedBodyBytes?: number | undefined;
  /** Of one exchange; 30 s by default. */
  readonly timeoutMs?: number | undefined;
  /** The longest response; 50 MB by default. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What ends a list that does not end; 10,000 pages and 15 minutes by default. */
  readonly pageLimits?: PageLimits | undefined;
  /** Keeps requests to the rate limit of what the client is bound to. */
  readonly throttle?: Throttle | undefined;
  /** What requests can send of files, and where they store them; without it they cannot. */
  readonly files?: TenantFiles | undefined;
  /** From 0 to 1; spreads tries. */
  readonly random?: (() => number) | undefined;
}

/**
 * A client bound to what `base` gives. Rejects with a MembraneError that has a class, a key, and in `data` the
 * status, the request and the beginning of the response body, all redacted.
 */
export function createClient(options: ClientOptions): ApiClient {
  return {
    address: async () => (await options.base()).baseUri,
    send: async (request) => (await send(options, request)).response,
    pages: (request, pagination) => pages(options, request, pagination),
  };
}

const pageLimits: PageLimits = { pages: 10_000, ms: 15 * 60_000 };

async function* pages(
  options: ClientOptions,
  request: ClientRequest,
  given: Pagination | undefined,
): AsyncGenerator<Page> {
  const pagination = checkedPagination(given ?? (await options.base()).pagination);
  const limits = options.pageLimits ?? pageLimits;
  const { clock } = options;
  yield* followPages({ clock, limits, send: (next) => send(options, next) }, request, pagination);
}

/** A response, and the address that gave it: redirects may have led elsewhere. */
interface Answer {
  readonly response: ClientResponse;
  readonly url: URL;
}

async function send(options: ClientOptions, given: ClientRequest): Promise<Answer> {
  const { clock, signal, random = Math.random } = options;
  const out = await outgoing(options.files, given);
  const { request } = out;
  let refresh = options.onUnauthorized;
  if (!isIdempotent(request)) await options.beforeUnsafe?.();
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    const base = await options.base();
    const result = await tryOnce(options, base, out, tries);
    if (!('failure' in result)) return result;
    const { failure, sent } = result;
    if (refresh !== undefined && sent?.foreign === false && isUnauthorized(failure.error)) {
      const again = await refresh(base);
      if (again !== 'replaced') refresh = undefined;
      if (again !== false) continue;
    }
    const facts = { tries, idempotent: isIdempotent(request), now: clock.now(), random: random() };
    const waitMs = waitBeforeRetry(failure, base.retry ?? {}, facts);
    if (waitMs === undefined || sent === undefined) throw explain(options, request, result, tries);
    const reason = failure.status === undefined ? failure.error.message : `status ${failure.status}`;
    options.emit({
      type: 'retry',
      method: sent.method,
      url: redactUrl(sent.url, options.redact),
      reason,
      waitMs,
      tries,
    });
    await clock.sleep(waitMs, signal);
  }
}

/** What came of a try that gave no usable response. `sent` is absent where the request could not be made. */
interface Failed {
  readonly failure: Failure;
  readonly sent?: Prepared;
  readonly body?: Uint8Array;
}

/** Builds the request, sends it, follows redirects and judges the response. */
async function tryOnce(
  options: ClientOptions,
  base: ClientBase,
  out: Outgoing,
  tries: number,
): Promise<Answer | Failed> {
  const { request } = out;
  let sent: Prepared | undefined;
  let body: Uint8Array | undefined;
  const bound = base.baseUri !== undefined;
  const handlers = base.responseHandlers ?? [];
  const file = request.responseType === 'file' ? receiver(need(options.files)) : undefined;
  try {
    sent = prepareRequest(base, out);
    if (options.instead !== undefined && !sent.reads) {
      const data = options.instead(unsent(sent, options.redact));
      return { response: { status: 200, headers: {}, data }, url: sent.url };
    }
    const htmlIsFine = !bound || wantsText(base, request);
    for (let redirects = 0; ; redirects += 1) {
      const response = await paced(options, base, await signRequest(base, sent), tries, file?.saveTo(sent));
      body = response.body;
      const next = followRedirect(sent, response);
      if (next === undefined) {
        const verdict =
          (await file?.judge(response, sent, handlers)) ??
          (await judgeResponse(response, sent, { handlers, htmlIsFine, wanted: request.responseType }));
        const { status, headers, data, encoding } = verdict.response;
        if (verdict.success) {
          const response = { status, headers, data, ...(encoding === undefined ? {} : { encoding }) };
          return { response, url: sent.url };
        }
        const failure = failureOf(sent, verdict.response, verdict.error, {
          bound,
          hint: options.reconnectHint,
        });
        return { failure, sent, body };
      }
      if (redirects === maxRedirects) throw tooManyRedirects(sent);
      warnOfBody(options, sent, next);
      sent = next;
      body = undefined;
    }
  } catch (error) {
    if (options.signal?.aborted === true || !(error instanceof MembraneError)) throw error;
    return { failure: failureWithout(error), ...(sent && { sent }), ...(body && { body }) };
  } finally {
    await file?.drop();
  }
}

/** One exchange, when its turn has come. */
async function paced(
  options: ClientOptions,
  { rateLimit, retry }: ClientBase,
  sent: Prepared,
  tries: number,
  saveTo: HttpRequest['saveTo'],
): Promise<HttpResponse> {
  const { throttle, signal } = options;
  if (rateLimit === undefined || throttle === undefined || sent.foreign)
    return exchange(options, sent, tries, saveTo);
  await throttle.wait(rateLimit, longestWait(retry), signal);
  const response = await exchange(options, sent, tries, saveTo);
  await throttle.learn(rateLimit, response);
  return response;
}

/** Whether somebody asked for pages or texts: then HTML is no mistake. */
function wantsText(base: ClientBase, request: ClientRequest): boolean {
  for (const headers of [request.headers, base.headers]) {
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (name.toLowerCase() === 'accept') return /text\/|xhtml/i.test(String(value));
    }
  }
  return false;
}

function warnOfBody(options: ClientOptions, from: Prepared, to: Prepared): void {
  if ((to.body ?? to.upload) === undefined || from.url.origin === to.url.origin) return;
  options.emit({
    type: 'warning',
    message: `a redirect of "${from.url.host}" sent the data of the request on to "${to.url.host}"`,
  });
}

/** The error that the caller gets: with the facts that help, and nothing secret. */
function explain(
  options: ClientOptions,
  request: ClientRequest,
  failed: Failed,
  tries: number,
): MembraneError {
  const { redact } = options;
  const { failure, sent, body } = failed;
  const { error } = failure;
  const hint = isDoubtful(failure) && !isIdempotent(request) ? doubt : error.hint;
  const limited = error.key === 'rate_limit_exceeded';
  const asked = parseRetryAfter(failure.retryAfter, options.clock.now());
  const wait =
    asked === undefined || !limited ? undefined : `the API asks to wait ${Math.ceil(asked / 1000)} s`;
  const count = tries > 1 ? `it was tried ${tries} times` : undefined;
  return new MembraneError(error.code, redact(error.message), {
    hint: redact([hint, wait, count].filter((part) => part !== undefined).join('; ')) || undefined,
    class: error.class,
    key: error.key,
    span: error.span,
    data: {
      ...(redactValue(error.data ?? {}, redact) as object),
      ...(sent && {
        request: {
          method: sent.method,
          url: redactUrl(sent.url, redact),
          headers: redactHeaders(sent.headers, redact),
        },
      }),
      ...(body !== undefined && body.length > 0 && { body: redactBody(body, shownBody, redact) }),
      ...(asked !== undefined && { waitMs: asked }),
      tries,
    },
  });
}

/** Characters of a response body that an error shows. */
const shownBody = 2048;

const doubt = 'the API may have done it all the same, so it was not sent again: look before you run it again';

/** Nobody knows whether the server did what it was asked. */
function isDoubtful({ error, status, final }: Failure): boolean {
  if (status !== undefined) return status >= 500;
  return !final && error.data?.['code'] !== 'ECONNREFUSED';
}
