import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createHttp } from '../../src/adapters/http-got.js';
import { MembraneError } from '../../src/core/error.js';
import type { ByteSink } from '../../src/core/file.js';
import type { HttpRequest, Upload } from '../../src/core/ports.js';
import { bytesOf, digestOf, partsOf, sha256, withFileServer } from '../support/file-server.js';
import { gzipSync } from 'node:zlib';

const http = createHttp();
const megabyte = 1_048_576;

const request = (url: string, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  timeoutMs: 5000,
  maxBytes: megabyte,
  ...changes,
});

const source = (bytes: string | Uint8Array) => ({
  size: Buffer.byteLength(bytes),
  async *open() {
    yield Buffer.from(bytes as string);
  },
});

/** Keeps what it gets. */
function sink(): ByteSink & { text(): string } {
  const chunks: Uint8Array[] = [];
  return {
    async write(chunk) {
      chunks.push(Buffer.from(chunk));
    },
    text: () => Buffer.concat(chunks).toString(),
  };
}

async function failure(sent: HttpRequest): Promise<unknown> {
  try {
    await http.send(sent);
  } catch (error) {
    if (!(error instanceof MembraneError)) return error;
    return `${error.code}: ${error.message.replace(/"127\.0\.0\.1:\d+"/, 'HOST')}`;
  }
  return 'no failure';
}

describe('a body that is read as it is sent', () => {
  it('arrives with its length', async () => {
    await withFileServer(
      async (incoming, response) => {
        const { method, headers } = incoming;
        const body = await digestOf(incoming);
        const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = headers;
        response.end(JSON.stringify({ method, type, length, encoding, ...body }));
      },
      async ({ url }) => {
        const size = 3 * megabyte + 7;
        const upload = { size, open: () => bytesOf(size) };
        const headers = { 'content-type': 'application/pdf' };
        const response = await http.send(request(url, { method: 'PUT', headers, upload }));
        expect(JSON.parse(Buffer.from(response.body).toString())).toEqual({
          method: 'PUT',
          type: 'application/pdf',
          length: String(size),
          ...(await digestOf(bytesOf(size))),
        });
      },
    );
  });

  it('may be empty', async () => {
    await withFileServer(
      async (incoming, response) => {
        response.end(`${incoming.headers['content-length']} ${(await digestOf(incoming)).size}`);
      },
      async ({ url }) => {
        const response = await http.send(request(url, { method: 'POST', upload: source('') }));
        expect(Buffer.from(response.body).toString()).toBe('0 0');
      },
    );
  });

  it('that is a form has all its parts', async () => {
    const size = 2 * megabyte;
    const upload: Upload = [
      { name: 'title', value: 'Räksmörgås' },
      { name: 'tags', value: 'a' },
      { name: 'tags', value: 'b' },
      {
        name: 'document',
        file: { name: 'a "b"\r\nc.pdf', type: 'application/pdf', size, open: () => bytesOf(size) },
      },
      { name: 'meta\r\nx: y', file: { name: 'blob', type: 'application/json', ...source('{"a":1}') } },
    ];
    await withFileServer(
      async (incoming, response) => {
        const { 'content-type': type = '', 'content-length': length } = incoming.headers;
        const parts = await partsOf(incoming);
        response.end(
          JSON.stringify({ type: type.replace(/=.*/, ''), hasLength: Number(length) > size, parts }),
        );
      },
      async ({ url }) => {
        const response = await http.send(request(url, { method: 'POST', upload }));
        expect(JSON.parse(Buffer.from(response.body).toString())).toEqual({
          type: 'multipart/form-data; boundary',
          hasLength: true,
          parts: [
            { name: 'title', value: 'Räksmörgås' },
            { name: 'tags', value: 'a' },
            { name: 'tags', value: 'b' },
            {
              name: 'document',
              fileName: 'a %22b%22%0D%0Ac.pdf',
              type: 'application/pdf',
              ...(await digestOf(bytesOf(size))),
            },
            {
              name: 'meta%0D%0Ax: y',
              fileName: 'blob',
              type: 'application/json',
              size: 7,
              sha256: sha256('{"a":1}'),
            },
          ],
        });
      },
    );
  });

  it('that fails ends the request, with its own error', async () => {
    const broken = new MembraneError('files/corrupt', 'the stored file "a" is not what was stored');
    let received: string | undefined;
    await withFileServer(
      (incoming, response) => {
        digestOf(incoming).then(
          () => response.end(),
          () => (received = 'cut off'),
        );
      },
      async ({ url }) => {
        const upload = {
          size: 100_000,
          async *open() {
            yield Buffer.alloc(50_000);
            throw broken;
          },
        };
        await expect(http.send(request(url, { method: 'POST', upload }))).rejects.toBe(broken);
        await expect(
          http.send(
            request(url, {
              method: 'POST',
              upload: [{ name: 'a', file: { name: 'a', type: 'a/b', ...upload } }],
            }),
          ),
        ).rejects.toBe(broken);
        await expect.poll(() => received).toBe('cut off');
      },
    );
  });

  it('is closed when the server answers before it has all of it', async () => {
    let closed = false;
    const upload = {
      size: 500 * megabyte,
      async *open() {
        try {
          yield* bytesOf(500 * megabyte);
        } finally {
          closed = true;
        }
      },
    };
    await withFileServer(
      (incoming, response) => {
        incoming.once('data', () => {
          incoming.pause();
          response.writeHead(413, { connection: 'close' }).end('too much');
        });
      },
      async ({ url }) => {
        const result = await http.send(request(url, { method: 'POST', upload }));
        expect([result.status, Buffer.from(result.body).toString()]).toEqual([413, 'too much']);
        await expect.poll(() => closed).toBe(true);
      },
    );
  });

  it('is closed when the server hangs up, and when the signal says so', async () => {
    let closed = 0;
    let began: (() => void) | undefined;
    const upload = {
      size: 500 * megabyte,
      async *open() {
        try {
          yield* bytesOf(500 * megabyte);
        } finally {
          closed += 1;
        }
      },
    };
    await withFileServer(
      (incoming) => {
        incoming.once('data', () => (incoming.url === '/drop' ? incoming.socket.destroy() : began?.()));
      },
      async ({ url }) => {
        expect(await failure(request(`${url}/drop`, { method: 'POST', upload }))).toMatch(
          /^http\/unreachable: HOST/,
        );
        const stop = new AbortController();
        const reason = new Error('stopped by hand');
        began = () => stop.abort(reason);
        await expect(http.send(request(url, { method: 'POST', upload, signal: stop.signal }))).rejects.toBe(
          reason,
        );
        await expect.poll(() => closed).toBe(2);
      },
    );
  });
});

