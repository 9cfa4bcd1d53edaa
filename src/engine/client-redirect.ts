import { Buffer } from 'node:buffer';
import { MembraneError } from '../core/error.js';
import type { HttpResponse } from '../core/ports.js';
import type { Prepared } from './client-request.js';
import { isSensitiveHeader } from './client-redact.js';

/** How many redirects one request follows. */
export const maxRedirects = 10;

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The request that a redirect asks for; undefined where the response is none. Methods change as browsers
 * change them (Fetch standard, "HTTP-redirect fetch"). Another origin gets nothing that the base brought.
 */
export function followRedirect(sent: Prepared, response: HttpResponse): Prepared | undefined {
  if (!redirects.has(response.status)) return undefined;
  const url = targetOf(sent, response);
  if (sent.url.protocol === 'https:' && url.protocol === 'http:') {
    throw refused(
      `"${sent.url.host}" redirects from https to http`,
      'ask its owner for an address with https',
    );
  }
  const foreign = sent.foreign || url.origin !== sent.url.origin;
  const toGet =
    (response.status === 303 && sent.method !== 'HEAD') ||
    ((response.status === 301 || response.status === 302) && sent.method === 'POST');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(sent.headers)) {
    if (toGet && name.startsWith('content-')) continue;
    if (foreign && (isSensitiveHeader(name) || name === 'host')) continue;
    if (foreign && name !== 'accept' && !sent.own.has(name)) continue;
    headers[name] = value;
  }
  return {
    method: toGet ? 'GET' : sent.method,
    url,
    headers,
    body: toGet ? undefined : sent.body,
    upload: toGet ? undefined : sent.upload,
    own: sent.own,
    foreign,
    reads: sent.reads,
  };
}

function targetOf(sent: Prepared, response: HttpResponse): URL {
  const { location } = response.headers;
  if (location === undefined) {
    throw refused(
      `"${sent.url.host}" answered ${response.status} without saying where to go`,
      'check the path; the API may want another one',
    );
  }
  // Node reads headers as Latin-1; addresses are UTF-8.
  const text = Buffer.from(location, 'latin1').toString();
  const url = URL.canParse(text, sent.url.href) ? new URL(text, sent.url.href) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw refused(`"${sent.url.host}" redirects to what is no http or https address`, 'check the path');
  }
  // What a server writes there is no credential of ours, and must not become one.
  url.username = '';
  url.password = '';
  return url;
}

/** The server sends us in circles. */
export function tooManyRedirects(sent: Prepared): MembraneError {
  return refused(
    `"${sent.url.host}" redirected more than ${maxRedirects} times`,
    'check the path and the credentials: a login page often redirects in circles',
  );
}

function refused(message: string, hint: string): MembraneError {
  return new MembraneError('http/redirect', message, { hint, class: 'dependency' });
}
