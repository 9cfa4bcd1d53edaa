import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMembrane, runTests, type TestReport } from '../../../src/membrane.js';
import {
  json,
  startServer,
  status,
  text,
  type Answer,
  type Routes,
  type TestServer,
} from '../../support/server.js';
import { outcomes, project } from './world.js';

const env = { MEMBRANE_SECRETS: 'file' };
const apiKey = 'sk-live/12345678+abc';

/** A project with a real connection to a real server, and a test with a tape. */
async function world(tests: string, routes: Routes, more: Readonly<Record<string, string>> = {}) {
  const server = await startServer(routes);
  onTestFinished(() => server.close());
  const made = await project({ 'actions/create.test.yaml': tests, ...more });
  const membrane = await openMembrane({ cwd: made.root, env });
  await membrane.connections.connect({
    integration: 'crm',
    skipTest: true,
    input: { apiKey, baseUri: server.url },
  });
  await membrane.close();
  const record = (how: 'missing' | 'all' = 'missing') => runTests({ cwd: made.root, env, record: how });
  const replay = () => runTests({ cwd: made.root });
  const tape = async (name = 'create'): Promise<string> =>
    masked(await readFile(made.path(`actions/${name}.tape.yaml`), 'utf8'), server);
  return { ...made, server, record, replay, tape };
}

function masked(tape: string, { url }: TestServer): string {
  return tape.replaceAll(url, '$SERVER').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME');
}

const tapes = ({ results }: TestReport) => results.map(({ tape }) => tape?.state);

const oneTest = 'tests:\n  - {name: one, input: {name: Ada}, tape: create.tape.yaml}\n';

let count = 0;
const created: Answer = (response, request) => {
  count += 1;
  const now = new Date().toISOString();
  const headers = { date: now, etag: `"${count}"`, 'x-request-id': `r${count}`, 'x-total': '1' };
  return json({ id: String(count), name: 'Ada', createdAt: now, said: request.body }, headers)(
    response,
    request,
  );
};

