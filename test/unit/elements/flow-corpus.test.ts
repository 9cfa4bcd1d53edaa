import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { openMembrane } from '../../../src/membrane.js';
import { repository } from '../../support/cli.js';
import {
  fakeClock,
  memoryConnections,
  memorySecrets,
  memoryStore,
  memoryTenants,
} from '../../support/memory-ports.js';
import { testProject } from '../../support/project.js';
import { json, startServer, type Answer, type Received } from '../../support/server.js';

const corpus = path.resolve(repository, '../shared/corpus/sync-example');
const plurals = { user: 'users', file: 'files', email: 'emails' } as const;

const connector = (url: string, integration: string) => `auth:
  type: client-credentials
  makeApiClient: {type: mapping, mapping: {baseUri: '${url}/${integration}'}}
`;

/** A collection of anything, over a plain REST API. */
const collection = (key: string) => `methods:
  findById:
    type: rest-api-mapping
    mapping:
      path: /${key}/{id}
      method: get
      requestMapping: {pathParameters: {id: {$var: id}}}
      responseMapping: {record: {id: {$var: response.data.id}, fields: {$var: response.data}}}
  create:
    type: rest-api-mapping
    mapping: {path: /${key}, method: post, requestMapping: {data: {$var: fields}}, responseMapping: {id: {$var: response.data.id}}}
  update:
    type: rest-api-mapping
    mapping:
      path: /${key}/{id}
      method: put
      requestMapping: {pathParameters: {id: {$var: id}}, data: {$var: fields}}
      responseMapping: {id: {$var: response.data.id}}
  delete:
    type: rest-api-mapping
    mapping: {path: '/${key}/{id}', method: delete, requestMapping: {pathParameters: {id: {$var: id}}}}
`;

/** The integrations of the export that have a collection for what is synchronised, with its key. */
function sources(): { integration: string; plural: string; singular: string; collectionKey: string }[] {
  return readdirSync(path.join(corpus, 'integrations')).flatMap((integration) =>
    Object.entries(plurals).flatMap(([singular, plural]) => {
      const file = path.join(corpus, 'integrations', integration, 'data-sources', plural, 'spec.yaml');
      const key = existsSync(file)
        ? (parse(readFileSync(file, 'utf8')) as { collectionKey?: string }).collectionKey
        : '';
      return key === undefined || key === '' ? [] : [{ integration, plural, singular, collectionKey: key }];
    }),
  );
}

it(
  'the flows of a real export run, both ways, for each of its integrations',
  { timeout: 120_000 },
  async () => {
    const seen: Received[] = [];
    const answer: Answer = (response, request) => {
      seen.push(request);
      // One of the apps has a list of addresses.
      const email = request.path.startsWith('/sugarcrm/')
        ? [{ email_address: 'ada@example.com' }]
        : 'ada@example.com';
      void json({ id: 'r1', firstName: 'Ada', lastName: 'Byron', email })(response, request);
    };
    const server = await startServer(
      new Proxy(
        {},
        { get: () => answer, getOwnPropertyDescriptor: () => ({ configurable: true, value: answer }) },
      ),
    );
    onTestFinished(() => server.close());
    const { root } = await testProject({ 'membrane.yaml': `app: {baseUri: '${server.url}/app'}\n` });
    await cp(corpus, root, { recursive: true });
    for (const { integration, collectionKey } of sources()) {
      const folder = path.join(root, 'connectors', integration);
      await mkdir(path.join(folder, 'data', collectionKey), { recursive: true });
      await writeFile(path.join(folder, 'spec.yaml'), connector(server.url, integration));
      await writeFile(path.join(folder, 'data', collectionKey, 'spec.yaml'), collection(collectionKey));
    }
    const clock = fakeClock();
    const [store, secrets] = [memoryStore(clock), memorySecrets()];
    const membrane = await openMembrane({
      cwd: root,
      env: { MEMBRANE_SECRETS: 'file' },
      ports: {
        clock,
        connections: memoryConnections(),
        tenants: memoryTenants(),
        store: async () => store,
        secrets: async () => secrets,
      },
    });
    onTestFinished(() => membrane.close());
    const odd: unknown[] = [];
    let ran = 0;
    const run = async (flow: string, connection: string, start: string, input: object): Promise<string[]> => {
      seen.length = 0;
      const done = await membrane.flows.run(flow, { connection, start, inputs: [input] });
      ran += 1;
      if (done.state !== 'completed') odd.push([flow, connection, done.failures]);
      return seen.map(({ method, path: at }) => `${method} ${at}`);
    };
    for (const { integration } of new Map(sources().map((one) => [one.integration, one])).values())
      await membrane.connections.connect({ integration, skipTest: true, input: {} });
    for (const { integration, singular, collectionKey } of sources()) {
      const receive = `receive-${singular}-events`;
      const at = `/${integration}/${collectionKey}`;
      const event = { type: 'created', record: { id: 'r1', fields: {} } };
      const externalId = `external${singular[0]?.toUpperCase()}${singular.slice(1)}Id`;
      const send = (type: string) =>
        run(`send-${singular}-events`, integration, 'app-event-trigger', {
          type,
          data: { id: 'a1' },
          [externalId]: 'r1',
        });
      expect([
        await run(receive, integration, `${singular}-created-trigger`, event),
        await run(receive, integration, `${singular}-updated-trigger`, event),
        await run(receive, integration, `${singular}-deleted-trigger`, event),
        await send('created'),
        await send('updated'),
        await send('deleted'),
      ]).toEqual([
        [`GET ${at}/r1`, 'POST /app/webhooks/on-create'],
        [`GET ${at}/r1`, 'POST /app/webhooks/on-update'],
        ['POST /app/webhooks/on-delete'],
        [`POST ${at}`, 'POST /app'],
        [`PUT ${at}/r1`],
        [`DELETE ${at}/r1`],
      ]);
    }
    expect(odd).toEqual([]);
    expect(ran).toBeGreaterThan(200);
  },
);
