import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { MembraneError } from '../core/error.js';
import type { IncomingRequest, Receiver, ReceiverOptions } from '../core/webhook.js';
import { answerWith, refuse } from './receiver-answer.js';
import { readBody, type Room } from './receiver-body.js';
import { limitConnections, type Connections } from './receiver-connections.js';

const defaultSlowMs = 10_000;
const defaultConnections = 1_000;
/** Senders that come often keep their connection; one that nobody uses is not kept for long. */
const keepAliveMs = 5_000;
const closeWithinMs = 3_000;
/** So many of the longest bodies may be in memory at once. */
const longestAtOnce = 64;

interface Listening extends ReceiverOptions {
  readonly connections: Connections;
  readonly room: Room;
  isClosing: boolean;
}

/** Listens with node:http. What is not wanted costs as little as can be: most is refused before its body is read. */
export function httpReceiver(): Receiver {
  return {
    async listen(options) {
      const slowMs = options.slowMs ?? defaultSlowMs;
      const server = createServer({
        headersTimeout: slowMs,
        requestTimeout: slowMs,
        connectionsCheckingInterval: Math.min(1_000, slowMs / 4),
        keepAliveTimeout: keepAliveMs,
      });
      const connections = limitConnections(server, options.maxConnections ?? defaultConnections, (remote) =>
        options.refused?.({ status: 503, why: 'too many connections', path: '', remote, bytes: 0 }),
      );
      const listening: Listening = {
        ...options,
        connections,
        room: { bytesLeft: longestAtOnce * options.maxBytes, coming: new Set() },
        isClosing: false,
      };
      const take = (request: IncomingMessage, response: ServerResponse, continues: boolean): void => {
        serve(listening, request, response, continues).catch((error: unknown) => {
          options.failed?.(error);
          answerWith(response, { status: 503, headers: { 'retry-after': '5' } }, true);
        });
      };
      server.on('request', (request, response) => take(request, response, false));
      server.on('checkContinue', (request, response) => take(request, response, true));
      server.on('clientError', (error, socket) => refuseUnread(listening, error, socket as Socket));
      await startListening(server, options);
      server.on('error', (error) => options.failed?.(error)); // such as no more sockets: it goes on listening
      const { port } = server.address() as AddressInfo;
      const host = options.host.includes(':') ? `[${options.host}]` : options.host;
      const close = async (): Promise<void> => {
        listening.isClosing = true;
        await closeServer(server);
      };
      return { address: `http://${host}:${port}`, close };
    },
  };
}

function startListening(server: Server, { host, port }: ReceiverOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be listened to (${code})`;
      const hint =
        code === 'EADDRINUSE'
          ? 'end the program that uses it (another "membrane watch" may listen there), or choose another port: membrane watch --listen 8081'
          : 'choose an address of this machine: membrane watch --listen 127.0.0.1:8080';
      reject(new MembraneError('webhook/port', `port ${port} of "${host}" ${why}`, { hint }));
    });
    server.listen({ host, port, exclusive: true }, resolve);
  });
}

async function serve(
  options: Listening,
  request: IncomingMessage,
  response: ServerResponse,
  continues: boolean,
): Promise<void> {
  const { method = '', socket } = request;
  const remote = socket.remoteAddress ?? '';
  const [path, search] = split(request.url ?? '');
  const refuseNow = (status: number, why: string, bytes: number): void => {
    options.refused?.({ status, why, path, remote, bytes });
    refuse(socket, status);
  };
  if (method !== 'POST' && method !== 'GET' && method !== 'HEAD')
    return refuseNow(405, `the method is ${method.slice(0, 20)}`, 0);
  if (!(await options.knows(path, remote))) return refuse(socket, 404);
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > options.maxBytes)
    return refuseNow(413, `the body is longer than ${options.maxBytes} bytes`, announced);
  if (continues) response.writeContinue();
  const body = await readBody(request, options.maxBytes, options.room);
  try {
    if ('fault' in body) {
      if (body.fault === 'too-large')
        refuseNow(413, `the body is longer than ${options.maxBytes} bytes`, options.maxBytes);
      if (body.fault === 'no-room') refuseNow(503, 'too many long bodies came at once', announced);
      return; // who sent half of it went away, or was too slow: that was said where it was noticed
    }
    options.connections.complete(socket);
    const query = Object.fromEntries(new URLSearchParams(search));
    const headers = headersOf(request);
    const answer = await options.answer({ method, path, query, search, headers, body: body.bytes, remote });
    answerWith(response, answer, options.isClosing);
  } finally {
    options.room.bytesLeft += body.kept;
    options.connections.waiting(socket);
  }
}

/** What is no request, or did not come in time. A connection that was never used to ask anything is only closed. */
function refuseUnread(options: Listening, error: Error & { code?: string }, socket: Socket): void {
  const { code = '' } = error;
  const remote = socket.remoteAddress ?? '';
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const why =
    status === 408
      ? 'the request did not come in time'
      : status === 431
        ? 'the headers are too long'
        : 'it is no HTTP request';
  options.refused?.({ status, why, path: '', remote, bytes: socket.bytesRead });
  refuse(socket, status);
}

function split(url: string): [path: string, search: string] {
  const start = url.indexOf('?');
  return start === -1 ? [url, ''] : [url.slice(0, start), url.slice(start)];
}

function headersOf({ headers }: IncomingMessage): IncomingRequest['headers'] {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

/** Answers what is under way; what has not come as a whole by then will not come any more. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => server.closeAllConnections(), closeWithinMs);
    server.close(() => {
      clearTimeout(impatient);
      resolve();
    });
    server.closeIdleConnections();
  });
}
