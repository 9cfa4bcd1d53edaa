import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createHttp } from '../../src/adapters/http-got.js';
import { MembraneError } from '../../src/core/error.js';
import { fileReference, fileValue, type StoredFile } from '../../src/core/file.js';
import type { ClientRequest } from '../../src/core/kind.js';
import type { Files, Http } from '../../src/core/ports.js';
import {
  createClient,
  type ClientBase,
  type Exchange,
  type ResponseHandler,
} from '../../src/engine/client.js';
import type { Engine } from '../../src/engine/engine.js';
import { filesOf } from '../../src/engine/files.js';
import { digestOf, partsOf, sha256, withFileServer } from '../support/file-server.js';
import { memoryFiles } from '../support/memory-files.js';
import { fakeClock, sequentialIds } from '../support/memory-ports.js';

const secret = 'sk-live-0123456789';
const got = createHttp();
/** What each request was, as the server saw it. */
type Heard = Record<string, unknown>;
type Listener = (request: IncomingMessage, response: ServerResponse, tries: number) => Promise<void> | void;

interface World {
  readonly files: ReturnType<typeof memoryFiles>;
  readonly exchanges: Exchange[];
  readonly waits: number[];
  store(text: string, about?: Partial<StoredFile>): Promise<StoredFile>;
  send(request: ClientRequest, base?: ClientBase): Promise<unknown>;
}

interface WorldOptions {
  readonly fileBytes?: number;
  readonly http?: Http;
}

/** A client for a server, with files in memory. */
async function withWorld<T>(
  listener: Listener,
  use: (world: World, url: string) => Promise<T>,
  { fileBytes = 1_048_576, http = got }: WorldOptions = {},
): Promise<T> {
  const files = memoryFiles({ ids: sequentialIds(), clock: fakeClock() });
  const exchanges: Exchange[] = [];
  const waits: number[] = [];
  let tries = 0;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    tries += 1;
    void listener(request, response, tries);
  };
  return withFileServer(answer, async ({ url }) => {
    const engine = {
      tenant: 'acme',
      ports: { files: async (): Promise<Files> => files },
      project: { config: { limits: { fileBytes, responseBytes: 100_000 } } },
    } as unknown as Engine; // as much of it as files need
    const send: World['send'] = async (request, base = { baseUri: url }) => {
      const client = createClient({
        http,
        clock: { now: () => 0, sleep: async (ms) => void waits.push(ms) },
        emit: () => undefined,
        base: async () => base,
        redact: (text) => text.replaceAll(secret, '[redacted]'),
        onExchange: (exchange) => exchanges.push(exchange),
        loggedBodyBytes: 1000,
        files: filesOf(engine),
        random: () => 1,
      });
      try {
        return (await client.send(request)).data;
      } catch (error) {
        if (!(error instanceof MembraneError)) throw error;
        const message = error.message.replace(/127\.0\.0\.1:\d+/, 'HOST');
        return { code: error.code, message, hint: error.hint };
      }
    };
    const store: World['store'] = async (text, about = {}) => {
      const draft = await files.create({ tenant: 'acme', name: 'a.txt', type: 'text/plain', ...about });
      await draft.write(Buffer.from(text));
      return draft.commit();
    };
    return use({ files, exchanges, waits, store, send }, url);
  });
}

const echo: Listener = async (request, response) => {
  const { method, url, headers } = request;
  const { 'content-type': type = null, 'content-length': length = null } = headers;
  const body = await digestOf(request);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ method, url, type, length, ...body } satisfies Heard));
};

const echoParts: Listener = async (request, response) => {
  const parts = await partsOf(request);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(parts));
};

const download = { path: '/report', responseType: 'file' } as const;

