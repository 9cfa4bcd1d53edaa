import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { testProject } from '../support/project.js';
import { json, startServer, status, type Answer, type Received } from '../support/server.js';
import { filesWith, formsOf, runAll } from './vault.js';

/** A secret with all that encodings change, and a middle by which every form of it is found. */
const secret = (name: string): string => `${name}-"${randomBytes(6).toString('hex')}"/1?2+3=4&5\\6 ~`;

const secrets = {
  clientSecret: secret('cs'),
  first: secret('at1'),
  refresh: secret('rt1'),
  second: secret('at2'),
  rotated: secret('rt2'),
};

/** A provider and an API that repeat everything they know, wherever there is room for a text. */
function talkative(): Record<string, Answer> {
  // what was issued last; nobody can know a token that is still to come
  let [access, refresh] = [secrets.first, secrets.refresh];
  const known = () => [secrets.clientSecret, access, refresh];
  const [basic, plain] = [Buffer.from(`id:${secrets.clientSecret}`).toString('base64'), secrets.clientSecret];
  const echo = (request: Received) => ({
    ...request,
    known: known(),
    [access]: refresh,
    basic,
    plain,
  });
  const headers = () => ({
    'x-echo': encodeURIComponent(access),
    'set-cookie': `s=${encodeURIComponent(plain)}`,
  });
  let grants = 0;
  return {
    'POST /token': (response, request) => {
      grants += 1;
      const fields = new URLSearchParams(request.body);
      if (fields.get('grant_type') === 'refresh_token' && grants > 2) {
        const body = {
          error: 'invalid_grant',
          error_description: `${known().join(' ')} ${request.body} ${basic}`,
        };
        return status(400, body, headers())(response, request);
      }
      if (grants > 1) [access, refresh] = [secrets.second, secrets.rotated];
      const tokens = { access_token: access, refresh_token: refresh, expires_in: 3600, token_type: 'bearer' };
      return json({ ...tokens, note: secrets.clientSecret }, headers())(response, request);
    },
    'POST /revoke': (response, request) => status(500, echo(request), headers())(response, request),
    '/me': json({ id: 'me' }),
    '/echo': (response, request) => json(echo(request), headers())(response, request),
    '/fail': (response, request) =>
      status(
        400,
        { message: `no account: ${known().join(' ')}`, ...echo(request) },
        headers(),
      )(response, request),
    '/html': (response) => {
      response.writeHead(500, { 'content-type': 'text/html' }).end(`<h1>${known().join('<br>')}</h1>`);
    },
    '/away': (response) => {
      response.writeHead(302, { location: `http://127.0.0.1:1/?t=${encodeURIComponent(access)}` }).end();
    },
  };
}

const files = (url: string) => ({
  'membrane.yaml': 'secrets: file\n',
  'connectors/vault/spec.yaml': `
parametersSchema:
  type: object
  properties: {clientId: {type: string}, clientSecret: {type: string, isSensitive: true}}
  required: [clientId, clientSecret]
auth:
  type: oauth2
  getOAuthConfig:
    type: mapping
    mapping:
      grantType: client_credentials
      clientId: {$var: connectorParameters.clientId}
      clientSecret: {$var: connectorParameters.clientSecret}
      tokenUri: ${url}/token
      revocationUri: ${url}/revoke
  makeApiClient:
    type: mapping
    mapping:
      baseUri: ${url}
      headers: {authorization: {$concat: ['Bearer ', {$jsonata: '$encodeUrlComponent(credentials.access_token)'}]}}
      query: {token: {$var: credentials.access_token}}
      retry: {baseMs: 1}
  test: {type: rest-api-mapping, mapping: {path: /me}}
`,
  'connectors/vault/operations/tell/spec.yaml': 'run: {implementationType: javascript}\n',
  'connectors/vault/operations/tell/run.js': `
export default async ({ credentials, connectorParameters, apiClient, input }) => {
  console.log('credentials', credentials, JSON.stringify(credentials), connectorParameters.clientSecret);
  console.error(btoa(credentials.refresh_token));
  if (input.how === 'throw') throw new Error('no luck with ' + credentials.access_token);
  if (input.how === 'object') throw { credentials };
  if (input.how === 'fetch') await fetch('http://127.0.0.1:1/' + encodeURIComponent(credentials.refresh_token));
  return { credentials, answer: await apiClient.get('/echo') };
};
`,
  ...Object.fromEntries(
    ['echo', 'fail', 'html', 'away'].map((name) => [
      `actions/${name}.yaml`,
      `type: api-request-to-external-app\nconfig:\n  request: {path: /${name}, method: GET}\n`,
    ]),
  ),
});

