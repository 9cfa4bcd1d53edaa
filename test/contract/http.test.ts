import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getEventListeners, once } from 'node:events';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/adapters/http-got.js';
import { MembraneError } from '../../src/core/error.js';
import type { HttpRequest } from '../../src/core/ports.js';
import * as server from '../support/server.js';
import { withServer } from '../support/server.js';

const http = createHttp();

const request = (url: string, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  timeoutMs: 5000,
  maxBytes: 1_048_576,
  ...changes,
});

/** What a request fails with. */
async function failure(sent: HttpRequest): Promise<object> {
  try {
    await http.send(sent);
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const { code, message, hint, data, cause } = error;
    return { code, message, hint, ...(data && { data }), ...(cause === undefined ? {} : { cause }) };
  }
  throw new Error('the request did not fail');
}

/** A server that answers every connection with these bytes. */
async function withBytes<T>(bytes: string, use: (host: string) => Promise<T>): Promise<T> {
  const raw = createServer((socket) =>
    socket.once('data', () => socket.end(bytes)).on('error', () => undefined),
  );
  raw.listen(0, '127.0.0.1');
  await once(raw, 'listening');
  try {
    return await use(`127.0.0.1:${(raw.address() as AddressInfo).port}`);
  } finally {
    raw.close();
  }
}

describe('a response', () => {
  it('has status, headers, bytes and time; any status is one', async () => {
    await withServer(
      { '/a': server.status(500, { a: 1 }, { 'set-cookie': 'a=1', date: 'x', connection: 'close' }) },
      async ({ url }) => {
        const response = await http.send(request(`${url}/a`));
        const { ms, body, ...rest } = response;
        expect({ ...rest, body: Buffer.from(body).toString() }).toEqual({
          status: 500,
          headers: {
            'content-type': 'application/json',
            'set-cookie': 'a=1',
            date: 'x',
            connection: 'close',
            'transfer-encoding': 'chunked',
          },
          body: '{"a":1}',
        });
        expect(Number.isInteger(ms) && ms >= 0).toBe(true);
      },
    );
  });

  it('follows no redirect', async () => {
    await withServer({ '/a': server.redirect(302, '/b') }, async ({ url, requests }) => {
      expect((await http.send(request(`${url}/a`))).status).toBe(302);
      expect(requests.map(({ path }) => path)).toEqual(['/a']);
    });
  });

  it('is sent what the request says, byte for byte', async () => {
    await withServer({ '/a': server.echo }, async ({ url, requests, host }) => {
      await http.send(
        request(`${url}/a?x=%20y`, {
          method: 'PATCH',
          headers: { 'x-a': 'b; c="d"', 'content-type': 'text/plain' },
          body: 'é',
        }),
      );
      expect(requests).toEqual([
        {
          method: 'PATCH',
          path: '/a?x=%20y',
          headers: {
            'user-agent': 'membrane',
            'x-a': 'b; c="d"',
            'content-type': 'text/plain',
            'content-length': '2',
            'accept-encoding': requests[0]?.headers['accept-encoding'],
            host,
            connection: 'keep-alive',
          },
          body: 'é',
        },
      ]);
    });
  });

  it('is unpacked', async () => {
    await withServer({ '/a': server.gzip({ a: 'x'.repeat(1000) }) }, async ({ url }) => {
      expect(Buffer.from((await http.send(request(`${url}/a`))).body).toString()).toBe(
        `{"a":"${'x'.repeat(1000)}"}`,
      );
    });
  });

  it('keeps the connection open for the next one', async () => {
    const ports = new Set<number | undefined>();
    const note: server.Answer = (response, received) => {
      ports.add(response.socket?.remotePort);
      return server.json({})(response, received);
    };
    await withServer({ '/a': note }, async ({ url }) => {
      for (let i = 0; i < 5; i += 1) await http.send(request(`${url}/a`));
    });
    expect(ports.size).toBe(1);
  });

  it('of a HEAD request has no body, however long that would be', async () => {
    await withServer(
      { '/a': (response) => void response.writeHead(200, { 'content-length': '9999999' }).end() },
      async ({ url }) => {
        const { status, body } = await http.send(request(`${url}/a`, { method: 'HEAD' }));
        expect([status, body.length]).toEqual([200, 0]);
      },
    );
  });
});