describe('a file as the body', () => {
  it('is sent with its own type, whatever the usual type of the connector is', async () => {
    await withWorld(echo, async ({ send, store, exchanges }, url) => {
      const file = await store('hello', { type: 'text/csv; charset=utf-8' });
      const base = { baseUri: url, headers: { 'content-type': 'application/json' } };
      const body = { length: '5', size: 5, sha256: sha256('hello') };
      const reference = fileReference(file.id);
      expect(await send({ path: '/a', bodyFile: reference }, base)).toEqual({
        method: 'POST',
        url: '/a',
        type: 'text/csv; charset=utf-8',
        ...body,
      });
      const headers = { 'Content-Type': 'text/x-own' };
      expect(await send({ path: '/b', method: 'PUT', bodyFile: fileValue(file), headers }, base)).toEqual({
        method: 'PUT',
        url: '/b',
        type: 'text/x-own',
        ...body,
      });
      expect(exchanges.map(({ requestBytes, requestBody }) => [requestBytes, requestBody])).toEqual([
        [5, undefined],
        [5, undefined],
      ]);
    });
  });

  it('is read anew for every try', async () => {
    const busy: Listener = async (request, response, tries) => {
      if (tries < 3) {
        await digestOf(request);
        return void response.writeHead(429).end();
      }
      return echo(request, response, tries);
    };
    await withWorld(busy, async ({ send, store, waits }) => {
      const { id } = await store('hello');
      expect(await send({ path: '/a', bodyFile: fileReference(id) })).toMatchObject({
        size: 5,
        sha256: sha256('hello'),
      });
      expect(waits).toEqual([500, 1000]);
    });
  });

  it('is not sent again on doubt, unless that does no harm', async () => {
    const drop: Listener = (request) => void request.once('data', () => request.socket.destroy());
    await withWorld(drop, async ({ send, store, waits }) => {
      const { id } = await store('hello');
      const bodyFile = fileReference(id);
      expect(await send({ path: '/a', bodyFile })).toMatchObject({ code: 'http/unreachable' });
      expect(waits).toEqual([]);
      expect(await send({ path: '/a', method: 'PUT', bodyFile })).toMatchObject({ code: 'http/unreachable' });
      expect(waits.length).toBe(3);
    });
  });

  it('goes with a redirect that keeps the method, without credentials to another origin', async () => {
    const heard: Heard[] = [];
    const last: Listener = async (request, response) => {
      heard.push({ key: request.headers['x-key'], method: request.method, ...(await digestOf(request)) });
      response.end();
    };
    await withFileServer(
      (request, response) => void last(request, response, 1),
      async (other) => {
        const codes: Record<string, number> = { '/keep': 307, '/change': 302 };
        const first: Listener = async (request, response) => {
          await digestOf(request);
          response.writeHead(codes[request.url ?? ''] ?? 500, { location: `${other.url}/there` }).end();
        };
        await withWorld(first, async ({ send, store }, url) => {
          const bodyFile = fileReference((await store('hello')).id);
          const base = { baseUri: url, headers: { 'x-key': secret } };
          await send({ path: '/keep', bodyFile }, base);
          await send({ path: '/change', bodyFile }, base);
        });
      },
    );
    expect(heard).toEqual([
      { key: undefined, method: 'POST', size: 5, sha256: sha256('hello') },
      { key: undefined, method: 'GET', size: 0, sha256: sha256('') },
    ]);
  });

  it('must be one of this tenant', async () => {
    await withWorld(echo, async ({ send, store, exchanges }) => {
      const strange = fileReference((await store('hello', { tenant: 'other' })).id);
      expect(await send({ path: '/a', bodyFile: strange })).toEqual({
        code: 'files/not-found',
        message: `no file "${strange}"`,
        hint: 'it may be of another tenant, or older than "retention" of membrane.yaml allows: bring it in again',
      });
      expect(await send({ path: '/a', multipart: { a: { file: strange } } })).toMatchObject({
        code: 'files/not-found',
      });
      expect(await send({ path: '/a', data: { a: { file: strange, encoding: 'base64' } } })).toMatchObject({
        code: 'files/not-found',
      });
      expect(exchanges).toEqual([]);
    });
  });

  it.each([
    ['/etc/passwd', '"/etc/passwd"'],
    ['membrane-file:../../secrets', '"membrane-file:../../secrets"'],
    [7, 'a value of type number'],
    [{ file: 'a' }, 'a value of type object'],
    [['membrane-file:00000000000000000000000001'], 'a value of type array'],
  ])('is no path, and nothing else: %j', async (bodyFile, shown) => {
    await withWorld(echo, async ({ send, exchanges }) => {
      expect(await send({ path: '/a', bodyFile })).toEqual({
        code: 'files/not-found',
        message: `${shown} is no reference of a stored file`,
        hint: 'a reference looks like "membrane-file:ID"; --file NAME=PATH puts one into the input',
      });
      expect(exchanges).toEqual([]);
    });
  });

  it('is the only one, and needs a method that has one', async () => {
    await withWorld(echo, async ({ send, store }) => {
      const bodyFile = fileReference((await store('hello')).id);
      expect(await send({ path: '/a', bodyFile, data: 1 })).toEqual({
        code: 'http/request',
        message: 'a request has one body, and this one has "data" and "bodyFile"',
        hint: 'give one of them',
      });
      expect(await send({ path: '/a', method: 'GET', bodyFile })).toEqual({
        code: 'http/request',
        message: 'a GET request cannot send a file',
        hint: 'give it the method POST or PUT',
      });
    });
  });
});

