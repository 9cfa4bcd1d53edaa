import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Row } from '../../src/core/ports.js';
import { startCli, type RunningCli } from '../support/cli.js';
import { testProject } from '../support/project.js';
import { json, startServer, type Received } from '../support/server.js';

const connector = `auth:
  type: client-credentials
  inputSchema:
    type: object
    properties: {baseUri: {type: string}}
  makeApiClient:
    type: mapping
    mapping: {baseUri: {$var: connectionParameters.baseUri}}
`;

/** The API is told where to send, and signs with the secret that it is given. */
const form = `name: Form submitted
methods:
  subscribe:
    type: rest-api-mapping
    mapping:
      path: /hooks
      method: post
      requestMapping: {data: {url: {$var: webhookUri}, secret: {$var: webhookSecret}}}
      responseMapping: {state: {id: {$var: response.data.id}}}
  handle:
    type: mapping
    mapping: {events: [{id: {$var: data.id}, payload: {id: {$var: data.id}}}]}
signature:
  type: hmac
  header: x-signature
  timestampHeader: x-time
  content: '{timestamp}.{body}'
  secret: {$var: webhookSecret}
`;

async function world() {
  const delivered = (request: Received): string => (JSON.parse(request.body) as { id: string }).id;
  const server = await startServer({
    'POST /hooks': json({ id: 'h1' }),
    'POST /app/events/form': json({}),
  });
  onTestFinished(() => server.close());
  const project = await testProject({
    'membrane.yaml': `app: {baseUri: '${server.url}/app'}\nwatch: {listen: 0}\n`,
    'connectors/crm/spec.yaml': connector,
    'connectors/crm/events/form/spec.yaml': form,
    'external-events/form.yaml': 'config: {type: connector-event, eventKey: form}\n',
    'internal-events/changed.yaml':
      'schema: {type: object, properties: {email: {type: string}}, required: [email]}\n',
  });
  const env = { MEMBRANE_SECRETS: 'file', MEMBRANE_SECRETS_KEY: Buffer.alloc(32).toString('base64') };
  const input = JSON.stringify({ baseUri: server.url });
  const connected = await project.run(['connect', 'crm', '--no-test', '--input', input], { env });
  expect(connected).toMatchObject({ code: 0 });
  const watch = async (...args: string[]): Promise<RunningCli & { address: string }> => {
    const running = startCli(['watch', '--json', ...args], {
      cwd: project.root,
      home: project.home,
      env,
      timeoutMs: 60_000,
    });
    onTestFinished(() => running.kill('SIGKILL'));
    await running.printed('"listening"');
    const address = /"address":"([^"]+)"/.exec(running.output.stdout)?.[1] ?? '';
    return { ...running, address };
  };
  const rows = async (drawer: string): Promise<Row[]> => {
    const store = await openSqliteStore({
      file: project.path('.membrane/state.db'),
      synchronous: 'normal',
      clock: systemClock,
    });
    onTestFinished(() => store.close());
    return store.drawer(drawer).list({ order: 'oldest', limit: 10_000 });
  };
  return {
    project,
    env,
    watch,
    rows,
    delivered: () => server.requests.filter(({ path }) => path === '/app/events/form').map(delivered),
    /** Waits until the API was told where to send to. */
    subscribe: async (running: RunningCli): Promise<{ url: string; secret: string }> => {
      await running.printed('"did":"registered"');
      const { body } = server.requests.find(({ path }) => path === '/hooks') ?? { body: '{}' };
      return JSON.parse(body) as { url: string; secret: string };
    },
  };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => void setTimeout(resolve, 20));
}

/** What the API sends; `at` is its time. */
function webhook(
  id: string,
  secret: string,
  at = Date.now(),
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify({ id });
  const time = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return { body, headers: { 'x-time': time, 'x-signature': signature } };
}

const post = async (url: string, { body, headers }: { body: string; headers: Record<string, string> }) =>
  (await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(5_000) })).status;

/** A connection that says `text` and waits. Resolves with what comes back when `ends`, otherwise when it is there. */
async function say(address: string, text: string, ends: boolean): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connectTo(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let answer = '';
  socket
    .on('error', () => undefined)
    .setEncoding('utf8')
    .on('data', (chunk: string) => (answer += chunk));
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  socket.write(text);
  if (ends) await once(socket, 'close');
  return answer.split('\r\n')[0] ?? '';
}