describe('a recording', () => {
  it('is a tape that plays without the server, and gives the same', async () => {
    const { server, record, replay, tape } = await world(oneTest, {
      'POST /contacts': json({ id: '7', name: 'Ada' }),
    });
    const recorded = await record();
    expect([outcomes(recorded), tapes(recorded)]).toEqual([[{ name: 'one', state: 'passed' }], ['recorded']]);
    expect(await tape()).toBe(`# Written by "membrane test --record"; recorded again with --update.
connection:
  integration: crm
  parameters:
    apiKey: redacted
    baseUri: $SERVER
exchanges:
  - request:
      body:
        name: Ada
      headers:
        content-type: application/json
        x-source: web
      method: POST
      url: $SERVER/contacts?account=redacted
    response:
      body:
        id: "7"
        name: Ada
      headers:
        content-type: application/json
output:
  id: "7"
  name: Ada
time: TIME
`);
    await server.close();
    expect(outcomes(await replay())).toEqual([{ name: 'one', state: 'passed' }]);
    expect(server.requests.length).toBe(1);
  });

  it('is kept: what is there is not recorded, unless it is asked for', async () => {
    const { server, record } = await world(oneTest, { 'POST /contacts': json({ id: '7', name: 'Ada' }) });
    await record();
    expect(tapes(await record())).toEqual([undefined]);
    expect(server.requests.length).toBe(1);
    expect(tapes(await record('all'))).toEqual(['unchanged']);
    expect(server.requests.length).toBe(2);
  });

  it('again is the same tape, where only what is volatile differs', async () => {
    const tests = 'tests:\n  - {name: one, input: {name: Ada}, tape: create.tape.yaml, volatile: [id]}\n';
    const { record, tape, read } = await world(tests, { 'POST /contacts': created });
    await record();
    const first = await read('actions/create.tape.yaml');
    await new Promise((resolve) => void setTimeout(resolve, 1100)); // the server has a clock of its own
    expect(tapes(await record('all'))).toEqual(['unchanged']);
    expect(await read('actions/create.tape.yaml')).toBe(first);
    expect((await tape()).split('response:\n')[1]).toBe(`      body:
        createdAt: TIME
        id: "1001"
        name: Ada
        said: '{"name":"Ada"}'
      headers:
        content-type: application/json
        x-total: "1"
output:
  id: "1001"
  name: Ada
time: TIME
`);
  });

  it('leaves what the test itself gives, also in a field that differs', async () => {
    const tests = 'tests: [{name: seven, input: {id: "7"}, tape: look.tape.yaml, volatile: [id]}]\n';
    const { record, replay, server } = await world(
      'tests: [{name: no, skip: none}]\n',
      { '/contacts/7': json({ id: '7', name: 'Ada' }) },
      { 'actions/look.test.yaml': tests },
    );
    const passed = { name: 'seven', state: 'passed' };
    expect(outcomes(await record())[1]).toEqual(passed);
    await server.close();
    expect(outcomes(await replay())[1]).toEqual(passed);
  });

  it('again shows what has changed', async () => {
    const answers = [json({ id: '7', name: 'Ada' }), json({ id: '7', name: 'Ada L.' })];
    const { record } = await world(oneTest, { 'POST /contacts': answers });
    await record();
    const { results } = await record('all');
    const { state, before = '', after = '' } = results[0]?.tape ?? {};
    const gone = before.split('\n').filter((line) => !after.split('\n').includes(line));
    const come = after.split('\n').filter((line) => !before.split('\n').includes(line));
    expect([state, gone, come]).toEqual([
      'changed',
      ['        name: Ada', '  name: Ada'].slice(1),
      ['        name: Ada L.', '  name: Ada L.'],
    ]);
  });

  it('follows one request to the next, also by an id that differs each time', async () => {
    const actions = {
      'actions/both.yaml': `type: run-javascript
config:
  code: |
    export default async ({ externalApiClient }) => {
      const { id } = await externalApiClient.post('/contacts', { at: Date.now(), random: Math.random() })
      return externalApiClient.get('/contacts/' + id)
    }
`,
      'actions/both.test.yaml':
        'tests: [{name: both, connection: {integration: crm}, tape: both.tape.yaml, volatile: [id]}]\n',
    };
    const routes = { 'POST /contacts': created, ...Object.fromEntries(ids(20)) };
    const { record, replay, server } = await world('tests: [{name: no, skip: none}]\n', routes, actions);
    expect(outcomes(await record())).toEqual([
      { name: 'both', state: 'passed' },
      { name: 'no', state: 'skipped', reason: 'none' },
    ]);
    expect(tapes(await record('all')).filter((state) => state !== undefined)).toEqual(['changed']); // other numbers
    await server.close();
    expect(outcomes(await replay())[0]).toEqual({ name: 'both', state: 'passed' });
  });

  it('of a flow has the requests of all its nodes, and ids of its run as one', async () => {
    const files = {
      'flows/two.yaml': `nodes:
  start: {type: api-trigger, links: [{key: add}]}
  add:
    type: api-request-to-external-app
    config:
      request: {path: /contacts, method: POST, data: {run: {$var: flowRun.id}, at: {$var: flowRun.startTime}}}
      idempotency: {in: header, name: idempotency-key}
    links: [{key: read}]
  read:
    type: api-request-to-external-app
    config: {request: {path: '/contacts/{id}', method: GET, pathParameters: {id: {$var: input.add.id}}}}
`,
      'flows/two.test.yaml': 'tests: [{name: two, tape: two.tape.yaml, volatile: [id]}]\n',
    };
    const routes = { 'POST /contacts': created, ...Object.fromEntries(ids(20)) };
    const { record, replay, server, read } = await world('tests: [{name: no, skip: none}]\n', routes, files);
    const skipped = { name: 'no', state: 'skipped', reason: 'none' };
    expect(outcomes(await record())).toEqual([skipped, { name: 'two', state: 'passed' }]);
    const first = await read('flows/two.tape.yaml');
    expect(first.split('\n').filter((line) => /idempotency|run:/.test(line))).toEqual([
      '        run: ID',
      '        idempotency-key: ID/start:0/add:0.0',
    ]);
    expect(tapes(await record('all')).filter((state) => state !== undefined)).toEqual(['unchanged']);
    const keys = server.requests.flatMap(({ headers }) => headers['idempotency-key'] ?? []);
    expect(new Set(keys).size).toBe(2); // to the API they were two requests
    await server.close();
    expect(outcomes(await replay())).toEqual([skipped, { name: 'two', state: 'passed' }]);
  });

  it('is not made of a run that fails, unless the test wants it', async () => {
    const tests = `tests:
  - {name: fails, input: {name: Ada}, tape: create.tape.yaml}
  - {name: is to fail, input: {name: Ada}, tape: create.fails.tape.yaml, error: {key: not_found}}
`;
    const { record, replay, read } = await world(tests, {});
    const message =
      '"fails" failed while it was recorded: the API answered 404 to "POST /contacts": no such path';
    expect(outcomes(await record())).toEqual([
      {
        name: 'fails',
        state: 'failed',
        failures: [{ what: 'tape', code: 'tape/failed', message, at: 'create.test.yaml:2:12' }],
      },
      { name: 'is to fail', state: 'passed' },
    ]);
    await expect(read('actions/create.tape.yaml')).rejects.toThrow('ENOENT');
    const [unplayed] = (await replay()).results;
    expect(unplayed?.failures.map(({ code }) => code)).toEqual(['tape/missing']);
  });

  it('is refused where bytes hold a secret that cannot be cut out', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0]), Buffer.from(apiKey)]);
    const packed = (body: Uint8Array): Answer => text(body, { 'content-type': 'application/octet-stream' });
    const { record, read } = await world(
      'element: action/look\ntests: [{name: bytes, input: {id: x}, tape: look.tape.yaml}]\n',
      { '/contacts/x': [packed(bytes), packed(gzipSync('harmless'))] },
    );
    const where = 'response 1 (GET http://127.0.0.1:PORT/contacts/x?account=redacted)';
    const [result] = outcomes(await record()) as [{ failures: { code: string; message: string }[] }];
    expect(result.failures[0]?.code).toBe('tape/secret');
    expect(result.failures[0]?.message.replace(/:\d+\//, ':PORT/')).toBe(
      `the tape of "bytes" would hold a secret in ${where}`,
    );
    await expect(read('actions/look.tape.yaml')).rejects.toThrow('ENOENT');
    expect(tapes(await record())).toEqual(['recorded']);
  });
});