const walk: readonly (readonly string[])[] = [
  ['action', 'run', 'echo'],
  ['action', 'run', 'fail'],
  ['action', 'run', 'html'],
  ['action', 'run', 'away'],
  ['operation', 'run', 'tell'],
  ...['throw', 'object', 'fetch'].map((how) => ['operation', 'run', 'tell', '--set', `how=${how}`]),
  ['request', 'vault', 'GET', '/echo'],
  ['request', 'vault', 'GET', '/fail'],
  ['connection', 'show', 'vault'],
  ['connection', 'refresh', 'vault'],
  ['connection', 'test', 'vault'],
  ['connection', 'list'],
  ['integration', 'show', 'vault'],
  ['connection', 'export'],
  ['logs', '--limit', '100'],
  ['doctor'],
  ['connection', 'delete', 'vault', '--yes'],
];

it('no secret of OAuth is printed, logged or stored in the clear, whatever repeats it', async () => {
  const server = await startServer(talkative());
  onTestFinished(() => server.close());
  const project = await testProject(files(server.url));
  const parameters = JSON.stringify({ clientId: 'id', clientSecret: secrets.clientSecret });
  const { results, seen } = await runAll(project, [
    { args: ['integration', 'configure', 'vault', '--input', '-'], input: parameters },
    { args: ['connect', 'vault'], input: '' },
    ...walk,
    ...walk.map((args) => [...args, '--json']),
    ['connection', 'delete', 'vault', '--yes', '--force'],
  ]);
  expect(results.slice(0, 2).map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, expect.any(String)],
    [0, expect.any(String)],
  ]);
  // a walk in which everything fails would prove nothing
  const codes = results
    .slice(2, 2 + walk.length)
    .map(({ code }, index) => `${walk[index]!.join(' ')}: ${code}`);
  expect(codes).toEqual([
    'action run echo: 0',
    'action run fail: 1',
    'action run html: 1',
    'action run away: 1',
    'operation run tell: 0',
    'operation run tell --set how=throw: 1',
    'operation run tell --set how=object: 1',
    'operation run tell --set how=fetch: 1',
    'request vault GET /echo: 0',
    'request vault GET /fail: 1',
    'connection show vault: 0',
    'connection refresh vault: 0',
    'connection test vault: 0',
    'connection list: 0',
    'integration show vault: 0',
    'connection export: 0',
    'logs --limit 100: 0',
    'doctor: 0',
    'connection delete vault --yes: 4',
  ]);
  const runs = await project.run(['logs', '--json', '--limit', '200'], {});
  const { data } = JSON.parse(runs.stdout) as { data: { id: string }[] };
  const shown = await runAll(
    project,
    data.slice(0, 15).map(({ id }) => ['logs', 'show', id]),
  );
  const printed = [...results, runs, ...shown.results].map(({ stdout, stderr }) => stdout + stderr);
  const found = Object.entries(secrets).flatMap(([name, value]) => [
    ...printed.flatMap((text) =>
      formsOf(value)
        .filter((form) => text.includes(form))
        .map((form) => `${name} printed: ${at(text, form)}`),
    ),
    ...(formsOf(value).some((form) => seen.includes(form)) ? [`${name} in arguments`] : []),
    ...filesWith(value, path.dirname(project.root)).map((file) => `${name} in ${file}`),
  ]);
  expect(found).toEqual([]);
}, 120_000);

/** What stands around it, for whoever has to mend it. */
function at(text: string, form: string): string {
  const start = text.indexOf(form);
  return text.slice(Math.max(0, start - 80), start + 20);
}
