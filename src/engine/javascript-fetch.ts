import { Buffer } from 'node:buffer';
import type { SandboxCall } from '../core/sandbox.js';
import type { Exchange } from './client.js';
import { exchange } from './client-exchange.js';
import { unsent, type Instead } from './client-instead.js';
import type { Redact } from './client-redact.js';
import { followRedirect, maxRedirects, tooManyRedirects } from './client-redirect.js';
import { isIdempotent, prepareRequest } from './client-request.js';
import type { Engine } from './engine.js';
import type { HostRules } from './javascript-hosts.js';

/** What `fetch` of code does: one try, any status is a response, no credentials, and each host must be allowed. */
export function boundFetch(
  engine: Engine,
  options: {
    readonly rules: HostRules;
    readonly redact: Redact;
    readonly signal: AbortSignal;
    readonly onExchange?: ((exchange: Exchange) => void) | undefined;
    /** Called before a request is sent that must not be sent twice, and waited for. */
    readonly beforeUnsafe?: (() => Promise<void>) | undefined;
    /** Takes requests that would change something in the place of sending them. */
    readonly instead?: Instead | undefined;
  },
): SandboxCall['fetch'] {
  const { rules, redact, signal, onExchange, beforeUnsafe, instead } = options;
  const { limits } = engine.project.config;
  const client = {
    http: engine.ports.http,
    clock: engine.ports.clock,
    emit: engine.emit,
    base: async () => ({}),
    redact,
    timeoutMs: limits.requestMs,
    maxBytes: limits.responseBytes,
    loggedBodyBytes: limits.loggedBodyBytes,
    signal,
    onExchange,
  };
  return async ({ url, method, headers, body, redirect = 'follow' }) => {
    await rules.require(url);
    if (!isIdempotent({ path: url, method })) await beforeUnsafe?.();
    let sent = prepareRequest({}, { request: { path: url, method, headers, data: body } });
    if (instead !== undefined && !sent.reads) {
      const body = Buffer.from(JSON.stringify(instead(unsent(sent, redact))));
      return { url: sent.url.href, status: 200, headers: { 'content-type': 'application/json' }, body };
    }
    for (let redirects = 0; ; redirects += 1) {
      const response = await exchange(client, sent, 1);
      const leads = redirect === 'follow' && response.headers['location'] !== undefined;
      const next = leads ? followRedirect(sent, response) : undefined;
      if (next === undefined) {
        const { status, headers: received, body: bytes } = response;
        return { url: sent.url.href, status, headers: received, body: bytes };
      }
      if (redirects === maxRedirects) throw tooManyRedirects(sent);
      await rules.require(next.url.href);
      sent = next;
    }
  };
}
