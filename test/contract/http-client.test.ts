import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/adapters/http-got.js';
import { MembraneError } from '../../src/core/error.js';
import type { RunEvent } from '../../src/core/event.js';
import type { ClientRequest } from '../../src/core/kind.js';
import { createClient, type ClientBase, type ClientOptions, type Exchange } from '../../src/engine/client.js';
import * as server from '../support/server.js';
import { withServer, type Routes, type TestServer } from '../support/server.js';

const secret = 'sk-live-0123456789';
const http = createHttp();
const now = Date.parse('2024-05-01T12:00:00Z');
const doubt = 'the API may have done it all the same, so it was not sent again: look before you run it again';
const hint = 'connect it again: membrane connect crm --reconnect';

let events: RunEvent[];
let exchanges: Exchange[];
/** Every wait, in milliseconds; none really happens. */
let waits: number[];
beforeEach(() => void ([events, exchanges, waits] = [[], [], []]));

function clientFor(base: ClientBase, options: Partial<ClientOptions> = {}) {
  return createClient({
    http,
    clock: {
      now: () => now,
      sleep: async (ms, signal) => {
        waits.push(ms);
        signal?.throwIfAborted();
      },
    },
    emit: (event) => events.push(event),
    base: async () => base,
    redact: (text) => text.replaceAll(secret, '[redacted]'),
    reconnectHint: hint,
    onExchange: (exchange) => exchanges.push(exchange),
    random: () => 1,
    ...options,
  });
}

/** Sends one request to a server with these routes, with a key in a header. */
function sendTo(
  routes: Routes,
  request: ClientRequest,
  base: Partial<ClientBase> = {},
  options: Partial<ClientOptions> = {},
) {
  return withServer(routes, async (running) => {
    const bound = { baseUri: running.url, headers: { authorization: `Bearer ${secret}` }, ...base };
    const response = await outcome(clientFor(bound, options).send(request));
    return { response, sent: running.requests.map(({ method, path }) => `${method} ${path}`), ...running };
  });
}

/** What comes of it, as data; ports and hosts of this run are put as HOST. */
async function outcome(pending: Promise<unknown>): Promise<unknown> {
  try {
    return await pending;
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const { code, message, hint: help, class: kind, key } = error;
    const facts = { code, message, hint: help, class: kind, key };
    return JSON.parse(JSON.stringify(facts).replace(/(127\.0\.0\.1|localhost):\d+/g, 'HOST')) as unknown;
  }
}

const data = async (routes: Routes, request: ClientRequest, base: Partial<ClientBase> = {}) => {
  const { response } = await sendTo(routes, request, base);
  return (response as { data: unknown }).data;
};

/** Nothing that anybody can see may hold the key. */
afterEach(() => expect(JSON.stringify([events, exchanges])).not.toContain(secret));

