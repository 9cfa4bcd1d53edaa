import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallbackListener, CallbackPage, Callbacks } from '../core/callbacks.js';
import { MembraneError } from '../core/error.js';
import { defaultRedirectUri } from '../core/oauth.js';

type Receive = Parameters<Callbacks['listen']>[1];

/**
 * Listens on this machine for one that a provider sends back, and for this machine only: the address is loopback,
 * and a page that reaches it under another host name (DNS rebinding) finds nothing.
 */
export async function listenForCallback(
  redirectUri: string | undefined,
  receive: Receive,
): Promise<CallbackListener | undefined> {
  const wanted = new URL(redirectUri ?? defaultRedirectUri);
  const host = wanted.hostname === 'localhost' ? '127.0.0.1' : wanted.hostname.replace(/^\[|\]$/g, '');
  if (wanted.protocol !== 'http:' || !(host === '127.0.0.1' || host === '::1')) return undefined;
  const server = createServer((request, response) => answer(request, response, wanted, receive));
  // `http://127.0.0.1/callback` is port 80
  await listen(server, redirectUri === undefined ? 0 : Number(wanted.port || 80), host, redirectUri);
  const { port } = server.address() as AddressInfo;
  return {
    // as it was registered, to the letter: providers compare the text
    redirectUri: redirectUri ?? Object.assign(wanted, { port }).href,
    close: () => close(server),
  };
}

function listen(server: Server, port: number, host: string, redirectUri: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be listened to (${code})`;
      reject(
        new MembraneError('auth/port', `port ${port} ${why}, where the answer should arrive`, {
          hint:
            redirectUri === undefined
              ? 'check the network settings of this machine: nothing can listen on 127.0.0.1'
              : `end the program that uses it (another "membrane connect" may be waiting there), or give the integration another "oAuthCallbackUri" than "${redirectUri}"`,
        }),
      );
    });
    server.listen({ port, host, exclusive: true }, resolve);
  });
}

function answer(request: IncomingMessage, response: ServerResponse, wanted: URL, receive: Receive): void {
  const { method, headers, url = '/' } = request;
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  // the path of a request may look like the address of another host
  const asked = `http://${wanted.host}${url}`;
  const target = URL.canParse(asked) ? new URL(asked) : undefined;
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host) || target?.pathname !== wanted.pathname) {
    return send(response, 404, {
      ok: false,
      title: 'Nothing is here',
      text: 'membrane waits at another address.',
    });
  }
  if (method !== 'GET') {
    return send(response, 405, { ok: false, title: 'Only GET', text: 'membrane waits for a browser.' });
  }
  const page = receive(Object.fromEntries(target.searchParams));
  const nothing = {
    ok: false,
    title: 'No answer',
    text: 'The address holds no answer. membrane goes on waiting.',
  };
  send(response, page === undefined || !page.ok ? 400 : 200, page ?? nothing);
}

function send(response: ServerResponse, status: number, { ok, title, text }: CallbackPage): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>
  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; color: ${ok ? '#176b3a' : '#a3271e'}; }
</style>
<h1>${escape(title)}</h1>
<p>${escape(text)}</p>
</html>
`);
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** Browsers keep connections open on which they may never ask anything: those are not waited for. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => server.closeAllConnections(), 500);
    server.close(() => {
      clearTimeout(impatient);
      resolve();
    });
    server.closeIdleConnections();
  });
}
