import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { httpReceiver } from '../../../src/adapters/receiver-http.js';
import type { IncomingRequest, ReceiverOptions, RefusedRequest } from '../../../src/core/webhook.js';

async function receiver(more: Partial<ReceiverOptions> = {}) {
  const requests: IncomingRequest[] = [];
  const refused: RefusedRequest[] = [];
  const failures: unknown[] = [];
  const listening = await httpReceiver().listen({
    host: '127.0.0.1',
    port: 0,
    maxBytes: 1000,
    knows: (path) => path.startsWith('/known'),
    answer: async (request) => {
      requests.push(request);
      return { status: 200, body: { ok: true } };
    },
    refused: (one) => refused.push(one),
    failed: (error) => failures.push(error),
    ...more,
  });
  onTestFinished(() => listening.close());
  const { port } = new URL(listening.address);
  return { ...listening, port: Number(port), requests, refused, failures };
}

/** What comes back for bytes, until the connection ends. */
async function raw(port: number, text: string, keep?: (socket: Socket) => void): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  socket.write(text);
  keep?.(socket);
  await once(socket, 'close');
  return answer;
}

const head = (answer: string) => answer.split('\r\n')[0];

it('gives requests on as they came, and what is answered back', async () => {
  const { address, requests } = await receiver();
  const body = new Uint8Array([1, 0, 255]);
  const response = await fetch(`${address}/known/%2F%20?a=1&a=2&b`, {
    method: 'POST',
    body,
    headers: { 'X-Two': 'a, b', 'content-type': 'application/octet-stream' },
  });
  expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  expect(response.headers.get('server')).toBe(null);
  const { headers, ...request } = requests[0]!;
  expect({ ...request, body: [...request.body] }).toEqual({
    method: 'POST',
    path: '/known/%2F%20',
    search: '?a=1&a=2&b',
    query: { a: '2', b: '' },
    body: [1, 0, 255],
    remote: '127.0.0.1',
  });
  expect([headers['x-two'], headers['content-length']]).toEqual(['a, b', '3']);
});

it('sends texts as they are, and leaves headers out that are none', async () => {
  const headers = {
    'X-Challenge': 'c',
    'x-bad': 'a\nb',
    'bad name': 'x',
    'Content-Length': '9',
    'content-type': 'text/x',
  };
  const { address } = await receiver({ answer: async () => ({ status: 700, headers, body: 'challenge' }) });
  const response = await fetch(`${address}/known`);
  expect([response.status, await response.text()]).toEqual([200, 'challenge']);
  const sent = Object.fromEntries(response.headers);
  delete sent['date'];
  expect(sent).toEqual({
    connection: 'keep-alive',
    'content-length': '9',
    'content-type': 'text/x',
    'keep-alive': 'timeout=5',
    'x-challenge': 'c',
    'x-content-type-options': 'nosniff',
  });
});

it('refuses unknown paths, other methods and bodies that are announced as too long, before they are read', async () => {
  const { port, requests, refused } = await receiver();
  const long = 'content-length: 10000000\r\n\r\n';
  const answers = await Promise.all([
    raw(port, `POST /unknown HTTP/1.1\r\nhost: x\r\n${long}`),
    raw(port, `DELETE /known HTTP/1.1\r\nhost: x\r\n${long}`),
    raw(port, `POST /known HTTP/1.1\r\nhost: x\r\n${long}`),
    raw(port, `POST /known HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n${long}`),
  ]);
  expect(answers.map(head)).toEqual([
    'HTTP/1.1 404 Not Found',
    'HTTP/1.1 405 Method Not Allowed',
    'HTTP/1.1 413 Payload Too Large',
    'HTTP/1.1 413 Payload Too Large',
  ]);
  const said = refused.map(({ status, why, path, remote, bytes }) => [status, why, path, remote, bytes]);
  expect(said.sort()).toEqual([
    [405, 'the method is DELETE', '/known', '127.0.0.1', 0],
    [413, 'the body is longer than 1000 bytes', '/known', '127.0.0.1', 10_000_000],
    [413, 'the body is longer than 1000 bytes', '/known', '127.0.0.1', 10_000_000],
  ]);
  expect(requests).toEqual([]);
});

it('stops reading a body that turns out to be too long', async () => {
  const { address, port, refused } = await receiver();
  const sending = httpRequest({ port, path: '/known', method: 'POST' });
  sending.on('error', () => undefined);
  const answered = once(sending, 'response');
  for (let count = 0; count < 100; count += 1) sending.write('x'.repeat(100_000));
  const [response] = (await answered) as [{ statusCode: number }];
  expect(response.statusCode).toBe(413);
  expect(refused.map(({ bytes }) => bytes)).toEqual([1000]);
  expect((await fetch(`${address}/known`)).status).toBe(200);
});