describe('a request', () => {
  it('carries what the client is bound to', async () => {
    const base = {
      headers: { 'X-Key': secret, 'x-b': 'base' },
      query: { key: 'k', page: 1 },
      auth: { username: 'ada', password: 'p:w' },
    };
    const request = {
      path: '/contacts',
      query: { page: 2 },
      headers: { 'X-B': 'own', 'x-n': 5, 'x-none': undefined, accept: null },
    };
    const { requests, host } = await sendTo({ '/contacts': server.json({}) }, request, base);
    const { 'accept-encoding': _, ...headers } = requests[0]!.headers;
    expect({ ...requests[0], headers }).toEqual({
      method: 'GET',
      path: '/contacts?key=k&page=2',
      headers: {
        host,
        'user-agent': 'membrane',
        connection: 'keep-alive',
        authorization: 'Basic YWRhOnA6dw==',
        'x-key': secret,
        'x-b': 'own',
        'x-n': '5',
      },
      body: '',
    });
  });

  it.each([
    [{ a: [1], ü: 'ü' }, undefined, 'application/json', '{"a":[1],"ü":"ü"}'],
    [[1, 2], undefined, 'application/json', '[1,2]'],
    [{ a: 1 }, 'application/vnd.api+json', 'application/vnd.api+json', '{"a":1}'],
    [
      { a: 'x y', b: [1, 2], c: { d: null } },
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded',
      'a=x%20y&b=1&b=2',
    ],
    ['plain', undefined, 'text/plain; charset=utf-8', 'plain'],
    ['<a/>', 'text/xml', 'text/xml', '<a/>'],
    ['{"a":1}', 'application/json', 'application/json', '{"a":1}'],
    [7, undefined, 'application/json', '7'],
    [undefined, undefined, undefined, ''],
    [null, undefined, undefined, ''],
  ])('sends %o as %s', async (value, type, expectedType, body) => {
    const headers = type === undefined ? {} : { 'Content-Type': type };
    const { requests } = await sendTo(
      { '/x': server.json({}) },
      { method: 'post', path: '/x', data: value, headers },
    );
    expect([requests[0]?.method, requests[0]?.headers['content-type'], requests[0]?.body]).toEqual([
      'POST',
      expectedType,
      body,
    ]);
  });

  it('of GET has data only where there is some', async () => {
    const { requests } = await sendTo({ '/x': server.json({}) }, { path: '/x', data: {} });
    expect(requests[0]?.headers['content-type']).toBe(undefined);
    const other = await sendTo({ '/x': server.json({}) }, { path: '/x', data: { q: 1 } });
    expect(other.requests[0]?.body).toBe('{"q":1}');
  });

  it.each([
    [{ path: '/x/{id}' }, 'the path parameter "id" is missing', 'give it in pathParameters: {id: …}'],
    [
      { path: '/x', headers: { 'x-a': `${secret}\n` } },
      'the header "x-a" has a line break',
      'a header is one line; check the value for a stray line end',
    ],
    [
      { path: '/x', headers: { 'x-a': 'ü' } },
      'the header "x-a" has a character that headers cannot hold',
      'headers are ASCII: encode the value',
    ],
    [
      { path: '/x', headers: { 'x a': 1 } },
      '"x a" cannot be the name of a header',
      'names of headers hold letters, digits and "-"',
    ],
    [
      { path: '/x', headers: { 'x-a': {} } },
      'the header "x-a" is an object',
      'a header is a text or a number',
    ],
    [
      { path: '/x', method: 'HEAD', data: 1 },
      'a HEAD request cannot have data',
      'leave data out, or use another method',
    ],
    [
      { path: '/x', method: 'POST', data: { a: 1 }, headers: { 'content-type': 'text/xml' } },
      'data that is no text cannot be sent as "text/xml"',
      'give data as a text, or another content-type',
    ],
    [
      { path: `https://evil.example/${secret}` },
      '"https://evil.example" is not where the credentials belong, which is "http://HOST"',
      'write a path relative to the base address, or use an action of type http-request',
    ],
  ])('that cannot be made is not sent: %o', async (request, message, help) => {
    const { response, sent } = await sendTo({}, request);
    expect(response).toEqual({ code: 'http/request', message, hint: help, class: 'configuration' });
    expect(sent).toEqual([]);
  });
});