it('refuses what is wrong, and goes on with what is right', { timeout: 60_000 }, async () => {
  const { watch, subscribe, delivered, rows } = await world();
  const running = await watch();
  const { url, secret } = await subscribe(running);
  const { address } = running;
  const path = new URL(url).pathname;
  expect(url).toBe(`${address}${path}`);

  expect(await post(url, webhook('first', secret))).toBe(200);
  const silent = Promise.all(Array.from({ length: 1_000 }, () => say(address, '', false)));
  const slow = say(address, `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{`, false);
  const long = `content-length: ${10 * 1024 * 1024}\r\n\r\n${'x'.repeat(100_000)}`;
  const bad = await Promise.all([
    post(url, webhook('wrong', `${secret}!`)),
    post(url, webhook('old', secret, Date.now() - 600_000)),
    post(`${url}x`, webhook('unknown', secret)),
    post(url, { ...webhook('other', secret), body: '{"id":"tampered"}' }),
    post(url, { body: '{"id":', headers: {} }),
    post(`${address}/webhooks/app-events/changed`, { body: '{"email"', headers: {} }),
    say(address, `POST ${path} HTTP/1.1\r\nhost: x\r\n${long}`, true),
    say(address, 'hello\r\n\r\n', true),
  ]);
  const good = webhook('second', secret);
  expect(await post(url, good)).toBe(200);
  await Promise.all([silent, slow]);
  expect([await post(url, good), await post(url, webhook('third', secret))]).toEqual([200, 200]);
  expect(bad).toEqual([
    401,
    401,
    404,
    401,
    401,
    400,
    'HTTP/1.1 413 Payload Too Large',
    'HTTP/1.1 400 Bad Request',
  ]);

  await until(() => delivered().length >= 3);
  running.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(delivered()).toEqual(['first', 'second', 'third']);
  const log = (await rows('webhook-refused'))
    .filter(({ state }) => state === 'refused')
    .map(({ data }) => data['error']);
  const whys = (log as { message: string }[]).map(({ message }) => message);
  expect([...new Set(whys)].filter((why) => why !== 'too many connections').sort()).toEqual([
    'it is no HTTP request',
    'nothing is at this path',
    'the body is longer than 1048576 bytes',
    'the events are not as they should be',
    'the header "x-signature" is missing',
    'the signature is not right',
    expect.stringMatching(/^the time of the request is 60\d s ago, and 300 s are allowed$/),
  ]);
  expect(JSON.stringify(log)).not.toContain(secret);
});

it('loses nothing that it has said yes to when it is killed', { timeout: 60_000 }, async () => {
  const { watch, subscribe, delivered, rows } = await world();
  let running = await watch();
  const { url, secret } = await subscribe(running);
  const { port } = new URL(url);
  const accepted: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const ids = Array.from({ length: 10 }, (_, index) => `${round}-${index}`);
    const sent = ids.map(async (id) => {
      const status = await post(url, webhook(id, secret)).catch(() => 0);
      running.kill('SIGKILL');
      if (status === 200) accepted.push(id);
    });
    await Promise.all([...sent, running.ended]);
    running = await watch('--listen', port);
  }
  expect(accepted.length).toBeGreaterThanOrEqual(3);
  await until(() => accepted.every((id) => delivered().includes(id)));
  running.kill('SIGINT');
  await running.ended;
  const events = [...(await rows('event')), ...(await rows('event-pending'))];
  const made = events.map(({ data }) => (data['payload'] as { id: string }).id);
  expect(made.length).toBe(new Set(made).size);
  expect((await rows('webhook-pending')).length).toBe(0);
});

it('ends with a line that helps when the port is taken', async () => {
  const { project, env, watch } = await world();
  const { address } = await watch();
  const { port } = new URL(address);
  const second = await project.run(['watch', '--listen', port], { env });
  expect({ ...second, ms: 0 }).toEqual({
    code: 1,
    stdout: '',
    stderr: `error[webhook/port]: port ${port} of "127.0.0.1" is taken
   = help: end the program that uses it (another "membrane watch" may listen there), or choose another port: membrane watch --listen 8081
`,
    ms: 0,
  });
  const wrong = await project.run(['watch', '--listen', 'here'], { env });
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    `error[usage/argument]: "here" is no place to listen at
   = help: give a port, or a host and a port: --listen 8080, --listen 0.0.0.0:8080
`,
  ]);
});