describe('a body that is saved', () => {
  it('goes where the head of the response says', async () => {
    await withFileServer(
      (incoming, response) => {
        response.writeHead(incoming.url === '/a' ? 200 : 404, { 'content-type': 'text/plain' }).end('hello');
      },
      async ({ url }) => {
        const saved = sink();
        const heads: unknown[] = [];
        const saveTo: HttpRequest['saveTo'] = async ({ status, headers }) => {
          heads.push([status, headers['content-type']]);
          return status === 200 ? saved : undefined;
        };
        const found = await http.send(request(`${url}/a`, { saveTo }));
        expect([found.status, found.savedBytes, found.body.length, saved.text()]).toEqual([
          200,
          5,
          0,
          'hello',
        ]);
        const missing = await http.send(request(`${url}/b`, { saveTo }));
        expect([missing.status, missing.savedBytes, Buffer.from(missing.body).toString()]).toEqual([
          404,
          undefined,
          'hello',
        ]);
        expect(heads).toEqual([
          [200, 'text/plain'],
          [404, 'text/plain'],
        ]);
      },
    );
  });

  it('may be empty, and is unpacked', async () => {
    await withFileServer(
      (incoming, response) => {
        if (incoming.url === '/empty') return void response.end();
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello'));
      },
      async ({ url }) => {
        const [empty, packed] = [sink(), sink()];
        expect((await http.send(request(`${url}/empty`, { saveTo: async () => empty }))).savedBytes).toBe(0);
        expect((await http.send(request(url, { saveTo: async () => packed }))).savedBytes).toBe(5);
        expect([empty.text(), packed.text()]).toEqual(['', 'hello']);
      },
    );
  });

  it('may be longer than a body in memory; what is kept in memory may not', async () => {
    const size = 4 * megabyte;
    await withFileServer(
      async (_, response) => {
        for await (const chunk of bytesOf(size)) if (!response.write(chunk)) await once(response, 'drain');
        response.end();
      },
      async ({ url }) => {
        const nowhere: ByteSink = { write: async () => undefined };
        expect((await http.send(request(url, { saveTo: async () => nowhere }))).savedBytes).toBe(size);
        expect(await failure(request(url, { saveTo: async () => undefined }))).toBe(
          'http/too-large: the response of HOST is larger than 1 MB',
        );
      },
    );
  });

  it('is asked for no faster than it is taken, and no further than the first error', async () => {
    let written = 0;
    const full = new MembraneError('files/too-large', 'the file "a" is larger than 1 MB');
    let taken = 0;
    await withFileServer(
      async (_, response) => {
        const gone = once(response, 'close');
        for await (const chunk of bytesOf(500 * megabyte)) {
          if (response.destroyed) return;
          written += chunk.length;
          if (!response.write(chunk)) await Promise.race([once(response, 'drain'), gone]);
        }
      },
      async ({ url }) => {
        const saveTo = async (): Promise<ByteSink> => ({
          async write(chunk) {
            taken += chunk.length;
            if (taken > megabyte) throw full;
            await new Promise(setImmediate);
          },
        });
        await expect(http.send(request(url, { saveTo }))).rejects.toBe(full);
      },
    );
    expect(written).toBeLessThan(50 * megabyte);
  });

  it('is not begun where saving fails before', async () => {
    const refused = new MembraneError('files/too-large', 'the file "a" is larger than 1 MB');
    await withFileServer(
      (_, response) => response.end('hello'),
      async ({ url }) => {
        await expect(http.send(request(url, { saveTo: () => Promise.reject(refused) }))).rejects.toBe(
          refused,
        );
      },
    );
  });

  it.each([
    [
      'longer than it claims',
      '20',
      'hello',
      'http/unreachable: HOST closed the connection in the middle of its response',
    ],
    [
      'cut off',
      undefined,
      'hello',
      'http/unreachable: HOST closed the connection in the middle of its response',
    ],
  ])('that is not %s is an error', async (_, length, text, message) => {
    await withFileServer(
      (_incoming, response) => {
        response.writeHead(200, length === undefined ? {} : { 'content-length': length });
        response.write(text, () => response.socket?.destroy());
      },
      async ({ url }) => {
        expect(await failure(request(url, { saveTo: async () => sink() }))).toBe(message);
      },
    );
  });

  it('may take any time, but not be silent for long', async () => {
    await withFileServer(
      (incoming, response) => {
        response.write('a');
        if (incoming.url === '/silent') return;
        let count = 0;
        const timer = setInterval(() => {
          count += 1;
          if (count < 8) return void response.write('b');
          clearInterval(timer);
          response.end();
        }, 30);
      },
      async ({ url }) => {
        const slow = sink();
        await http.send(request(`${url}/slow`, { timeoutMs: 150, saveTo: async () => slow }));
        expect(slow.text()).toBe('abbbbbbb');
        expect(await failure(request(`${url}/silent`, { timeoutMs: 150, saveTo: async () => sink() }))).toBe(
          'http/timeout: HOST was silent for 0.15 s',
        );
      },
    );
  });

  it('ends with the reason of the signal', async () => {
    await withFileServer(
      (_, response) => void response.write('a'),
      async ({ url }) => {
        const stop = new AbortController();
        const reason = new Error('stopped by hand');
        const saveTo = async (): Promise<ByteSink> => ({ write: async () => stop.abort(reason) });
        await expect(http.send(request(url, { saveTo, signal: stop.signal }))).rejects.toBe(reason);
      },
    );
  });
});