describe('a response', () => {
  it('gives status, headers and data', async () => {
    const { response } = await sendTo(
      { '/x': server.status(201, { id: 1 }, { date: 'd', 'x-a': 'b', connection: 'close' }) },
      { path: '/x', method: 'POST' },
    );
    expect(response).toEqual({
      status: 201,
      headers: {
        'content-type': 'application/json',
        date: 'd',
        'x-a': 'b',
        connection: 'close',
        'transfer-encoding': 'chunked',
      },
      data: { id: 1 },
    });
  });

  it.each([
    ['204', server.status(204), undefined],
    ['an empty body', server.text('', { 'content-type': 'application/json' }), undefined],
    ['white space', server.text(' \n', { 'content-type': 'application/json' }), undefined],
    [
      'a long integer keeps its digits',
      server.text('{"id":12345678901234567890,"n":1.5}', { 'content-type': 'application/json' }),
      { id: '12345678901234567890', n: 1.5 },
    ],
    [
      'a kind of JSON',
      server.text('{"a":1}', { 'content-type': 'application/hal+json; charset=utf-8' }),
      { a: 1 },
    ],
    [
      'JSON with a byte order mark',
      server.text('\uFEFF{"a":1}', { 'content-type': 'application/json' }),
      { a: 1 },
    ],
    ['JSON without a type', server.text(' [1]'), [1]],
    ['almost JSON without a type', server.text('[1'), '[1'],
    ['text', server.text('{"a":1}', { 'content-type': 'text/plain' }), '{"a":1}'],
    [
      'text in another charset',
      server.text(Buffer.from('Jörg', 'latin1'), { 'content-type': 'text/csv; charset=ISO-8859-1' }),
      'Jörg',
    ],
    [
      'text in a charset of nobody',
      server.text('Jörg', { 'content-type': 'text/csv; charset=klingon' }),
      'Jörg',
    ],
    ['XML', server.text('<a>ü</a>', { 'content-type': 'application/xml' }), '<a>ü</a>'],
    ['gzip', server.gzip({ a: 1 }), { a: 1 }],
  ] as [string, server.Answer, unknown][])('%s', async (_, answer, expected) => {
    expect(await data({ '/x': answer }, { path: '/x' })).toEqual(expected);
  });

  it('of bytes is base64, and says so', async () => {
    const { response } = await sendTo(
      { '/x': server.text(Buffer.from([0xff, 0xd8, 0]), { 'content-type': 'image/jpeg' }) },
      { path: '/x' },
    );
    expect(response).toMatchObject({ data: '/9gA', encoding: 'base64' });
  });

  it('of HTML is an error that helps, unless HTML was asked for', async () => {
    const page = '<title>Log in</title>';
    const { response } = await sendTo({ '/x': server.html(page) }, { path: '/x' });
    expect(response).toEqual({
      code: 'http/not-json',
      message: '"HOST" answered with an HTML page instead of JSON',
      hint: 'the base address or path is probably wrong, or a login page answered; for pages that are meant, send the header "accept: text/html"',
      class: 'dependency',
    });
    expect(await data({ '/x': server.html(page) }, { path: '/x', headers: { Accept: 'text/html' } })).toBe(
      page,
    );
    expect(
      await withServer({ '/x': server.html(page) }, ({ url }) => clientFor({}).send({ path: `${url}/x` })),
    ).toMatchObject({ data: page });
  });

  it.each([
    [
      '{"id": "c_1", "na',
      'the JSON of the response of "HOST" is truncated: it ends after 17 characters',
      'try again; if it stays, the server or a proxy cuts its responses',
    ],
    [
      '{"id": 1',
      'the JSON of the response of "HOST" is truncated: it ends after 8 characters',
      'try again; if it stays, the server or a proxy cuts its responses',
    ],
    [
      '{"id": [',
      'the JSON of the response of "HOST" is truncated: it ends after 8 characters',
      'try again; if it stays, the server or a proxy cuts its responses',
    ],
    [
      '{id: 1}',
      'the response of "HOST" is no valid JSON: it goes wrong at character 2',
      'its content-type promises JSON; the log has the beginning of it: membrane logs',
    ],
    [
      'OK',
      'the response of "HOST" is no valid JSON: there is an unexpected "O"',
      'its content-type promises JSON; the log has the beginning of it: membrane logs',
    ],
  ])('of broken JSON is an error: %s', async (body, message, help) => {
    const { response, sent } = await sendTo(
      { '/x': server.text(body, { 'content-type': 'application/json' }) },
      { path: '/x' },
    );
    expect(response).toEqual({ code: 'http/not-json', message, hint: help, class: 'dependency' });
    expect(sent).toEqual(['GET /x']);
  });

  it('of 100 MB is not read', async () => {
    const { response, sent } = await sendTo(
      { '/x': server.huge(100 * 1_048_576, { length: false }) },
      { path: '/x' },
      {},
      { maxBytes: 1_048_576 },
    );
    expect(response).toEqual({
      code: 'http/too-large',
      message: 'the response of "HOST" is larger than 1 MB',
      hint: 'ask for less (a filter, a smaller page), or raise limits.responseMegabytes in membrane.yaml',
      class: 'dependency',
    });
    expect(sent).toEqual(['GET /x']);
  });
});