describe('many requests', () => {
  it('with one signal leave nothing on it, and warn of nothing', async () => {
    const { signal } = new AbortController();
    const warnings: string[] = [];
    const note = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', note);
    await withServer({ '/a': server.json({}) }, ({ url }) =>
      Promise.all(Array.from({ length: 50 }, () => http.send(request(`${url}/a`, { signal })))),
    );
    await new Promise(setImmediate);
    process.off('warning', note);
    expect([warnings, getEventListeners(signal, 'abort').length]).toEqual([[], 0]);
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'of %s need no body',
    async (method) => {
      await withServer({ '/a': server.json({}) }, async ({ url, requests }) => {
        expect((await http.send(request(`${url}/a`, { method }))).status).toBe(200);
        expect(requests.map((got) => [got.method, got.body])).toEqual([[method, '']]);
      });
    },
  );
});

describe('a failure', () => {
  it('of a name that is not known', async () => {
    expect(await failure(request('http://api.invalid/a?key=secret'))).toEqual({
      code: 'http/unreachable',
      message: 'no address is known for "api.invalid:80"',
      hint: 'check the host name in the base address of the connector, and your network',
      data: { code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string },
    });
  });

  it('of a port where nobody listens', async () => {
    const closed = await server.startServer({});
    await closed.close();
    expect(await failure(request(`${closed.url}/a?key=secret`))).toEqual({
      code: 'http/unreachable',
      message: `"${closed.host}" refuses connections`,
      hint: 'check that the server is running, and the host and port in the base address',
      data: { code: 'ECONNREFUSED' },
    });
  });

  it('of a connection that is closed before, and in the middle', async () => {
    await withServer({ '/drop': server.drop, '/half': server.half }, async ({ url, host }) => {
      expect(await failure(request(`${url}/drop?key=secret`))).toEqual({
        code: 'http/unreachable',
        message: `"${host}" closed the connection without a response`,
        hint: 'try again; if it stays, the server or a proxy refuses this request',
        data: { code: 'ECONNRESET' },
      });
      expect(await failure(request(`${url}/half?key=secret`))).toEqual({
        code: 'http/unreachable',
        message: `"${host}" closed the connection in the middle of its response`,
        hint: 'try again; if it stays, the server or a proxy cuts its responses',
        data: { code: 'ECONNRESET' },
      });
    });
  });

  it('of what is no HTTP', async () => {
    await withBytes('SSH-2.0-OpenSSH_9.2\r\n', async (host) => {
      expect(await failure(request(`http://${host}/`))).toEqual({
        code: 'http/unreachable',
        message: `"${host}" does not answer in HTTP`,
        hint: 'check the port, and whether the address should start with https://',
        data: { code: 'HPE_INVALID_CONSTANT' },
      });
    });
  });

  it('of headers that are too long', async () => {
    await withBytes(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, async (host) => {
      expect(await failure(request(`http://${host}/`))).toEqual({
        code: 'http/unreachable',
        message: `the headers of the response of "${host}" are too large`,
        hint: 'set NODE_OPTIONS=--max-http-header-size=65536 if the server is meant to send them',
        data: { code: 'HPE_HEADER_OVERFLOW' },
      });
    });
  });

  it('of broken compression', async () => {
    await withServer(
      { '/a': server.text('no gzip', { 'content-encoding': 'gzip' }) },
      async ({ url, host }) => {
        expect(await failure(request(`${url}/a`))).toEqual({
          code: 'http/unreachable',
          message: `the response of "${host}" is compressed in a broken way`,
          hint: 'try again; with the header "accept-encoding: identity" the server does not compress',
          data: { code: 'Z_DATA_ERROR' },
        });
      },
    );
  });

  it.each([
    ['before the headers', server.hang],
    ['in the middle of the body', (response) => void response.writeHead(200).write('{')],
  ] as [string, server.Answer][])('of a server that is silent %s', async (_, answer) => {
    await withServer({ '/a': answer }, async ({ url, host }) => {
      expect(await failure(request(`${url}/a?key=secret`, { timeoutMs: 60 }))).toEqual({
        code: 'http/timeout',
        message: `"${host}" did not answer within 0.06 s`,
        hint: 'try again later, or raise limits.requestSeconds in membrane.yaml',
      });
    });
  });

  it.each([
    ['api.example.com/a?key=secret', {}, 'the address of the request is no http or https URL'],
    ['ftp://api.example.com/?key=secret', {}, 'the address of the request is no http or https URL'],
    [
      'http://x.invalid:80/',
      { headers: { a: 'secret\nb' } },
      'the request to "x.invalid:80" cannot be made: a header value has a character that headers cannot hold',
    ],
    [
      'http://x.invalid/',
      { headers: { 'a b': 'secret' } },
      'the request to "x.invalid:80" cannot be made: the method or the name of a header is not allowed in HTTP',
    ],
    [
      'https://x.invalid/',
      { method: 'G T' },
      'the request to "x.invalid:443" cannot be made: the method or the name of a header is not allowed in HTTP',
    ],
    [
      'https://x.invalid/',
      { method: 'HEAD', body: 'secret' },
      'the request to "x.invalid:443" cannot be made: HEAD cannot have a body',
    ],
  ])('of a request that cannot be made: %s %o', async (url, changes, message) => {
    expect(await failure(request(url, changes as Partial<HttpRequest>))).toEqual({
      code: 'http/request',
      message,
      hint: 'check the address, the method and the headers of the request',
    });
  });
});

describe('a response that is too large', () => {
  it.each([true, false])('is not read further; said before: %s', async (length) => {
    const bytes = 100 * 1_048_576;
    let written = 0;
    const answer: server.Answer = async (response, received) => {
      const { socket } = response;
      await server.huge(bytes, { length })(response, received);
      written = socket?.bytesWritten ?? 0;
    };
    await withServer({ '/a': answer }, async ({ url, host }) => {
      expect(await failure(request(`${url}/a?key=secret`))).toEqual({
        code: 'http/too-large',
        message: `the response of "${host}" is larger than 1 MB`,
        hint: 'ask for less (a filter, a smaller page), or raise limits.responseMegabytes in membrane.yaml',
      });
    });
    expect(written).toBeLessThan(bytes / 4);
  });

  it('is one that unpacks to too much, too', async () => {
    await withServer({ '/a': server.gzip('x'.repeat(5_000_000)) }, async ({ url, host }) => {
      expect(await failure(request(`${url}/a`, { maxBytes: 1000 }))).toEqual({
        code: 'http/too-large',
        message: `the response of "${host}" is larger than 1000 bytes`,
        hint: 'ask for less (a filter, a smaller page), or raise limits.responseMegabytes in membrane.yaml',
      });
    });
  });

  it('is none that is exactly as long as the limit', async () => {
    await withServer({ '/a': server.text('x'.repeat(1000)) }, async ({ url }) => {
      expect((await http.send(request(`${url}/a`, { maxBytes: 1000 }))).body.length).toBe(1000);
    });
  });
});

describe('an abort', () => {
  it('rejects with its reason, before and while the server is waited for', async () => {
    await withServer({ '/a': server.hang }, async ({ url, requests }) => {
      const reason = new Error('stopped by hand');
      await expect(http.send(request(`${url}/a`, { signal: AbortSignal.abort(reason) }))).rejects.toBe(
        reason,
      );
      expect(requests).toEqual([]);
      const stop = new AbortController();
      const pending = http.send(request(`${url}/a`, { signal: stop.signal }));
      while (requests.length === 0) await new Promise(setImmediate);
      stop.abort(reason);
      await expect(pending).rejects.toBe(reason);
    });
  });
});

describe('TLS', () => {
  const trust =
    'if you trust it, put the certificate of its authority into a file and set NODE_EXTRA_CA_CERTS=FILE';
  const folder = mkdtemp(path.join(tmpdir(), 'membrane-http-'));
  afterAll(async () => rm(await folder, { recursive: true }));

  it('refuses a certificate that nobody vouches for', async () => {
    const answer = await withServer({}, ({ url }) => failure(request(`${url}/a?key=secret`)), {
      tls: 'localhost',
    });
    expect(answer).toEqual({
      code: 'http/tls',
      message: expect.stringMatching(
        /^no secure connection to "localhost:\d+": its certificate is self-signed$/,
      ) as string,
      hint: trust,
      data: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
  });

  it('says that a server does not speak it', async () => {
    await withServer({}, async ({ host }) => {
      expect(await failure(request(`https://${host}/`))).toEqual({
        code: 'http/tls',
        message: `no secure connection to "${host}": the server does not speak TLS on this port`,
        hint: 'check the port, or write http:// instead of https:// if the server is meant to be without TLS',
        data: { code: 'EPROTO' },
      });
    });
  });

  it.each([
    ['localhost', 200],
    ['other-host', 'its certificate is for another host'],
    ['expired', 'its certificate has expired'],
  ] as const)('trusts what NODE_EXTRA_CA_CERTS names, within reason: %s', async (tls, expected) => {
    // Node reads the variable at its start: this takes another process.
    const outfile = path.join(await folder, `${tls}.cjs`);
    const contents = `
      import { createHttp } from './src/adapters/http-got.js';
      createHttp()
        .send({ method: 'GET', url: process.argv[2], headers: {}, timeoutMs: 5000, maxBytes: 1000 })
        .then(({ status }) => console.log(status), ({ code, message }) => console.log(code + ' ' + message));`;
    const repository = new URL('../..', import.meta.url).pathname;
    await build({
      stdin: { contents, resolveDir: repository },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
    });
    const said = await withServer(
      { '/': server.json({}) },
      ({ url, host }) =>
        new Promise((resolve, reject) => {
          const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: server.tlsFixture(tls) };
          execFile(process.execPath, [outfile, `${url}/`], { env }, (error, stdout) =>
            error === null ? resolve(stdout.trim().replace(host, 'HOST')) : reject(error),
          );
        }),
      { tls },
    );
    expect(said).toBe(expected === 200 ? '200' : `http/tls no secure connection to "HOST": ${expected}`);
  });
});