describe('a form', () => {
  it('has texts, files, data with a type and bytes in base64', async () => {
    await withWorld(echoParts, async ({ send, store }) => {
      const file = await store('hello', { name: 'a.pdf', type: 'application/pdf' });
      const reference = fileReference(file.id);
      const multipart = {
        title: 'A title',
        count: 3,
        draft: false,
        none: null,
        tags: ['a', 'b'],
        document: fileValue(file),
        pages: [{ file: reference }, { file: reference, name: '../b.pdf', type: 'application/x-b' }],
        missing: { file: undefined },
        meta: { data: { a: 1 }, type: 'application/json' },
        plain: { data: { a: 1 } },
        note: { data: 'hi', name: 'note.txt', type: 'text/plain' },
        pixel: { base64: Buffer.from('pixel').toString('base64'), name: 'p.png', type: 'image/png' },
      };
      const digest = (text: string) => ({ size: text.length, sha256: sha256(text) });
      const document = { fileName: 'a.pdf', type: 'application/pdf', ...digest('hello') };
      const sent = (await send({ path: '/a', multipart })) as { name: string }[];
      // the parser hands out fields before files
      expect(sent.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
        { name: 'count', value: '3' },
        { name: 'document', ...document },
        { name: 'draft', value: 'false' },
        { name: 'meta', fileName: 'blob', type: 'application/json', ...digest('{"a":1}') },
        { name: 'note', fileName: 'note.txt', type: 'text/plain', ...digest('hi') },
        { name: 'pages', ...document },
        { name: 'pages', fileName: 'b.pdf', type: 'application/x-b', ...digest('hello') },
        { name: 'pixel', fileName: 'p.png', type: 'image/png', ...digest('pixel') },
        { name: 'plain', value: '{"a":1}' },
        { name: 'tags', value: 'a' },
        { name: 'tags', value: 'b' },
        { name: 'title', value: 'A title' },
      ]);
    });
  });

  it('takes the place of the usual type of the connector', async () => {
    await withWorld(echoParts, async ({ send }, url) => {
      const base = { baseUri: url, headers: { 'Content-Type': 'application/json' } };
      expect(await send({ path: '/a', multipart: { a: 1 } }, base)).toEqual([{ name: 'a', value: '1' }]);
    });
  });

  it.each([
    [
      { a: { path: '/etc/passwd' } },
      {},
      'the part "a" of the form holds neither "file" nor "base64" nor "data"',
      'a part is a text, a number, a list of parts, or {file: REFERENCE}, {base64: …}, {data: …}',
    ],
    [
      { a: { data: 1, type: 'text/plain\r\nx: y' } },
      {},
      'the "type" of the part "a" of the form is no media type',
      'write it like "application/pdf"',
    ],
    [
      { a: 1 },
      { 'content-type': 'multipart/form-data' },
      'the header "content-type" of a form is made with it',
      'leave it out of the headers',
    ],
  ])('%j with %j cannot be sent', async (multipart, headers, message, hint) => {
    await withWorld(echo, async ({ send, exchanges }) => {
      expect(await send({ path: '/a', multipart, headers })).toEqual({ code: 'http/request', message, hint });
      expect(exchanges).toEqual([]);
    });
  });
});

