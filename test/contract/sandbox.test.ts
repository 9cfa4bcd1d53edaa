import { beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/adapters/sandbox-quickjs.js';
import { MembraneError } from '../../src/core/error.js';
import type { JsonObject } from '../../src/core/json.js';
import type { ApiClient, ClientRequest, ClientResponse } from '../../src/core/kind.js';
import type { FetchRequest, LogLine, Sandbox, SandboxCall } from '../../src/core/sandbox.js';
import { fakeClock } from '../support/memory-ports.js';

const clock = fakeClock();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({ clock, memoryBytes: 16 * 1024 * 1024 });
});

type Given = Partial<Omit<SandboxCall, 'code' | 'argument'>>;

const limits = { cpuMs: 10_000, resultBytes: 1024 * 1024 };

function run(code: string, argument: JsonObject = {}, given: Given = {}) {
  return sandbox.run({
    code,
    name: 'list',
    argument,
    clients: {},
    fetch: () => Promise.reject(new Error('no request was expected')),
    log: () => undefined,
    limits,
    signal: new AbortController().signal,
    ...given,
  });
}

/** The error as text: code, message, and where in the code. */
async function failure(code: string, given: Given = {}, argument: JsonObject = {}): Promise<string> {
  const error = await run(code, argument, given).then(
    (value) => new Error(`it gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason as Error,
  );
  if (!(error instanceof MembraneError)) throw error;
  const { line, column } = error.data ?? {};
  expect(error.class).toBe('custom_code');
  return `${error.code}: ${error.message}${line === undefined ? '' : ` @${String(line)}:${String(column)}`}`;
}

function answering(
  answer: (request: ClientRequest) => ClientResponse,
): ApiClient & { sent: ClientRequest[] } {
  const sent: ClientRequest[] = [];
  return {
    sent,
    async send(request) {
      sent.push(request);
      return answer(request);
    },
    pages: () => {
      throw new Error('no list was expected');
    },
  };
}

describe('forms', () => {
  it.each([
    ['export default', 'export default ({ a }) => ({ b: a + 1 })'],
    ['export default, async', 'export default async function ({ a }) { await null; return { b: a + 1 }; }'],
    [
      'a named export',
      'export async function list({ a }) { return { b: a + 1 }; }\nexport function other() {}',
    ],
    ['the only export', 'export const whatever = ({ a }) => ({ b: a + 1 });'],
    ['exports.NAME', 'exports.list = ({ a }) => ({ b: a + 1 }); exports.other = () => 1;'],
    ['exports.default', 'exports.default = ({ a }) => ({ b: a + 1 });'],
    ['module.exports', 'module.exports = async ({ a }) => ({ b: a + 1 });'],
    ['module.exports with the name', 'module.exports = { list: ({ a }) => ({ b: a + 1 }), other() {} };'],
    [
      'TypeScript',
      'interface In { a: number }\nexport default async ({ a }: In): Promise<{ b: number }> => ({ b: (a as number) + 1 });',
    ],
  ])('%s', async (_, code) => {
    expect(await run(code, { a: 1 })).toEqual({ b: 2 });
  });

  it('gives nothing for undefined, and keeps integers beyond 2^53', async () => {
    expect(await run('export default () => undefined')).toBe(undefined);
    expect(await run('export default () => ({ at: new Date(0), none: undefined, list: [1, null] })')).toEqual(
      {
        at: '1970-01-01T00:00:00.000Z',
        list: [1, null],
      },
    );
  });

  it('says where a syntax error is', async () => {
    expect(await sandbox.check('export default ({ a }) => {\n  return a +* 1;\n}', 'list.js')).toEqual({
      message: "unexpected token in expression: '*'",
      at: { line: 2, column: 13 },
    });
    expect(
      await sandbox.check('export default function (a: string) {\n  return a +* 1;\n}', 'list.ts'),
    ).toEqual({
      message: 'Unexpected token',
      at: { line: 2, column: 13 },
    });
    expect(await sandbox.check('export default (a: string) => a')).toBe(undefined);
    expect(await sandbox.check('export default (a: string) => {\n  return a +* 1;\n}')).toEqual({
      message: 'Unexpected token',
      at: { line: 2, column: 13 },
    });
    expect(await sandbox.check('const x = 1;\nimport { y } from "lodash";\nexport default () => y')).toEqual({
      message: '"lodash" cannot be imported: all code of a function is in one file',
      at: { line: 2, column: 19 },
    });
    expect(await failure('export default (', { file: '/x/list.js' })).toBe(
      "javascript/syntax: the code cannot be read: unexpected token in expression: '' @1:17",
    );
  });

  it('says what is not exported', async () => {
    expect(await failure('const list = () => 1;')).toBe('javascript/export: the code exports no function');
    expect(await failure('export const a = () => 1; export const b = () => 2;')).toBe(
      'javascript/export: the code exports 2 functions, none of them as default or as "list"',
    );
  });
});

describe('errors of the code', () => {
  it.each([
    [
      'an error',
      'export default () => {\n  throw new Error("no luck");\n}',
      'javascript/error: the code threw "no luck" @2:18',
    ],
    [
      'a kind of error, later',
      'export default async () => {\n  await null;\n  null.x;\n}',
      'javascript/error: the code threw "TypeError: cannot read property \'x\' of null" @3:7',
    ],
    ['a text', 'export default () => { throw "no luck"; }', 'javascript/error: the code threw "no luck"'],
    ['an object', 'export default () => { throw { a: 1 }; }', 'javascript/error: the code threw "{"a":1}"'],
    ['nothing', 'export default () => { throw undefined; }', 'javascript/error: the code threw "undefined"'],
    [
      'TypeScript',
      'type A = {\n  b: string;\n};\nexport default (a: A, b: A) => {\n  const c: A = a; throw new Error("no");\n};',
      'javascript/error: the code threw "no" @5:34',
    ],
  ])('%s', async (_, code, expected) => {
    expect(await failure(code)).toBe(expected);
  });

  it('come with a short stack', async () => {
    const code =
      'const down = (n) => {\n  if (n === 0) throw new Error("deep");\n  down(n - 1);\n};\nexport default () => down(9);';
    const error = await run(code).catch((reason: MembraneError) => reason);
    expect((error as MembraneError).data).toEqual({
      line: 2,
      column: 31,
      stack: ['down (2:31)', 'down (3:7)', 'down (3:7)', 'down (3:7)', 'down (3:7)'],
    });
  });
});

describe('what comes out', () => {
  it.each([
    ['a function', '() => () => 1', 'the result is a function'],
    ['a function inside', '() => ({ a: { b() {} } })', '"b" in the result is a function'],
    ['a symbol', '() => Symbol("a")', 'the result is a symbol'],
    ['a big integer', '() => ({ id: 10n })', '"id" in the result is a bigint'],
    ['a map', '() => ({ m: new Map([[1, 2]]) })', '"m" in the result is a Map'],
    ['a set', '() => new Set()', 'the result is a Set'],
    ['bytes', '() => ({ b: new Uint8Array(3) })', '"b" in the result is bytes'],
    [
      'a circle',
      '() => { const a = {}; a.a = a; return a; }',
      '"a" in the result is the object that holds it',
    ],
    ['a promise inside', '() => ({ p: Promise.resolve(1) })', '"p" in the result is a Promise'],
  ])('%s is no JSON', async (_, code, expected) => {
    expect(await failure(`export default ${code}`)).toBe(`javascript/result: ${expected}`);
  });

  it('is limited', async () => {
    expect(await failure('export default () => "x".repeat(2_000_000)')).toBe(
      'javascript/result: the result is larger than 1 MB',
    );
  });

  it('is the same object twice, which is no circle', async () => {
    expect(await run('export default () => { const a = { b: 1 }; return [a, a]; }')).toEqual([
      { b: 1 },
      { b: 1 },
    ]);
  });

  it('changes nothing outside through __proto__', async () => {
    const result = (await run(
      'export default () => JSON.parse(\'{"__proto__": {"polluted": true}}\')',
    )) as object;
    expect(Object.keys(result)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });
});

describe('limits', () => {
  const short = { limits: { ...limits, cpuMs: 100 } };
  const slow = 'javascript/timeout: the code computed for more than 0.1 s';

  it.each([
    ['an endless loop', 'export default () => {\n  while (true) {}\n}', `${slow} @1:16`],
    ['one behind an await', 'export default async () => { await null; for (;;) {} }', `${slow} @1:30`],
    ['endless microtasks', 'export default async () => { for (;;) await null; }', slow],
    [
      'promises without end',
      'export default () => { const next = () => Promise.resolve().then(next); return next(); }',
      slow,
    ],
    ['a regular expression', 'export default () => /^(a+)+$/.test("a".repeat(50) + "b")', `${slow} @1:36`],
    [
      'one that catches everything',
      'export default () => { for (;;) { try { for (;;) {} } catch {} } }',
      `${slow} @1:16`,
    ],
    ['a getter of an error', 'export default () => { throw { get message() { for (;;) {} } }; }', slow],
  ])('stop %s', async (_, code, expected) => {
    // where there is no loop, it depends on the moment whether QuickJS knows the place
    const said = await failure(code, short);
    expect(expected === slow ? said.replace(/ @[\d:]+$/, '') : said).toBe(expected);
    expect(await run('export default () => 1')).toBe(1);
  });

  it('stop what is built in and looks at no clock', async () => {
    expect(
      await failure('export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)', short),
    ).toBe(slow);
    expect(await run('export default () => 1')).toBe(1);
  });

  it.each([
    [
      'endless memory',
      'export default () => { const all = []; for (;;) all.push(new Array(10_000).fill(1)); }',
    ],
    ['a huge text', 'export default () => "x".repeat(2 ** 29)'],
    ['a text that doubles', 'export default () => { let text = "x"; for (;;) text += text; }'],
    ['huge bytes', 'export default () => new Uint8Array(2 ** 30)'],
  ])('stop %s', async (_, code) => {
    expect((await failure(code)).replace(/ @.*/, '')).toBe(
      'javascript/memory: the code needs more memory than it may have',
    );
    expect(await run('export default () => 1')).toBe(1);
  });

  it.each([
    ['endless recursion', 'export default function f() { return f() + 1; }'],
    ['deep JSON', 'export default () => JSON.parse("[".repeat(1e6))'],
    [
      'a deep result',
      'export default () => { let a = {}; for (let i = 0; i < 1e4; i += 1) a = { a }; return a; }',
    ],
  ])('stop %s', async (_, code) => {
    expect((await failure(code)).replace(/ @.*/, '')).toBe(
      'javascript/stack: the code calls itself too deeply',
    );
    expect(await run('export default () => 1')).toBe(1);
  });

  it('tell waiting from computing', async () => {
    const result = run(
      'export default async () => { await new Promise((go) => setTimeout(go, 60_000)); return 1; }',
      {},
      short,
    );
    while (clock.sleepers() === 0) await new Promise((go) => void setImmediate(go));
    await clock.move(60_000);
    expect(await result).toBe(1);
  });

  it('see what nobody will resolve', async () => {
    expect(await failure('export default () => new Promise(() => {})')).toBe(
      'javascript/stuck: the code waits for a promise that nothing will resolve',
    );
  });

  it('end with the signal', async () => {
    const controller = new AbortController();
    const result = run(
      'export default () => new Promise((go) => setTimeout(go, 1000))',
      {},
      { signal: controller.signal },
    );
    while (clock.sleepers() === 0) await new Promise((go) => void setImmediate(go));
    controller.abort(new Error('ended'));
    await expect(result).rejects.toThrow('ended');
    expect(clock.sleepers()).toBe(0);
  });
});

describe('walls', () => {
  it.each([
    ['process.env', "'process' is not defined"],
    ['require("fs")', "'require' is not defined"],
    ['globalThis.process.exit()', "cannot read property 'exit' of undefined"],
    ['Deno.readFile', "'Deno' is not defined"],
    ['new XMLHttpRequest()', "'XMLHttpRequest' is not defined"],
    ['(() => {}).constructor("return process")()', "'process' is not defined"],
    ['(async () => {}).constructor("return this.process.env")()', "cannot read property 'env' of undefined"],
    ['WebAssembly.compile', "'WebAssembly' is not defined"],
  ])('%s', async (code, expected) => {
    const said = await failure(`export default () => ${code}`);
    expect(said.replace(/ @.*|javascript\/error: the code threw |(Reference|Type)Error: |"/g, '')).toBe(
      expected,
    );
  });

  it('keep modules out', async () => {
    expect((await failure('export default () => import("node:fs")')).replace(/ @.*/, '')).toBe(
      'javascript/error: the code threw ""node:fs" cannot be imported: all code of a function is in one file"',
    );
  });

  it('keep runs apart: no global, prototype or module variable of one is seen by the next', async () => {
    const code = `let count = 0;
      export default ({ secret }) => {
        const seen = [count, globalThis.kept ?? null, [].kept ?? null, JSON.kept ?? null];
        count += 1;
        globalThis.kept = Array.prototype.kept = JSON.kept = secret;
        Promise.prototype.then = Object.prototype.toString = JSON.stringify = () => secret;
        return seen;
      }`;
    for (const secret of ['first', 'second', 'third']) {
      expect(await run(code, { secret })).toEqual([0, null, null, null]);
    }
  });

  it('give each run random numbers of its own', async () => {
    const draw = () => run('export default () => [Math.random(), crypto.randomUUID()]');
    const [one, other] = [await draw(), await draw()];
    expect(one).not.toEqual(other);
  });
});

describe('clients', () => {
  const ok = (data: unknown): ClientResponse => ({ status: 200, headers: { etag: 'a' }, data });

  it('send what the methods say', async () => {
    const client = answering(() => ok({ id: 1 }));
    const code = `export default async ({ apiClient: api }) => [
      await api.get('/a', { q: 1 }),
      await api.get('/a', undefined, { headers: { x: 'y' } }),
      await api.post('/b', { c: [1] }),
      await api.put('/c', 'text', { query: { d: 2 } }),
      await api.patch('/d', new Uint8Array([1, 2])),
      await api.delete('/e'),
      await api.makeApiRequest({ path: '/f', method: 'post', data: {}, pathParameters: { g: 1 }, returnFullResponse: true }),
    ]`;
    const full = { status: 200, statusCode: 200, headers: { etag: 'a' }, data: { id: 1 } };
    expect(await run(code, {}, { clients: { apiClient: client } })).toEqual([
      ...Array(6).fill({ id: 1 }),
      full,
    ]);
    expect(client.sent).toEqual([
      { path: '/a', method: 'GET', headers: {}, query: { q: 1 } },
      { path: '/a', method: 'GET', headers: { x: 'y' } },
      { path: '/b', method: 'POST', headers: {}, data: { c: [1] } },
      { path: '/c', method: 'PUT', headers: {}, query: { d: 2 }, data: 'text' },
      { path: '/d', method: 'PATCH', headers: {}, data: Buffer.from([1, 2]) },
      { path: '/e', method: 'DELETE', headers: {} },
      { path: '/f', method: 'POST', headers: {}, pathParameters: { g: 1 }, data: {} },
    ]);
  });

  it('give texts and bytes where these are wanted', async () => {
    const client = answering(({ responseType }) => ok(responseType === 'base64' ? 'AQI=' : '{"a":1}'));
    const code = `export default async ({ apiClient }) => [
      await apiClient.get('/a', {}, { responseType: 'text' }),
      [...new Uint8Array(await apiClient.get('/b', {}, { responseType: 'arraybuffer' }))],
    ]`;
    expect(await run(code, {}, { clients: { apiClient: client } })).toEqual(['{"a":1}', [1, 2]]);
  });

  const notFound = new MembraneError('http/status', 'the API answered 404', {
    class: 'bad_request',
    key: 'not_found',
    data: { status: 404 },
  });
  const failing = {
    clients: {
      apiClient: answering(() => {
        throw notFound;
      }),
    },
  };

  it('fail with errors that can be caught', async () => {
    const code = `export default async ({ apiClient }) => {
      try { await apiClient.get('/a'); } catch (error) {
        const { name, message, code, key, status, data } = error;
        return { is: error instanceof Error, name, message, code, class: error.class, key, status, data };
      }
    }`;
    expect(await run(code, {}, failing)).toEqual({
      is: true,
      name: 'MembraneError',
      message: 'the API answered 404',
      code: 'http/status',
      class: 'bad_request',
      key: 'not_found',
      status: 404,
      data: { status: 404 },
    });
  });

  it('fail with what it is when nobody catches it', async () => {
    const caught = await run('export default ({ apiClient }) => apiClient.get("/a")', {}, failing).catch(
      (error: unknown) => error,
    );
    expect(caught).toBe(notFound);
    const wrapped =
      'export default ({ apiClient }) => apiClient.get("/a").catch(() => { throw new Error("mine"); })';
    expect(await failure(wrapped, failing)).toBe('javascript/error: the code threw "mine" @1:84');
  });

  it('answer many requests at once', async () => {
    const client = answering(({ path }) => ok(path));
    const code = `export default ({ apiClient }) => Promise.all([1, 2, 3].map((n) => apiClient.get('/' + n)))`;
    const runs = [1, 2, 3, 4, 5, 6].map(() => run(code, {}, { clients: { apiClient: client } }));
    expect(await Promise.all(runs)).toEqual(Array(6).fill(['/1', '/2', '/3']));
  });
});

describe('the Web', () => {
  it('has fetch', async () => {
    const asked: FetchRequest[] = [];
    const code = `export default async () => {
      const response = await fetch('https://api.test/a', { method: 'post', headers: { 'X-A': 'b' }, body: JSON.stringify({ c: 1 }) });
      const again = await fetch(new URL('/b?x=1', 'https://api.test'));
      const { status, ok, url } = response;
      return [status, ok, url, response.headers.get('Content-Type'), await response.json(), await again.text(), (await again.arrayBuffer()).byteLength];
    }`;
    const result = await run(
      code,
      {},
      {
        fetch: async (request) => {
          asked.push(request);
          const body = Buffer.from('{"id":12345678901234567890,"n":"é"}');
          return { url: request.url, status: 201, headers: { 'content-type': 'application/json' }, body };
        },
      },
    );
    expect(result).toEqual([
      201,
      true,
      'https://api.test/a',
      'application/json',
      { id: '12345678901234567890', n: 'é' },
      '{"id":12345678901234567890,"n":"é"}',
      36,
    ]);
    expect(asked).toEqual([
      { url: 'https://api.test/a', method: 'POST', headers: { 'x-a': 'b' }, body: '{"c":1}' },
      { url: 'https://api.test/b?x=1', method: 'GET', headers: {}, body: undefined },
    ]);
  });

  it('has addresses, bytes, hashes and copies', async () => {
    const code = `export default () => {
      const url = new URL('/a b?c=1', 'https://u:p@api.test:8080/x');
      url.searchParams.append('d', 'é &');
      url.hash = 'top';
      const params = new URLSearchParams({ a: '1', b: 'x y' });
      return {
        url: String(url), host: url.host, bad: URL.canParse('no'), params: String(params), all: [...params],
        base64: btoa('hi') + atob('aGk='),
        utf8: [...new TextEncoder().encode('é€😀')], text: new TextDecoder().decode(new Uint8Array([195, 169, 255, 240, 159, 152, 128])),
        hash: crypto.createHash('sha256').update('a').digest('hex'),
        hmac: crypto.createHmac('sha256', 'key').update('a').digest('base64'),
        clone: structuredClone({ a: [new Date(0)], b: 1 }),
        random: crypto.getRandomValues(new Uint8Array(4)).length,
      };
    }`;
    expect(await run(code)).toEqual({
      url: 'https://u:p@api.test:8080/a%20b?c=1&d=%C3%A9+%26#top',
      host: 'api.test:8080',
      bad: false,
      params: 'a=1&b=x+y',
      all: [
        ['a', '1'],
        ['b', 'x y'],
      ],
      base64: 'aGk=hi',
      utf8: [195, 169, 226, 130, 172, 240, 159, 152, 128],
      text: 'é\uFFFD😀',
      hash: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
      hmac: 'eAw9tM495bnlWBb7qY9ZBjHZbAdScbJpdiONX0REIZs=',
      clone: { a: ['1970-01-01T00:00:00.000Z'], b: 1 },
      random: 4,
    });
  });

  it('has a console, which is limited', async () => {
    const lines: LogLine[] = [];
    const log = (line: LogLine) => void lines.push(line);
    await run(
      'export default () => { console.log("a", 1, { b: 2 }, new Error("c")); console.warn(undefined); }',
      {},
      { log },
    );
    expect(lines).toEqual([
      { level: 'log', text: 'a 1 {"b":2} Error: c' },
      { level: 'warn', text: 'undefined' },
    ]);
    lines.length = 0;
    await run(
      'export default () => { for (let i = 0; i < 5000; i += 1) console.log("x".repeat(20_000)); }',
      {},
      { log },
    );
    expect(lines.length).toBe(28);
    expect(lines.at(-1)).toEqual({
      level: 'warn',
      text: 'the code logs too much: further lines are left out',
    });
  });
});
