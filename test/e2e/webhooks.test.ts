import { createHmac } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { startCli, type RunningCli } from '../support/cli.js';
import { testProject } from '../support/project.js';
import { json, startServer, status, type Answer } from '../support/server.js';

const connector = `parametersSchema: {type: object, properties: {signingSecret: {type: string, isSensitive: true}}}
auth:
  type: client-credentials
  inputSchema:
    type: object
    properties: {baseUri: {type: string}, account: {type: string}}
  makeApiClient:
    type: mapping
    mapping: {baseUri: {$var: connectionParameters.baseUri}}
`;

const form = `methods:
  subscribe:
    type: rest-api-mapping
    mapping:
      path: /hooks
      method: POST
      requestMapping: {data: {url: {$var: webhookUri}, secret: {$var: webhookSecret}}}
      responseMapping: {state: {id: {$var: response.data.id}}}
  unsubscribe:
    type: rest-api-mapping
    mapping: {path: '/hooks/{id}', method: DELETE, requestMapping: {pathParameters: {id: {$var: state.id}}}}
  handle:
    type: mapping
    mapping: {events: [{id: {$var: data.id}, payload: {$var: data}}]}
signature: {type: hmac, header: x-signature, secret: {$var: webhookSecret}}
`;

const message = `implementationType: global-webhook
methods:
  getEventSelector:
    type: mapping
    mapping: {globalWebhookKey: app, globalWebhookEventSelector: {$var: connectionParameters.account}}
`;

const app = `methods:
  handle:
    type: mapping
    mapping: {events: [{selector: {$var: data.account}, id: {$var: data.id}, payload: {$var: data}}]}
signature: {type: hmac, header: x-signature, secret: {$var: connectorParameters.signingSecret}}
`;

const flow = (event: string): string => `nodes:
  start:
    type: connector-event-trigger
    config: {eventKey: ${event}}
    links: [{key: out}]
  out: {type: transform-data, config: {output: {$var: input.start}}}
`;

const env = {
  MEMBRANE_SECRETS: 'file',
  MEMBRANE_SECRETS_KEY: Buffer.alloc(32).toString('base64'),
  MEMBRANE_PARAMETER_CRM_SIGNINGSECRET: 'signing-s3cret',
};

async function world(subscribe: Answer | readonly Answer[] = json({ id: 'h1' })) {
  const server = await startServer({ 'POST /hooks': subscribe, 'DELETE /hooks/h1': status(204) });
  onTestFinished(() => server.close());
  const project = await testProject({
    'membrane.yaml': '',
    'connectors/crm/spec.yaml': connector,
    'connectors/crm/events/form.yaml': form,
    'connectors/crm/events/message.yaml': message,
    'connectors/crm/global-webhooks/app.yaml': app,
    'flows/on-form.yaml': flow('form'),
    'flows/on-message.yaml': flow('message'),
  });
  const membrane = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await project.run(args, { env });
    if (code !== 0) throw new Error(`membrane ${args.join(' ')}: ${stderr}${stdout}`);
    return stdout;
  };
  const connect = (account: string, ...args: string[]): Promise<string> =>
    membrane(
      'connect',
      'crm',
      '--no-test',
      '--input',
      JSON.stringify({ baseUri: server.url, account }),
      ...args,
    );
  const watch = async (): Promise<RunningCli & { address: string }> => {
    const running = startCli(['watch', '--json', '--listen', '0'], {
      cwd: project.root,
      home: project.home,
      env,
      timeoutMs: 60_000,
    });
    onTestFinished(() => running.kill('SIGKILL'));
    await running.printed('"listening"');
    return { ...running, address: /"address":"([^"]+)"/.exec(running.output.stdout)?.[1] ?? '' };
  };
  /** Where the API was told to send to, each time that it was. */
  const told = (): { url: string; secret: string }[] =>
    server.requests
      .filter(({ method, path }) => method === 'POST' && path === '/hooks')
      .map(({ body }) => JSON.parse(body) as { url: string; secret: string });
  return { project, server, membrane, connect, watch, told };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => void setTimeout(resolve, 20));
}

async function send(url: string, secret: string, data: object): Promise<number> {
  const body = JSON.stringify(data);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-signature': signature };
  return (await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(5_000) })).status;
}

interface Listed {
  readonly data: readonly Record<string, unknown>[];
}

