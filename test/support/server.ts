import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A request as the server got it. */
export interface Received {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What a server does with a request. */
export type Answer = (response: ServerResponse, request: Received) => void | Promise<void>;

/**
 * What is answered where: `POST /contacts`, or `/contacts` for every method. Of a list, each request gets the
 * next answer, and the last one repeats. Anything else is 404.
 */
export type Routes = Readonly<Record<string, Answer | readonly Answer[]>>;

export interface TestServer {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT`. */
  readonly url: string;
  /** As messages name it: `127.0.0.1:PORT`. */
  readonly host: string;
  /** Everything that arrived, in order. */
  readonly requests: readonly Received[];
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Speak TLS with this certificate of test/fixtures/tls. */
  readonly tls?: 'localhost' | 'other-host' | 'expired';
}

/** A real server on a port that is free. */
export async function startServer(routes: Routes, options: ServerOptions = {}): Promise<TestServer> {
  const requests: Received[] = [];
  const counts = new Map<string, number>();
  const listener: RequestListener = (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      const path = url.split('?', 1)[0];
      const route = [`${method} ${path}`, `${path}`].find((key) => Object.hasOwn(routes, key));
      const answers =
        route === undefined ? [status(404, { message: 'no such path' })] : [routes[route]!].flat();
      const count = counts.get(route ?? '') ?? 0;
      counts.set(route ?? '', count + 1);
      void answers[Math.min(count, answers.length - 1)]!(response, request);
    });
  };
  const server =
    options.tls === undefined
      ? createServer(listener)
      : createTlsServer({ key: fixture('key'), cert: fixture(options.tls) }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `${options.tls === undefined ? '127.0.0.1' : 'localhost'}:${(server.address() as AddressInfo).port}`;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host}`,
    host,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Runs `use` with a server, and stops it whatever happens. */
export async function withServer<T>(
  routes: Routes,
  use: (server: TestServer) => Promise<T>,
  options: ServerOptions = {},
): Promise<T> {
  const server = await startServer(routes, options);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

/** Path of a file of test/fixtures/tls. */
export function tlsFixture(name: string): string {
  return new URL(`../fixtures/tls/${name}.pem`, import.meta.url).pathname;
}

function fixture(name: string): string {
  return readFileSync(tlsFixture(name), 'utf8');
}

/** 200 with JSON. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return text(JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

/** Any status; the body is JSON, or nothing. */
export function status(
  code: number,
  value?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (response) => {
    if (value === undefined) return void response.writeHead(code, headers).end();
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
}

/** 200 with this body, as it is. */
export function text(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(200, { 'content-length': String(Buffer.byteLength(body)), ...headers }).end(body);
  };
}

export function html(body = '<!doctype html><title>Log in</title>'): Answer {
  return text(body, { 'content-type': 'text/html; charset=utf-8' });
}

export function gzip(value: unknown): Answer {
  return text(gzipSync(JSON.stringify(value)), {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  });
}

export function redirect(code: number, to: string): Answer {
  return status(code, undefined, { location: to });
}

/** What the request was, as JSON: for looking at it from the other side. */
export const echo: Answer = (response, request) => json(request)(response, request);

/** Never answers. */
export const hang: Answer = () => undefined;

/** Closes the connection without a word. */
export const drop: Answer = (response) => void response.socket?.destroy();

/** Begins to answer, and closes the connection in the middle. */
export const half: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id": "c_1", ', () => response.socket?.destroy());
};

/** Waits before it answers. */
export function slow(ms: number, answer: Answer): Answer {
  return (response, request) => void setTimeout(() => void answer(response, request), ms);
}

/** So many bytes, with or without saying how many before; as fast as they are taken. */
export function huge(bytes: number, options: { length: boolean }): Answer {
  return async (response) => {
    const chunk = Buffer.alloc(1 << 16, 0x20);
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(options.length ? { 'content-length': String(bytes) } : {}),
    });
    const gone = once(response, 'close');
    for (let sent = 0; sent < bytes && !response.destroyed; sent += chunk.length) {
      const more = response.write(chunk.subarray(0, Math.min(chunk.length, bytes - sent)));
      if (!more) await Promise.race([once(response, 'drain'), gone]);
    }
    response.end();
  };
}