describe('a file inside of data', () => {
  it('stands there as base64 where that is asked for, and as its reference elsewhere', async () => {
    await withWorld(
      async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        response.setHeader('content-type', 'application/json');
        response.end(Buffer.concat(chunks));
      },
      async ({ send, store }) => {
        const file = fileReference((await store('hello')).id);
        const data = {
          to: ['a'],
          attachments: [{ name: 'a', content: { file, encoding: 'base64' } }],
          plain: file,
        };
        expect(await send({ path: '/a', method: 'POST', data })).toEqual({
          to: ['a'],
          attachments: [{ name: 'a', content: 'aGVsbG8=' }],
          plain: file,
        });
      },
    );
  });

  it('must be small enough to stand in memory', async () => {
    await withWorld(echo, async ({ send, store }) => {
      const file = fileReference((await store('x'.repeat(60_000))).id);
      const one = { file, encoding: 'base64' };
      expect(await send({ path: '/a', method: 'POST', data: [one] })).toMatchObject({ size: 80_004 });
      expect(await send({ path: '/a', method: 'POST', data: [one, one] })).toEqual({
        code: 'files/too-large',
        message: 'the file "a.txt" is too large for a body in base64, of which there may be 100000 bytes',
        hint: 'send it with "bodyFile" or "multipart", or raise limits.responseMegabytes in membrane.yaml',
      });
    });
  });
});

