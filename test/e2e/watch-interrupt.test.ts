import { expect, it, onTestFinished } from 'vitest';
import { startCli } from '../support/cli.js';
import { testProject } from '../support/project.js';
import { hang, json, startServer, status, type Routes } from '../support/server.js';
import { hasTerminal, openTerminal } from '../support/terminal.js';

const connector = `auth:
  type: client-credentials
  inputSchema:
    type: object
    properties: {baseUri: {type: string}, token: {type: string, isSensitive: true}}
  refreshCredentials:
    type: rest-api-mapping
    mapping:
      path: {$concat: [{$var: credentials.baseUri}, /token]}
      method: POST
      responseMapping: {token: {$var: response.data.token}}
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: credentials.baseUri}
      headers: {authorization: {$var: credentials.token}}
`;

const items = `methods:
  list:
    type: rest-api-mapping
    mapping: {path: /list, responseMapping: {records: {$var: response.data.records}}}
`;

const list = json({ records: [{ id: '1', fields: { n: 1 } }] });

/** An API of which one path does what is given, and the project that watches it. */
async function world(routes: Routes) {
  const server = await startServer({
    '/list': list,
    '/app/events/item': json({}),
    '/token': json({ token: 'second-token' }),
    ...routes,
  });
  onTestFinished(() => server.close());
  const project = await testProject({
    'membrane.yaml': `app: {baseUri: '${server.url}/app'}\nwatch: {firstRun: all}\n`,
    'connectors/shop/spec.yaml': connector,
    'connectors/shop/data/items/spec.yaml': items,
    'external-events/item.yaml': 'config: {type: data-record-created, dataSource: {collectionKey: items}}\n',
  });
  const env = { MEMBRANE_SECRETS: 'file' };
  const input = JSON.stringify({ baseUri: server.url, token: 'first-token' });
  const connected = await project.run(['connect', 'shop', '--no-test', '--input', input], { env });
  expect(connected).toMatchObject({ code: 0 });
  const asked = (path: string) =>
    expect.poll(() => server.requests.filter((one) => one.path === path).length, { timeout: 10_000 }).toBe(1);
  return {
    project,
    env,
    asked,
    start: () => startCli(['watch'], { cwd: project.root, home: project.home, env }),
    /** Ids of the events that the app was sent. */
    told: () =>
      server.requests
        .filter((one) => one.path === '/app/events/item')
        .map(({ body }) => (JSON.parse(body) as { id: string }).id),
  };
}

it.each([
  ['the API', '/list', [hang, list], 1],
  ['the app', '/app/events/item', [hang, json({})], 2],
])(
  'Ctrl-C ends a watch at once while %s hangs, and the next one goes on',
  async (_, path, answers, times) => {
    const { project, env, asked, start, told } = await world({ [path]: answers });
    const watcher = start();
    await asked(path);
    const pressed = performance.now();
    watcher.kill('SIGINT');
    const { code, stderr } = await watcher.ended;
    expect([code, stderr]).toEqual([130, 'stopped\n']);
    expect(performance.now() - pressed).toBeLessThan(3_000);
    const { stdout } = await project.run(['event', 'subscriptions', 'list', '--json'], { env });
    const [subscription] = (JSON.parse(stdout) as { data: { failures: number; dead: number }[] }).data;
    expect(subscription).toMatchObject({ failures: 0, dead: 0 }); // it was not the fault of anybody
    expect((await project.run(['watch', '--once'], { env })).code).toBe(0);
    expect([told().length, new Set(told()).size]).toEqual([times, 1]);
  },
);

it.skipIf(!hasTerminal)('the second Ctrl-C does not wait for a refresh that hangs', async () => {
  const { project, env, asked } = await world({ '/list': status(401, {}), '/token': hang });
  const terminal = openTerminal(project, ['watch'], env);
  await asked('/token');
  terminal.type('\u0003');
  const first = await Promise.race([
    terminal.ended,
    new Promise((resolve) => void setTimeout(() => resolve('it waits'), 1_000)),
  ]);
  expect(first).toBe('it waits');
  const pressed = performance.now();
  terminal.type('\u0003');
  await terminal.ended;
  expect(performance.now() - pressed).toBeLessThan(2_000);
});