it(
  'starts a flow, takes the same delivery once, and is ended with the flow',
  { timeout: 60_000 },
  async () => {
    const { server, membrane, connect, watch, told } = await world();
    await connect('a1');
    await membrane('flow', 'enable', 'on-form', '--connection', 'crm');
    const running = await watch();
    await running.printed('"did":"registered"');
    const [{ url = '', secret = '' } = {}] = told();
    expect(await send(url, secret, { id: 'e1', email: 'jo@example.com' })).toBe(200);
    expect(await send(url, secret, { id: 'e1', email: 'jo@example.com', retry: true })).toBe(200);
    expect(await send(url, 'wrong', { id: 'e2' })).toBe(401);
    await running.printed('"state":"completed"');
    const listed = async (): Promise<Listed> =>
      JSON.parse(await membrane('event', 'webhooks', 'list', '--json')) as Listed;
    await until(async () => (await listed()).data.filter(({ state }) => state === 'done').length === 2);
    const events = JSON.parse(await membrane('event', 'list', '--json')) as Listed;
    expect(events.data.map(({ type, payload }) => [type, payload])).toEqual([
      ['connector-event', { id: 'e1', email: 'jo@example.com' }],
    ]);
    const subscription = await membrane('event', 'subscriptions', 'show', 'flow/on-form/start#crm', '--json');
    expect(subscription).toContain(url);
    expect(subscription).not.toContain(secret);
    await membrane('flow', 'disable', 'on-form', '--connection', 'crm');
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /hooks',
      'DELETE /hooks/h1',
    ]);
    await until(async () => (await send(url, secret, { id: 'e3' })) === 404);
    running.kill('SIGTERM');
    await running.ended;
  },
);

it('gives a global webhook to each tenant what is his', { timeout: 60_000 }, async () => {
  const { membrane, connect, watch } = await world();
  await membrane('tenant', 'create', 'acme');
  for (const [account, tenant] of [
    ['a1', 'local'],
    ['a2', 'acme'],
  ] as const) {
    await connect(account, '--tenant', tenant);
    await membrane('flow', 'enable', 'on-message', '--connection', 'crm', '--tenant', tenant);
  }
  const running = await watch();
  await until(() => running.output.stdout.split('"did":"registered"').length === 3);
  const url = `${running.address}/webhooks/global/crm/app`;
  for (const account of ['a2', 'a1', 'nobody'])
    expect(await send(url, 'signing-s3cret', { account, id: `of ${account}` })).toBe(200);
  await until(() => running.output.stdout.split('"state":"completed"').length === 3);
  for (const [account, tenant] of [
    ['a1', 'local'],
    ['a2', 'acme'],
  ] as const) {
    const events = JSON.parse(await membrane('event', 'list', '--json', '--tenant', tenant)) as Listed;
    expect(events.data.map(({ payload }) => payload)).toEqual([{ account, id: `of ${account}` }]);
  }
  running.kill('SIGTERM');
  await running.ended;
});

it(
  'killed while it subscribes, it uses the same address, and events stay the same',
  { timeout: 90_000 },
  async () => {
    let first: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => (first = resolve));
    // The API has stored it, and its answer never arrives.
    const { membrane, connect, watch, told } = await world([() => first?.(), json({ id: 'h1' })]);
    await connect('a1');
    await membrane('flow', 'enable', 'on-form', '--connection', 'crm');
    const killed = await watch();
    await asked;
    killed.kill('SIGKILL');
    await killed.ended;
    const running = await watch();
    await running.printed('"did":"registered"');
    const [before, after] = told();
    const place = ({ url = '' } = {}): string => new URL(url).pathname;
    expect([place(after), after?.secret]).toEqual([place(before), before?.secret]);
    // Both subscriptions of the API tell of it.
    const url = after?.url ?? '';
    expect(await send(url, before?.secret ?? '', { id: 'e1', of: 'first' })).toBe(200);
    expect(await send(url, after?.secret ?? '', { id: 'e1', of: 'second' })).toBe(200);
    await running.printed('"state":"completed"');
    await until(async () => {
      const { data } = JSON.parse(await membrane('event', 'webhooks', 'list', '--json')) as Listed;
      return data.filter(({ state }) => state === 'done').length === 2;
    });
    const events = JSON.parse(await membrane('event', 'list', '--json')) as Listed;
    expect(events.data.length).toBe(1);
    running.kill('SIGTERM');
    await running.ended;
  },
);
