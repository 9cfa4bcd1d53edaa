/** The project of the suite: three ways to learn of the same items, each with its events. */
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const methods = ['full-scan', 'pull-latest-records', 'custom-pull'] as const;
export type Method = (typeof methods)[number];

const page = `responseMapping:
        records: {$var: response.data.records}
        cursor: {$var: response.data.cursor}`;

const list = `  list:
    type: rest-api-mapping
    mapping:
      path: /list
      requestMapping: {query: {cursor: {$var: cursor}}}
      ${page}
  findById:
    type: rest-api-mapping
    mapping:
      path: /items/{id}
      requestMapping: {pathParameters: {id: {$var: id}}}
      responseMapping: {record: {$var: response.data}}
`;

const latest = (by: string) => `  ${by}:
    implementationType: pull-latest-records
    methods:
      pullLatestRecords:
        type: rest-api-mapping
        mapping:
          path: /latest
          requestMapping: {query: {cursor: {$var: cursor}, by: ${by}}}
          responseMapping:
            records: {$var: response.data.records}
            cursor: {$var: response.data.cursor}
`;

const custom = `events:
  all:
    implementationType: custom-pull
    methods:
      subscribe:
        type: rest-api-mapping
        mapping: {path: /changes, requestMapping: {query: {since: '9999999'}}, responseMapping: {state: {$var: response.data.state}}}
      pull:
        type: rest-api-mapping
        mapping:
          path: /changes
          requestMapping: {query: {since: {$var: state}}}
          responseMapping: {events: {$var: response.data.events}, state: {$var: response.data.state}}
`;

/** What of a method can be known: deletions are no news of a list of the newest. */
export function changesOf(method: Method): readonly ('created' | 'updated' | 'deleted')[] {
  return method === 'pull-latest-records' ? ['created', 'updated'] : ['created', 'updated', 'deleted'];
}

export function makeProject(url: string): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'membrane-faults-')));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write('membrane.yaml', `name: faults\napp: {baseUri: '${url}/app'}\nlimits: {requestSeconds: 2}\n`);
  write(
    'connectors/shop/spec.yaml',
    `auth:
  type: client-credentials
  inputSchema:
    type: object
    properties: {baseUri: {type: string}, token: {type: string, isSensitive: true}}
    required: [baseUri, token]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: connectionParameters.baseUri}
      headers: {authorization: {$var: credentials.token}}
`,
  );
  write('connectors/shop/data/full-scan/spec.yaml', `name: Items\nmethods:\n${list}`);
  write(
    'connectors/shop/data/pull-latest-records/spec.yaml',
    `name: Items\nmethods:\n${list}events:\n${latest('created')}${latest('updated')}`,
  );
  write('connectors/shop/data/custom-pull/spec.yaml', `name: Items\nmethods:\n${list}${custom}`);
  for (const method of methods) {
    write(
      `integrations/shop/flows/${method}-flow.yaml`,
      `autoCreateInstances: true
nodes:
  start:
    type: data-record-created-trigger
    config: {dataSource: {collectionKey: ${method}}}
    links: [{key: tell}]
  tell:
    type: api-request-to-your-app
    config:
      idempotency: {in: header, name: idempotency-key}
      request: {uri: /events/${method}-flow, method: POST, body: {$var: input.start}}
`,
    );
    for (const change of changesOf(method)) {
      write(
        `integrations/shop/external-events/${method}-${change}.yaml`,
        `name: Items\nconfig: {type: data-record-${change}, dataSource: {collectionKey: ${method}}}\n`,
      );
    }
  }
  return root;
}

export function envFor(url: string): Record<string, string> {
  return {
    MEMBRANE_SECRETS: 'env',
    MEMBRANE_SECRET_SHOP_BASEURI: url,
    MEMBRANE_SECRET_SHOP_TOKEN: 'tok-9f31',
  };
}