describe('429', () => {
  const limited = (value?: string) =>
    server.status(429, undefined, value === undefined ? {} : { 'retry-after': value });

  it.each([
    ['seconds', '7', 7000],
    ['a fraction', '0.5', 500],
    ['a date', 'Wed, 01 May 2024 12:00:03 GMT', 3000],
    ['a date that is over', 'Wed, 01 May 2024 11:00:00 GMT', 500],
    ['nothing to wait', '0', 500],
    ['a negative number', '-1', 500],
    ['garbage', 'soon', 500],
    ['nothing', undefined, 500],
  ])('with %s in Retry-After is waited for, then tried again, POST too', async (_, value, expected) => {
    const { response, sent, url } = await sendTo(
      { '/x': [limited(value), server.json({ ok: true })] },
      { method: 'POST', path: '/x', data: {} },
    );
    expect(response).toMatchObject({ status: 200, data: { ok: true } });
    expect(sent).toEqual(['POST /x', 'POST /x']);
    expect(waits).toEqual([expected]);
    expect(events.map((event) => ('ms' in event ? { ...event, ms: 0 } : event))).toEqual([
      { type: 'request', method: 'POST', url: `${url}/x`, status: 429, ms: 0, tries: 1 },
      { type: 'retry', method: 'POST', url: `${url}/x`, reason: 'status 429', waitMs: expected, tries: 1 },
      { type: 'request', method: 'POST', url: `${url}/x`, status: 200, ms: 0, tries: 2 },
    ]);
  });

  it.each([
    ['a day', '86400'],
    ['a date far away', 'Wed, 01 May 2054 12:00:03 GMT'],
  ])('with %s in Retry-After is an error at once: nobody would wait so long', async (_, value) => {
    const { response, sent } = await sendTo({ '/x': limited(value) }, { path: '/x' });
    expect(response).toMatchObject({ code: 'http/rate-limit', message: 'the API answered 429 to "GET /x"' });
    expect([sent.length, waits]).toEqual([1, []]);
  });

  it('that does not end is an error', async () => {
    const { response, sent } = await sendTo({ '/x': limited() }, { path: '/x' });
    expect(response).toEqual({
      code: 'http/rate-limit',
      message: 'the API answered 429 to "GET /x"',
      hint: 'wait before you run it again, or ask for less at a time; it was tried 4 times',
      class: 'connection',
      key: 'rate_limit_exceeded',
    });
    expect([sent.length, waits]).toEqual([4, [500, 1000, 2000]]);
  });
});