describe('a tape', () => {
  it('fails a request that is not on it, and one that is no longer sent, with what differs', async () => {
    const { record, replay, write } = await world(oneTest, {
      'POST /contacts': json({ id: '7', name: 'Ada' }),
    });
    await record();
    await write(
      'actions/create.yaml',
      `type: api-request-to-external-app
config: {request: {path: /contacts, method: POST, headers: {x-source: web}, data: {fullName: {$var: input.name}}}}
`,
    );
    const [result] = outcomes(await replay()) as [
      { failures: { message: string; expected: object; actual: object }[] },
    ];
    const [failure] = result.failures;
    expect([failure?.message, failure?.expected, failure?.actual].map(portless)).toEqual([
      'nobody answers "POST /contacts?account=redacted"',
      {
        body: { name: 'Ada' },
        headers: { 'content-type': 'application/json', 'x-source': 'web' },
        method: 'POST',
        url: 'http://127.0.0.1/contacts?account=redacted',
      },
      {
        body: { fullName: 'Ada' },
        headers: { 'content-type': 'application/json', 'x-source': 'web' },
        method: 'POST',
        url: 'http://127.0.0.1/contacts?account=redacted',
      },
    ]);
    await write(
      'actions/create.yaml',
      'type: run-javascript\nconfig: {code: \'export default () => ({id: "7", name: "Ada"})\'}\n',
    );
    const [silent] = outcomes(await replay()) as [{ failures: { message: string }[] }];
    expect(silent.failures.map(({ message }) => message)).toEqual([
      '"POST /contacts?account=redacted" is on the tape, and was not sent',
    ]);
  });

  it('that somebody broke is pointed at', async () => {
    const { record, replay, write, root } = await world(oneTest, { 'POST /contacts': json({ id: '7' }) });
    await record();
    await write('actions/create.tape.yaml', 'time: 2030-01-01T00:00:00Z\nexchange: []\n');
    await expect(replay()).rejects.toMatchObject({
      code: 'project/errors',
      diagnostics: [
        { code: 'schema/unknown-field', span: { file: `${root}/actions/create.tape.yaml`, line: 2 } },
      ],
    });
  });
});

