import { describe, expect, it, onTestFinished } from 'vitest';
import { testProject } from '../support/project.js';
import {
  half,
  html,
  huge,
  json,
  redirect,
  startServer,
  status,
  text,
  type Answer,
  type Received,
  type ServerOptions,
} from '../support/server.js';

const broken = status(500, { message: 'it broke' });
it('probe', async () => {
  const show = async (name: string, args: string[], ...a: Parameters<typeof world>) => {
    const { run, server } = await world(...a);
    const r = await run(args);
    console.log(`== ${name} ${r.code} ${Math.round(r.ms)} ms, ${server.requests.length} requests\n${r.stdout.slice(0, 200)}${r.stderr}`);
  };
  const get = ['action', 'run', 'get'], post = ['action', 'run', 'post'];
  await show('401', get, [status(401, { message: 'wrong key' })]);
  await show('tls', get, [json({})], { tls: 'expired' });
  await show('html', get, [html()]);
  await show('trunc', get, [text('{"id": "1", "na', { 'content-type': 'application/json' })]);
  await show('half', get, [half]);
  await show('half post', post, [half]);
  await show('204', get, [status(204)]);
  await show('204 json', ['action', 'run', 'get', '--json'], [status(204)]);
  for (const after of ['0.1', '1', new Date(Date.now() + 3000).toUTCString(), new Date(Date.now() - 3000).toUTCString(), 'soon', '86400'])
    await show(`429 ${after}`, post, [status(429, {}, { 'retry-after': after }), json({ id: 1 })]);
  await show('429 always', get, [status(429, {}, { 'retry-after': '0.01' })]);
  await show('500 get', get, [broken]);
  await show('500 get once', get, [broken, json({ id: 1 })]);
  await show('500 post', post, [broken, json({})]);
  await show('huge', get, [huge(100 * 2 ** 20, { length: true })]);
  await show('huge2', get, [huge(100 * 2 ** 20, { length: false })]);
  const other = await startServer({ '/there': (r, q) => json(q.headers)(r, q) });
  await show('redir', get, [redirect(302, `${other.url}/there`)]);
  await other.close();
}, 60000);

async function world(answers: readonly Answer[], options: ServerOptions = {}) {
  const server = await startServer({ '/things': answers }, options);
  onTestFinished(() => server.close());
  const project = await testProject({
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
      retry: {baseMs: 1, maxWaitMs: 1500}
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
    data: {name: Ada}
`,
  });
  const env = {
    MEMBRANE_SECRETS: 'env',
    MEMBRANE_SECRET_SHOP_APIKEY: 'demo-key',
    MEMBRANE_SECRET_SHOP_BASEURI: server.url,
  };
  return { server, project, run: (args: readonly string[], more: Record<string,string> = {}) => project.run(args, { env: { ...env, ...more } }) };
}
