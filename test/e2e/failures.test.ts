import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { binFile, runCli } from '../support/cli.js';
import { testProject, type TestProject } from '../support/project.js';
import {
  drop,
  half,
  html,
  huge,
  json,
  redirect,
  startServer,
  status,
  text,
  type Answer,
  type ServerOptions,
  type TestServer,
} from '../support/server.js';

const apiKey = 'key-5f1c9a';
const ada = json({ id: '1', name: 'Ada' });
const shownAda = '{\n  "id": "1",\n  "name": "Ada"\n}\n';
const broken = status(500, { message: 'the disk is full' });

/** Where the YAML of the action is shown, and what to do. */
const frame = (action: string, help: string) => `  --> actions/${action}.yaml:3:3
   |
 3 |   request:
   |   ^^^^^^^
   = help: ${help}
`;
const retry = (method: string, reason: string, seconds = '0.0') =>
  `${method} http://$HOST/things: ${reason}; trying again in ${seconds} s\n`;

describe('an API that does not do as it should', () => {
  it('refuses the key', async () => {
    const { run, server } = await shop([status(401, { message: 'this key was revoked' })]);
    expect(await run('get')).toEqual({
      code: 4,
      stdout: '',
      stderr: `error[auth/rejected]: the API does not accept the credentials, it answered 401 to "GET /things": this key was revoked
${frame('get', 'check the variables MEMBRANE_SECRET_SHOP_APIKEY, MEMBRANE_SECRET_SHOP_BASEURI')}`,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('refuses the key of a connection that was made by hand', async () => {
    const { project, server } = await shop([ada, status(401)]);
    const env = { MEMBRANE_SECRETS: 'file' };
    const input = JSON.stringify({ apiKey, baseUri: server.url });
    await project.run(['connect', 'shop', '--input', '-'], { env, input });
    const { code, stderr } = await project.run(['action', 'run', 'get'], { env });
    expect([code, stderr]).toEqual([
      4,
      `error[auth/rejected]: the API does not accept the credentials, it answered 401 to "GET /things"
${frame('get', 'connect it again: membrane connect shop --key shop --reconnect')}`,
    ]);
  });

  it('sends a page instead of JSON', async () => {
    const { run } = await shop([html()]);
    const help =
      'the base address or path is probably wrong, or a login page answered; for pages that are meant, send the header "accept: text/html"';
    expect(await run('get')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error[http/not-json]: "$HOST" answered with an HTML page instead of JSON
${frame('get', help)}`,
    });
  });

  it('sends half of its JSON', async () => {
    const { run } = await shop([text('{"id": "1", "na', { 'content-type': 'application/json' })]);
    expect(await run('get')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error[http/not-json]: the JSON of the response of "$HOST" is truncated: it ends after 15 characters
${frame('get', 'try again; if it stays, the server or a proxy cuts its responses')}`,
    });
  });

  it('breaks off: what is read is asked for again, what is written never', async () => {
    const { run } = await shop([half, drop, ada]);
    const [cut, gone] = [
      'closed the connection in the middle of its response',
      'closed the connection without a response',
    ];
    expect(await run('get')).toEqual({
      code: 0,
      stdout: shownAda,
      stderr: retry('GET', `"$HOST" ${cut}`) + retry('GET', `"$HOST" ${gone}`),
    });
    const written = await shop([half, ada]);
    expect(await written.run('post')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error[http/unreachable]: "$HOST" ${cut}
${frame('post', 'the API may have done it all the same, so it was not sent again: look before you run it again')}`,
    });
    expect(written.server.requests).toHaveLength(1);
  });

  it('has nothing to say: 204 is success without output', async () => {
    const { run } = await shop([status(204)]);
    expect(await run('post')).toEqual({ code: 0, stdout: '', stderr: '' });
    const asJson = JSON.parse((await run('post', '--json')).stdout) as { ok: boolean; data: object };
    expect([asJson.ok, { ...asJson.data, id: 'ID' }]).toEqual([true, { id: 'ID', output: null }]);
  });

  it.each([
    ['with a length', true],
    ['without one', false],
  ])('sends 100 MB %s', async (_, length) => {
    const { run } = await shop([huge(100 * 2 ** 20, { length })]);
    const help =
      'ask for less (a filter, a smaller page), or raise limits.responseMegabytes in membrane.yaml';
    expect(await run('get')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error[http/too-large]: the response of "$HOST" is larger than 50 MB
${frame('get', help)}`,
    });
  });
});

describe('429', () => {
  it.each([
    ['seconds', () => '1', '1.0'],
    ['a fraction of a second', () => '0.1', '0.1'],
    ['a time that is over', () => new Date(Date.now() - 5_000).toUTCString(), '0.0'],
    ['nonsense', () => 'soon', '0.0'],
    ['nothing', () => undefined, '0.0'],
  ])('with %s is waited for, also by POST', async (_, after, seconds) => {
    const value = after();
    const { run, server } = await shop([
      status(429, {}, value === undefined ? {} : { 'retry-after': value }),
      ada,
    ]);
    expect(await run('post')).toEqual({
      code: 0,
      stdout: shownAda,
      stderr: retry('POST', 'status 429', seconds),
    });
    expect(server.requests.map(({ body }) => body)).toEqual(['{"name":"Ada"}', '{"name":"Ada"}']);
  });

  it('with a date is waited for', async () => {
    const soon: Answer = (response, request) =>
      status(429, {}, { 'retry-after': new Date(Date.now() + 2_000).toUTCString() })(response, request);
    const { run } = await shop([soon, ada]);
    const { code, stdout, stderr } = await run('get');
    expect([code, stdout]).toEqual([0, shownAda]);
    expect(stderr).toMatch(/^GET http:\/\/\$HOST\/things: status 429; trying again in [12]\.\d s\n$/);
  });

  it('with a time that nobody would wait ends at once, and says it', async () => {
    const { run, server } = await shop([status(429, {}, { 'retry-after': '86400' })]);
    const help = 'wait before you run it again, or ask for less at a time; the API asks to wait 86400 s';
    expect(await run('get')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error[http/rate-limit]: the API answered 429 to "GET /things"
${frame('get', help)}`,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('again and again ends after four tries', async () => {
    const { run } = await shop([status(429)]);
    expect(await run('get')).toEqual({
      code: 1,
      stdout: '',
      stderr: `${retry('GET', 'status 429').repeat(3)}error[http/rate-limit]: the API answered 429 to "GET /things"
${frame('get', 'wait before you run it again, or ask for less at a time; it was tried 4 times')}`,
    });
  });
});

describe('500', () => {
  it('on GET is tried again, and may pass', async () => {
    const { run } = await shop([broken, ada]);
    expect(await run('get')).toEqual({ code: 0, stdout: shownAda, stderr: retry('GET', 'status 500') });
  });

  it('on GET that stays is an error', async () => {
    const { run, server } = await shop([broken]);
    expect(await run('get')).toEqual({
      code: 1,
      stdout: '',
      stderr: `${retry('GET', 'status 500').repeat(3)}error[http/status]: the API answered 500 to "GET /things": the disk is full
${frame('get', 'the fault is on the side of the API; try again later; it was tried 4 times')}`,
    });
    expect(server.requests).toHaveLength(4);
  });

  it('on POST is sent once', async () => {
    const { run, server } = await shop([broken, ada]);
    expect(await run('post')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error[http/status]: the API answered 500 to "POST /things": the disk is full
${frame('post', 'the API may have done it all the same, so it was not sent again: look before you run it again')}`,
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a redirect to another origin', () => {
  it('gets no credentials', async () => {
    const other = await elsewhere(ada);
    const { run, server } = await shop([redirect(302, `${other.url}/there`)]);
    expect(await run('get')).toEqual({ code: 0, stdout: shownAda, stderr: '' });
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${apiKey}`]);
    expect(JSON.stringify(other.requests)).not.toMatch(new RegExp(`${apiKey}|x-team|authorization`));
    expect(other.requests).toHaveLength(1);
  });

  it('that wants credentials is named', async () => {
    const other = await elsewhere(status(401));
    const { run } = await shop([redirect(302, `${other.url}/there`)]);
    const { code, stderr } = await run('get');
    const help = `a redirect led to "${other.host}", which gets no credentials; check the base address`;
    expect([code, stderr]).toEqual([
      1,
      `error[http/status]: the API answered 401 to "GET /there"\n${frame('get', help)}`,
    ]);
  });

  it('that takes the data along is said', async () => {
    const other = await elsewhere(ada);
    const { run } = await shop([redirect(307, `${other.url}/there`)]);
    expect(await run('post')).toEqual({
      code: 0,
      stdout: shownAda,
      stderr: `a redirect of "$HOST" sent the data of the request on to "${other.host}"\n`,
    });
    expect(JSON.stringify(other.requests)).not.toMatch(new RegExp(apiKey));
  });
});

describe('a host that cannot be reached', () => {
  it('because nobody listens', async () => {
    const { run } = await shop([], { baseUri: `http://127.0.0.1:${await freePort()}` });
    const refused = '"$HOST" refuses connections';
    const help =
      'check that the server is running, and the host and port in the base address; it was tried 4 times';
    expect(await run('get')).toEqual({
      code: 1,
      stdout: '',
      stderr: `${retry('GET', refused).repeat(3)}error[http/unreachable]: ${refused}\n${frame('get', help)}`,
    });
  });

  it.each([
    [
      'expired',
      'its certificate has expired',
      'the owner of the server has to renew it; check the clock of this machine too',
    ],
    [
      'localhost',
      'its certificate is self-signed',
      'if you trust it, put the certificate of its authority into a file and set NODE_EXTRA_CA_CERTS=FILE',
    ],
  ] as const)('because its certificate is %s', async (tls, says, help) => {
    const { run } = await shop([ada], { tls });
    const { code, stdout, stderr } = await run('get');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`error[http/tls]: no secure connection to "$HOST": ${says}\n${frame('get', help)}`);
  });

  it('because it does not speak TLS', async () => {
    const server = await elsewhere(ada);
    const { run } = await shop([], { baseUri: server.url.replace('http:', 'https:') });
    const help =
      'check the port, or write http:// instead of https:// if the server is meant to be without TLS';
    const { code, stderr } = await run('get');
    expect([code, stderr]).toEqual([
      1,
      `error[http/tls]: no secure connection to "$HOST": the server does not speak TLS on this port\n${frame('get', help)}`,
    ]);
  });
});

interface Shop {
  readonly project: TestProject;
  readonly server: TestServer;
  /** Runs an action, `get` or `post`; the address of the API is written as $HOST. */
  run(action: string, ...more: string[]): Promise<{ code: unknown; stdout: string; stderr: string }>;
}

/** A project with two actions, whose connection comes from the environment, and an API that answers so. */
async function shop(
  answers: readonly Answer[],
  { baseUri, ...options }: ServerOptions & { baseUri?: string } = {},
): Promise<Shop> {
  const server = await startServer({ '/things': answers }, options);
  onTestFinished(() => server.close());
  const project = await testProject(files);
  const address = baseUri ?? server.url;
  const env = {
    MEMBRANE_SECRETS: 'env',
    MEMBRANE_SECRET_SHOP_APIKEY: apiKey,
    MEMBRANE_SECRET_SHOP_BASEURI: address,
  };
  const run: Shop['run'] = async (action, ...more) => {
    const { code, stdout, stderr } = await project.run(['action', 'run', action, ...more], { env });
    return { code, stdout, stderr: stderr.replaceAll(new URL(address).host, '$HOST') };
  };
  return { project, server, run };
}

/** Waits are short: the times that an API asks for are kept, up to two and a half seconds. */
const files = {
  'membrane.yaml': '',
  'connectors/shop/spec.yaml': `
auth:
  type: client-credentials
  inputSchema:
    type: object
    properties:
      apiKey: {type: string, isSensitive: true}
      baseUri: {type: string}
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: $.credentials.baseUri}
      headers:
        Authorization: {$tpl: {template: 'Bearer {key}', values: {key: {$var: $.credentials.apiKey}}}}
        X-Team: red
      retry: {baseMs: 1, maxWaitMs: 2500}
  test:
    type: rest-api-mapping
    mapping: {path: /things, method: GET}
`,
  'actions/get.yaml': `type: api-request-to-external-app
config:
  request:
    path: /things
    method: GET
`,
  'actions/post.yaml': `type: api-request-to-external-app
config:
  request:
    path: /things
    method: POST
    data:
      name: Ada
`,
};

async function elsewhere(answer: Answer): Promise<TestServer> {
  const server = await startServer({ '/there': answer, '/things': answer });
  onTestFinished(() => server.close());
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(process.platform !== 'linux')('an output that cannot be written', () => {
  it.each([[[]], [['--json']]])('is one line: %j', async (options) => {
    const project = await testProject({ 'membrane.yaml': '' });
    const command = ['sh', '-c', 'exec "$0" "$@" >/dev/full', process.execPath, binFile];
    const { code, stdout, stderr } = await runCli(['formula', 'eval', '1', ...options], {
      cwd: project.root,
      command,
    });
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error[output/failed]: the output cannot be written: there is no room left\n' +
        '   = help: make room, or write it elsewhere\n',
    });
  });
});
