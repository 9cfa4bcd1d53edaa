import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Busboy } from '@fastify/busboy';

/** A part of a form as the server understood it. */
export interface ReceivedPart {
  readonly name: string;
  readonly fileName?: string;
  readonly type?: string;
  /** The text of a part that is no file. */
  readonly value?: string;
  readonly size?: number;
  readonly sha256?: string;
}

export interface FileServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly host: string;
  close(): Promise<void>;
}

export type FileListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server whose requests and responses are streams, for bodies that do not fit into memory. */
export async function startFileServer(listener: FileListener): Promise<FileServer> {
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export async function withFileServer<T>(
  listener: FileListener,
  use: (server: FileServer) => Promise<T>,
): Promise<T> {
  const server = await startFileServer(listener);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

/** Length and hash of a body. */
export async function digestOf(body: AsyncIterable<Uint8Array>): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The parts of a form, by a parser that many servers use. */
export async function partsOf(request: IncomingMessage): Promise<ReceivedPart[]> {
  const parts: Promise<ReceivedPart>[] = [];
  const parser = new Busboy({
    headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
  });
  parser.on('field', (name, value) => parts.push(Promise.resolve({ name, value })));
  parser.on('file', (name, stream, fileName, _encoding, type) => {
    const digest = digestOf(stream as AsyncIterable<Uint8Array>);
    parts.push(digest.then((found) => ({ name, fileName, type, ...found })));
  });
  request.pipe(parser);
  await once(parser, 'finish');
  return Promise.all(parts);
}

/** So many bytes, piece by piece; the same every time. */
export async function* bytesOf(size: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(1 << 16);
  for (let at = 0; at < piece.length; at += 1) piece[at] = (at * 31) % 251;
  for (let sent = 0; sent < size; sent += piece.length)
    yield piece.subarray(0, Math.min(piece.length, size - sent));
}