function ids(until: number): [string, Answer][] {
  return Array.from({ length: until }, (_, id) => [`/contacts/${id}`, json({ id, seen: true })]);
}

function portless(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1')) as unknown;
}

describe('a recording in which tokens are made new', () => {
  it('holds neither the old ones nor the new ones, and plays', async () => {
    const connector = `name: CRM
auth:
  type: oauth2
  inputSchema: {type: object, properties: {baseUri: {type: string}, apiKey: {type: string}}}
  getOAuthConfig:
    type: mapping
    mapping:
      grantType: client_credentials
      clientId: app
      clientSecret: app-secret-12345
      tokenUri: {$tpl: {template: '{base}/token', values: {base: {$var: connectionParameters.baseUri}}}}
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: connectionParameters.baseUri}
      headers: {authorization: {$tpl: {template: 'Bearer {token}', values: {token: {$var: credentials.access_token}}}}}
`;
    const tokens: string[] = [];
    const issue: Answer = (response, request) => {
      tokens.push(`tok-${tokens.length}-${crypto.randomUUID()}`);
      return json({ access_token: tokens.at(-1), expires_in: 3600, token_type: 'bearer' })(response, request);
    };
    const asked: Answer = (response, request) => {
      const { authorization = '' } = request.headers;
      const refused = String(authorization).endsWith(tokens[0] ?? '');
      const said = { saw: authorization, packed: Buffer.from(String(authorization)).toString('base64') };
      return refused ? status(401, said)(response, request) : json(said)(response, request);
    };
    const test = 'element: action/look\ntests: [{name: one, input: {id: x}, tape: look.tape.yaml}]\n';
    const routes = { 'POST /token': issue, '/contacts/x': asked };
    const { record, replay, read, server } = await world(test, routes, {
      'connectors/crm/spec.yaml': connector,
    });
    expect(outcomes(await record())).toEqual([{ name: 'one', state: 'passed' }]);
    expect(tokens.length).toBe(2);
    const tape = await read('actions/look.tape.yaml');
    for (const secret of [...tokens, 'app-secret-12345']) {
      const forms = [secret, ...[0, 1, 2].map((shift) => inBase64(secret, shift))];
      expect(forms.filter((form) => tape.includes(form))).toEqual([]);
    }
    expect([...tape.matchAll(/^ +(?:method|status): .*$/gm)].map(([line]) => line.trim())).toEqual([
      'method: GET',
      'status: 401',
      'method: POST',
      'method: GET',
    ]);
    await server.close();
    expect(outcomes(await replay())).toEqual([{ name: 'one', state: 'passed' }]);
  });
});

/** What stands in base64 where the text begins at one of the three places that there are. */
function inBase64(secret: string, shift: number): string {
  const text = Buffer.from(`${'x'.repeat(shift)}${secret}`).toString('base64');
  return text.slice(4, -4);
}