describe('5xx', () => {
  const broken = server.status(500, { error: { message: 'database is down' } });
  const error = (method: string, hint: string, status = 500) => ({
    code: 'http/status',
    message: `the API answered ${status} to "${method} /x": database is down`,
    hint,
    class: 'dependency',
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('on %s is tried again', async (method) => {
    const { response, sent } = await sendTo(
      { '/x': [broken, broken, server.json(1)] },
      { method, path: '/x' },
    );
    expect([(response as { data: unknown }).data, sent.length, waits]).toEqual([1, 3, [500, 1000]]);
  });

  it('on GET that does not end is an error', async () => {
    const { response, sent } = await sendTo({ '/x': broken }, { path: '/x' });
    expect(response).toEqual(
      error('GET', 'the fault is on the side of the API; try again later; it was tried 4 times'),
    );
    expect(sent.length).toBe(4);
  });

  it.each([
    ['POST', 500],
    ['PATCH', 502],
    ['POST', 503],
  ])('on %s is never tried again: %s', async (method, code) => {
    const answer = server.status(code, { error: { message: 'database is down' } }, { 'retry-after': '1' });
    const { response, sent } = await sendTo({ '/x': answer }, { method, path: '/x' });
    expect(response).toEqual(error(method, doubt, code));
    expect([sent.length, waits]).toEqual([1, []]);
  });

  it('on POST is tried again where that is declared harmless, or where the API says it means "not accepted"', async () => {
    const declared = await sendTo(
      { '/x': [broken, server.json(1)] },
      { method: 'POST', path: '/x', idempotent: true },
    );
    expect(declared.sent.length).toBe(2);
    const answer = server.status(503, undefined, { 'retry-after': '4' });
    const known = await sendTo(
      { '/x': [answer, server.json(1)] },
      { method: 'POST', path: '/x' },
      { retry: { notAccepted: [503] } },
    );
    expect([known.sent.length, waits]).toEqual([2, [500, 4000]]);
  });
});

describe('a network error', () => {
  it('on GET is tried again', async () => {
    const { response, sent } = await sendTo(
      { '/x': [server.drop, server.half, server.json(1)] },
      { path: '/x' },
    );
    expect(response).toMatchObject({ data: 1 });
    expect([sent.length, waits]).toEqual([3, [500, 1000]]);
    expect(exchanges.map(({ status, error, tries }) => ({ status, error, tries }))).toEqual([
      { status: undefined, error: 'http/unreachable', tries: 1 },
      { status: undefined, error: 'http/unreachable', tries: 2 },
      { status: 200, error: undefined, tries: 3 },
    ]);
  });

  it('on POST is never tried again, and says why', async () => {
    const { response, sent } = await sendTo({ '/x': server.half }, { method: 'POST', path: '/x' });
    expect(response).toEqual({
      code: 'http/unreachable',
      message: '"HOST" closed the connection in the middle of its response',
      hint: doubt,
      class: 'dependency',
    });
    expect(sent).toEqual(['POST /x']);
  });

  it('of TLS is final', async () => {
    const answer = await withServer(
      {},
      ({ url }) => outcome(clientFor({ baseUri: url }).send({ path: '/x' })),
      { tls: 'localhost' },
    );
    expect(answer).toMatchObject({
      code: 'http/tls',
      message: 'no secure connection to "HOST": its certificate is self-signed',
    });
    expect(waits).toEqual([]);
  });

  it('of a server that is silent is a timeout', async () => {
    const { response } = await sendTo(
      { '/x': server.hang },
      { method: 'POST', path: '/x' },
      {},
      { timeoutMs: 50 },
    );
    expect(response).toMatchObject({ code: 'http/timeout', message: '"HOST" did not answer within 0.05 s' });
  });
});

describe('401', () => {
  const guarded: server.Answer = (response, request) =>
    (request.headers['authorization'] === 'Bearer new'
      ? server.json(1)
      : server.status(401, { error: 'expired' }))(response, request);
  const rejected = {
    code: 'auth/rejected',
    message: 'the API does not accept the credentials, it answered 401 to "POST /x": expired',
    class: 'bad_request',
    key: 'not_authenticated',
  };

  it('refreshes once, and tries again with the new credentials', async () => {
    let token = 'old';
    const answer = await withServer({ '/x': guarded }, ({ url, requests }) =>
      clientFor(
        {},
        {
          base: async () => ({ baseUri: url, headers: { authorization: `Bearer ${token}` } }),
          onUnauthorized: async () => ((token = 'new'), true),
        },
      )
        .send({ method: 'POST', path: '/x', data: { a: 1 } })
        .then((response) => [response.data, requests.map(({ body }) => body)]),
    );
    expect(answer).toEqual([1, ['{"a":1}', '{"a":1}']]);
    expect(waits).toEqual([]);
  });

  it('after a refresh is final', async () => {
    let refreshes = 0;
    const onUnauthorized = async () => ((refreshes += 1), true);
    const { response, sent } = await sendTo(
      { '/x': guarded },
      { method: 'POST', path: '/x' },
      {},
      { onUnauthorized },
    );
    expect(response).toEqual({ ...rejected, hint: `${hint}; it was tried 2 times` });
    expect([sent.length, refreshes]).toEqual([2, 1]);
  });

  it.each([undefined, async () => false])('without a refresh is final', async (onUnauthorized) => {
    const { response, sent } = await sendTo(
      { '/x': guarded },
      { method: 'POST', path: '/x' },
      {},
      { onUnauthorized },
    );
    expect(response).toEqual({ ...rejected, hint });
    expect(sent.length).toBe(1);
  });

  it('where nobody is connected is an error like others', async () => {
    const answer = await withServer({ '/x': guarded }, ({ url }) =>
      outcome(clientFor({}).send({ path: `${url}/x` })),
    );
    expect(answer).toEqual({
      code: 'http/status',
      message: 'the API answered 401 to "GET /x": expired',
      hint: 'the request needs credentials: give them in its headers, or use a connection',
      class: 'bad_request',
      key: 'not_authenticated',
    });
  });
});

describe('an error of the API', () => {
  it.each([
    [
      400,
      undefined,
      'bad_request',
      undefined,
      'the API does not take this request as it is: check its data and parameters',
    ],
    [
      403,
      [{ message: 'no scope' }],
      'bad_request',
      'access_denied',
      'the credentials are good, but lack a right that this request needs',
    ],
    [
      404,
      { errors: [{ detail: 'no such\n contact' }] },
      'bad_request',
      'not_found',
      'check the path and its parameters, and the base address of the connector',
    ],
    [
      409,
      { title: 'exists' },
      'bad_request',
      'already_exists',
      'the API does not take this request as it is: check its data and parameters',
    ],
    [
      422,
      { error: 'invalid', error_description: 'no email' },
      'bad_request',
      undefined,
      'the API does not take this request as it is: check its data and parameters',
    ],
    [304, undefined, 'bad_request', undefined, 'check the path and the headers of the request'],
  ])('%s has a class, a key, and what the API said', async (code, body, kind, key, help) => {
    const said: Record<number, string> = {
      403: ': no scope',
      404: ': no such contact',
      409: ': exists',
      422: ': no email',
    };
    const { response } = await sendTo({ '/x': server.status(code, body) }, { method: 'POST', path: '/x' });
    expect(response).toEqual({
      code: 'http/status',
      message: `the API answered ${code} to "POST /x"${said[code] ?? ''}`,
      hint: help,
      class: kind,
      ...(key === undefined ? {} : { key }),
    });
  });

  it('holds the request and the beginning of the response, without secrets', async () => {
    const body = { message: `bad key ${secret}`, long: 'x'.repeat(5000) };
    await withServer({ [`/${secret}`]: server.status(400, body) }, async ({ url }) => {
      const base = { baseUri: url, headers: { authorization: `Bearer ${secret}` }, query: { key: secret } };
      const error = await clientFor(base)
        .send({ path: `/${secret}`, headers: { 'x-tag': `of ${secret}` } })
        .catch((thrown: MembraneError) => thrown);
      const { message, data: facts } = error as MembraneError;
      expect(message).toBe('the API answered 400 to "GET /[redacted]": bad key [redacted]');
      expect(facts).toEqual({
        status: 400,
        request: {
          method: 'GET',
          url: `${url}/[redacted]?key=[redacted]`,
          headers: {
            accept: 'application/json, text/plain, */*',
            authorization: '[redacted]',
            'x-tag': 'of [redacted]',
          },
        },
        body: expect.stringMatching(/^\{"message":"bad key \[redacted\]","long":"x{2000,}…$/) as string,
        tries: 1,
      });
    });
  });
});

describe('response handlers', () => {
  const slack = (error: string) => server.json({ ok: false, error });
  const handlers: ClientBase['responseHandlers'] = [
    {
      match: ({ data: body }) => (body as { ok?: boolean } | undefined)?.ok === false,
      error: ({ data: body }) => {
        const { error } = body as { error: string };
        const keys: Record<string, string> = {
          ratelimited: 'rate_limit_exceeded',
          token_expired: 'access_token_expired',
        };
        return { message: `slack says ${error}`, key: keys[error] ?? 'custom', data: { error } };
      },
    },
    { match: ({ status }) => status === 404, isSuccess: () => true, data: () => null },
    { match: () => true, data: ({ data: body }) => (body as { result?: unknown }).result },
  ];
  const base = { responseHandlers: handlers };

  it('make a failure of a success', async () => {
    const { response, sent } = await sendTo({ '/x': slack('no_channel') }, { path: '/x' }, base);
    expect(response).toMatchObject({
      code: 'http/status',
      message: 'the API answered 200 to "GET /x": slack says no_channel',
      class: 'bad_request',
      key: 'custom',
    });
    expect(sent.length).toBe(1);
  });

  it('make a success of a failure, and choose the data', async () => {
    expect(await data({}, { path: '/x' }, base)).toBe(null);
    expect(await data({ '/x': server.json({ result: [1] }) }, { path: '/x' }, base)).toEqual([1]);
  });

  it('say when to wait, and when to refresh', async () => {
    const waited = await sendTo(
      { '/x': [slack('ratelimited'), server.json({ result: 1 })] },
      { method: 'POST', path: '/x' },
      base,
    );
    expect([waited.response, waits]).toMatchObject([{ data: 1 }, [500]]);
    const refreshed = await sendTo(
      { '/x': [slack('token_expired'), server.json({ result: 2 })] },
      { path: '/x' },
      base,
      { onUnauthorized: async () => true },
    );
    expect(refreshed.response).toMatchObject({ data: 2 });
    const refused = await sendTo({ '/x': slack('token_expired') }, { path: '/x' }, base);
    expect(refused.response).toMatchObject({
      code: 'auth/rejected',
      class: 'connection',
      key: 'access_token_expired',
    });
  });
});

describe('a redirect', () => {
  const base = {
    headers: { authorization: `Bearer ${secret}`, 'x-app': 'base' },
    auth: { username: 'u', password: 'p' },
    query: { key: 'k' },
  };
  const request = {
    method: 'POST',
    path: '/a',
    data: { a: 1 },
    headers: { 'x-own': 'own', cookie: 'c=1', 'x-api-key': 'own' },
  };
  const seen = ({ requests }: Pick<TestServer, 'requests'>, index: number) => {
    const { method, path, body, headers } = requests[index]!;
    const { host: _, connection: __, 'accept-encoding': ___, 'user-agent': ____, ...rest } = headers;
    return { method, path, body, headers: rest };
  };
  const all = {
    accept: 'application/json, text/plain, */*',
    authorization: `Bearer ${secret}`,
    'x-app': 'base',
    'x-own': 'own',
    cookie: 'c=1',
    'x-api-key': 'own',
  };

  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', '{"a":1}'],
    [308, 'POST', '{"a":1}'],
  ])('%s to the same origin keeps the credentials, and makes it %s', async (code, method, body) => {
    const running = await sendTo(
      { '/a': server.redirect(code, '/b?x=1'), '/b': server.json({ done: true }) },
      request,
      base,
    );
    expect(running.response).toMatchObject({ data: { done: true } });
    const typed = body === '' ? {} : { 'content-type': 'application/json', 'content-length': '7' };
    expect(seen(running, 1)).toEqual({ method, path: '/b?x=1', body, headers: { ...all, ...typed } });
  });

  it('to another origin leaves all credentials behind, for good, and says that data went there', async () => {
    await withServer({ '/c': server.json({ done: true }) }, async (other) => {
      const running = await sendTo({ '/a': server.redirect(307, `${other.url}/c`) }, request, base);
      expect(running.response).toMatchObject({ data: { done: true } });
      expect(seen(other, 0)).toEqual({
        method: 'POST',
        path: '/c',
        body: '{"a":1}',
        headers: {
          accept: 'application/json, text/plain, */*',
          'x-own': 'own',
          'content-type': 'application/json',
          'content-length': '7',
        },
      });
      expect(events.filter(({ type }) => type === 'warning')).toEqual([
        {
          type: 'warning',
          message: `a redirect of "${running.host}" sent the data of the request on to "${other.host}"`,
        },
      ]);
    });
  });

  it('that comes back from another origin has no credentials either', async () => {
    let home = '';
    const back: server.Answer = (response, received) =>
      server.redirect(302, `${home}/end`)(response, received);
    await withServer({ '/b': back }, (other) =>
      withServer({ '/a': server.redirect(302, `${other.url}/b`), '/end': server.json(1) }, async (start) => {
        home = start.url;
        await clientFor({ ...base, baseUri: start.url }).send({ path: '/a' });
        expect(seen(start, 1)).toEqual({
          method: 'GET',
          path: '/end',
          body: '',
          headers: { accept: 'application/json, text/plain, */*' },
        });
      }),
    );
  });

  it('to another origin that wants credentials refreshes nothing', async () => {
    await withServer({ '/c': server.status(401) }, async (other) => {
      const onUnauthorized = () => Promise.reject(new Error('must not be called'));
      const { response } = await sendTo(
        { '/a': server.redirect(302, `${other.url}/c`) },
        { path: '/a' },
        base,
        { onUnauthorized },
      );
      expect(response).toEqual({
        code: 'http/status',
        message: 'the API answered 401 to "GET /c"',
        hint: 'a redirect led to "HOST", which gets no credentials; check the base address',
        class: 'bad_request',
        key: 'not_authenticated',
      });
    });
  });

  it.each([
    [
      'in circles',
      server.redirect(302, '/a'),
      '"HOST" redirected more than 10 times',
      'check the path and the credentials: a login page often redirects in circles',
      11,
    ],
    [
      'to nowhere',
      server.status(302),
      '"HOST" answered 302 without saying where to go',
      'check the path; the API may want another one',
      1,
    ],
    [
      'to what is no address',
      server.redirect(302, 'ftp://x/'),
      '"HOST" redirects to what is no http or https address',
      'check the path',
      1,
    ],
  ] as const)('%s is refused', async (_, answer, message, help, count) => {
    const { response, sent } = await sendTo({ '/a': answer }, { path: '/a' });
    expect(response).toEqual({ code: 'http/redirect', message, hint: help, class: 'dependency' });
    expect(sent.length).toBe(count);
  });
});

describe('what is told and logged', () => {
  it('has one entry for every exchange, with bodies up to a limit', async () => {
    const answer = server.json({ access_token: 'new', text: secret });
    const { url } = await sendTo(
      { '/x': [server.redirect(307, '/y')], '/y': answer },
      { method: 'POST', path: '/x', query: { token: 't' }, data: { a: secret, b: 'é'.repeat(100) } },
      {},
      { loggedBodyBytes: 60 },
    );
    const requestBody = `{"a":"[redacted]","b":"${'é'.repeat(37)}…`;
    expect(exchanges.map((exchange) => ({ ...exchange, ms: 0 }))).toEqual([
      {
        method: 'POST',
        url: `${url}/x?token=[redacted]`,
        status: 307,
        ms: 0,
        tries: 1,
        requestBytes: 233,
        responseBytes: 0,
        requestBody,
      },
      {
        method: 'POST',
        url: `${url}/y`,
        status: 200,
        ms: 0,
        tries: 1,
        requestBytes: 233,
        responseBytes: 50,
        requestBody,
        responseBody: '{"access_token":"[redacted]","text":"[redacted]"}',
      },
    ]);
  });

  it('has no bodies unless asked for', async () => {
    const { url } = await sendTo({ '/x': server.json({ a: 1 }) }, { path: '/x' });
    expect(exchanges.map((exchange) => ({ ...exchange, ms: 0 }))).toEqual([
      { method: 'GET', url: `${url}/x`, status: 200, ms: 0, tries: 1, requestBytes: 0, responseBytes: 7 },
    ]);
  });
});

describe('an abort', () => {
  const reason = new Error('stopped by hand');

  it('ends a request that runs, with its reason', async () => {
    const stop = new AbortController();
    const answer: server.Answer = () => stop.abort(reason);
    await expect(sendTo({ '/x': answer }, { path: '/x' }, {}, { signal: stop.signal })).rejects.toBe(reason);
    expect(exchanges.map(({ error }) => error)).toEqual(['aborted']);
  });

  it('ends a wait', async () => {
    const stop = new AbortController();
    const answer: server.Answer = (response, request) => server.status(429)(response, request);
    const clock = {
      now: () => now,
      sleep: async (_: number, signal?: AbortSignal) => (stop.abort(reason), signal?.throwIfAborted()),
    };
    await expect(sendTo({ '/x': answer }, { path: '/x' }, {}, { signal: stop.signal, clock })).rejects.toBe(
      reason,
    );
  });

  it('before the start sends nothing', async () => {
    const base = () => Promise.reject(new Error('must not be called'));
    await expect(
      clientFor({}, { base, signal: AbortSignal.abort(reason) }).send({ path: '/x' }),
    ).rejects.toBe(reason);
  });
});