it('says that a body may come, to those who ask first', async () => {
  const { port } = await receiver();
  const asks =
    'POST /known HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n';
  const answer = await raw(port, asks, (socket) => socket.once('data', () => socket.write('{}')));
  expect(answer.match(/^HTTP.*$/gm)).toEqual(['HTTP/1.1 100 Continue', 'HTTP/1.1 200 OK']);
});

it('cuts off what comes too slowly, and what is no HTTP', async () => {
  const { port, refused } = await receiver({ slowMs: 200 });
  const answers = await Promise.all([
    raw(port, 'POST /known HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12'),
    raw(port, 'POST /known HTTP/1.1\r\nhos'),
    raw(port, 'what?\r\n\r\n'),
    raw(port, `GET /known HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`),
    raw(port, 'GET /known HTTP/1.1\r\n\r\n'),
  ]);
  expect(answers.map(head)).toEqual([
    'HTTP/1.1 408 Request Timeout',
    'HTTP/1.1 408 Request Timeout',
    'HTTP/1.1 400 Bad Request',
    'HTTP/1.1 431 Request Header Fields Too Large',
    'HTTP/1.1 400 Bad Request',
  ]);
  expect(refused.map(({ status, why }) => `${status} ${why}`).sort()).toEqual([
    '400 it is no HTTP request',
    '408 the request did not come in time',
    '408 the request did not come in time',
    '431 the headers are too long',
  ]);
});

it('lets new connections push out the oldest that says nothing', async () => {
  const { address, port, refused } = await receiver({ maxConnections: 5 });
  const silent = Array.from({ length: 5 }, () => connect(port, '127.0.0.1'));
  const ended = silent.map((socket) =>
    once(
      socket.on('error', () => undefined),
      'close',
    ),
  );
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  expect((await fetch(`${address}/known`, { method: 'POST', body: '{}' })).status).toBe(200);
  await ended[0];
  expect(refused).toEqual([
    { status: 503, why: 'too many connections', path: '', remote: '127.0.0.1', bytes: 0 },
  ]);
  for (const socket of silent) socket.destroy();
});

it('asks the sender to come again when something of ours fails, and says nothing of it', async () => {
  const fault = new Error('a secret');
  const { address, failures } = await receiver({ answer: () => Promise.reject(fault) });
  const response = await fetch(`${address}/known`, { method: 'POST', body: '{}' });
  expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
    503,
    '5',
    '',
  ]);
  expect(failures).toEqual([fault]);
});

it('answers what is under way when it is closed', async () => {
  let begun = (): void => undefined;
  const began = new Promise<void>((resolve) => (begun = resolve));
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const { address, close } = await receiver({
    answer: async () => {
      begun();
      await gate;
      return { status: 202 };
    },
  });
  const answered = fetch(`${address}/known`, { method: 'POST', body: '{}' });
  await began;
  const closed = close();
  go();
  expect((await answered).status).toBe(202);
  await closed;
  await expect(fetch(`${address}/known`)).rejects.toThrow('fetch failed');
});

it('says what to do when the port is taken, or the address is of another machine', async () => {
  const { port } = await receiver();
  const options = { maxBytes: 1, knows: () => true, answer: async () => ({ status: 200 }) };
  const again = httpReceiver().listen({ ...options, host: '127.0.0.1', port });
  await expect(again).rejects.toMatchObject({
    code: 'webhook/port',
    message: `port ${port} of "127.0.0.1" is taken`,
    hint: 'end the program that uses it (another "membrane watch" may listen there), or choose another port: membrane watch --listen 8081',
  });
  const elsewhere = httpReceiver().listen({ ...options, host: '203.0.113.7', port: 0 });
  await expect(elsewhere).rejects.toMatchObject({
    code: 'webhook/port',
    message: 'port 0 of "203.0.113.7" cannot be listened to (EADDRNOTAVAIL)',
    hint: 'choose an address of this machine: membrane watch --listen 127.0.0.1:8080',
  });
});

it('lets slow bodies keep nobody out: the one that has been coming for longest makes room', async () => {
  const { port, address, refused } = await receiver({ maxBytes: 1000, slowMs: 5_000 });
  const slow: Promise<string>[] = [];
  let open = 0;
  for (let count = 0; count < 70; count += 1)
    slow.push(
      raw(
        port,
        `POST /known HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n${'x'.repeat(999)}`,
        (socket) => {
          open += 1;
          onTestFinished(() => void socket.destroy());
        },
      ),
    );
  expect(open).toBe(70);
  await expect.poll(() => refused.length, { interval: 5 }).toBe(6);
  const response = await fetch(`${address}/known`, { method: 'POST', body: 'y'.repeat(900) });
  expect(response.status).toBe(200);
  expect(refused.map(({ status, why, bytes }) => [status, why, bytes])).toEqual(
    Array(7).fill([503, 'too many long bodies came at once', 1000]),
  );
});