describe('a download', () => {
  const file = (name: string, type = 'application/pdf', text = 'hello') => ({
    file: 'membrane-file:00000000000000000000000001',
    name,
    type,
    size: text.length,
    sha256: sha256(text),
  });
  const send =
    (text: string, headers: Record<string, string> = {}, status = 200): Listener =>
    (_, response) =>
      void response.writeHead(status, { 'content-type': 'application/pdf', ...headers }).end(text);

  it.each([
    ['attachment; filename="My report.pdf"', 'My report.pdf'],
    ["attachment; filename=a.pdf; filename*=UTF-8''%e2%82%ac%20rates.pdf", '€ rates.pdf'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ['attachment', 'report'],
    ['attachment; filename=".."', 'file'],
  ])('has the name that the server gives it: %s', async (disposition, name) => {
    await withWorld(send('hello', { 'content-disposition': disposition }), async (world) => {
      expect(await world.send(download)).toEqual(file(name));
      expect(world.exchanges.map(({ responseBytes, responseBody }) => [responseBytes, responseBody])).toEqual(
        [[5, undefined]],
      );
    });
  });

  it('may be empty; a response without a body is none', async () => {
    await withWorld(send(''), async (world) => {
      expect(await world.send(download)).toEqual(file('report', undefined, ''));
      expect(await world.send({ ...download, method: 'HEAD' })).toBe(undefined);
      expect(world.files.all().length).toBe(1);
    });
    await withWorld(send('', {}, 204), async (world) => {
      expect([await world.send(download), world.files.all()]).toEqual([undefined, []]);
    });
  });

  it('that fails leaves nothing, and says what the API said', async () => {
    const refusal = send('{"message": "no such report"}', { 'content-type': 'application/json' }, 404);
    await withWorld(refusal, async (world) => {
      expect(await world.send(download)).toMatchObject({
        code: 'http/status',
        message: 'the API answered 404 to "GET /report": no such report',
      });
      expect(world.files.all()).toEqual([]);
    });
  });

  it('is tried again after it was cut off', async () => {
    const flaky: Listener = (_, response, tries) => {
      response.writeHead(200, { 'content-length': '5' });
      if (tries < 3) response.write('hel', () => response.socket?.destroy());
      else response.end('hello');
    };
    await withWorld(flaky, async (world) => {
      expect(await world.send(download)).toMatchObject({ size: 5, sha256: sha256('hello') });
      expect([world.waits.length, world.files.all().length]).toEqual([2, 1]);
    });
  });

  it('leaves credentials behind when it is led to another origin', async () => {
    await withFileServer(
      (request, response) => response.end(`key: ${String(request.headers['x-key'])}`),
      async (other) => {
        const lead: Listener = (_, response) =>
          void response.writeHead(302, { location: `${other.url}/files/a%20b.txt` }).end('go there');
        await withWorld(lead, async (world, url) => {
          const base = { baseUri: url, headers: { 'x-key': secret } };
          expect(await world.send(download, base)).toMatchObject({
            name: 'a b.txt',
            sha256: sha256('key: undefined'),
          });
        });
      },
    );
  });

  it('that is too large is stopped, whatever it claims', async () => {
    const tooLarge = {
      code: 'files/too-large',
      message: 'the file "report" is larger than 1000 bytes',
      hint: 'raise limits.fileMegabytes in membrane.yaml',
    };
    const long = 'x'.repeat(2000);
    await withWorld(
      send(long, { 'content-length': '2000' }),
      async (world) => expect([await world.send(download), world.files.all()]).toEqual([tooLarge, []]),
      { fileBytes: 1000 },
    );
    await withWorld(
      (_, response) => {
        response.write(long);
        response.end(long);
      },
      async (world) => expect([await world.send(download), world.files.all()]).toEqual([tooLarge, []]),
      { fileBytes: 1000 },
    );
    await withWorld(
      send('x'.repeat(1000)),
      async (world) => expect(await world.send(download)).toMatchObject({ size: 1000 }),
      { fileBytes: 1000 },
    );
  });

  it('is no file where the rules of the API know it as a failure', async () => {
    const handlers: ResponseHandler[] = [
      {
        match: ({ data }) => (data as { ok?: boolean } | undefined)?.ok === false,
        isSuccess: () => false,
        error: ({ data }) => ({ message: (data as { error: string }).error, key: 'access_denied' }),
      },
    ];
    const json = { 'content-type': 'application/json; charset=utf-8' };
    const base = (baseUri: string) => ({ baseUri, responseHandlers: handlers });
    await withWorld(send('{"ok":false,"error":"no_scope"}', json), async (world, url) => {
      expect(await world.send(download, base(url))).toMatchObject({
        code: 'http/status',
        message: 'the API answered 200 to "GET /report": no_scope',
      });
      expect(world.files.all()).toEqual([]);
    });
    for (const text of ['{"ok":true}', '{"ok": fal', 'hello']) {
      await withWorld(send(text, json), async (world, url) => {
        expect(await world.send(download, base(url))).toMatchObject({
          size: text.length,
          sha256: sha256(text),
        });
      });
    }
  });

  it('works with an http port that holds bodies in memory', async () => {
    const http: Http = {
      send: ({ saveTo, ...request }) =>
        saveTo === undefined ? Promise.reject(new Error('nothing is saved')) : got.send(request),
    };
    await withWorld(
      send('hello', { 'content-disposition': 'attachment; filename=a.pdf' }),
      async (world) => expect(await world.send(download)).toEqual(file('a.pdf')),
      { http },
    );
  });
});
