import { describe, expect, it } from 'vitest';
import type { Membrane } from '../../../src/membrane.js';
import { json, status } from '../../support/server.js';
import { failure, world } from './world.js';

/** What would be sent or linked, in a line each. */
function lines({ writes }: Pick<Awaited<ReturnType<Membrane['flows']['dryRun']>>, 'writes'>): string[] {
  return writes.map((write) => {
    const { node = '' } = write;
    if (write.does !== 'request') {
      const { appRecordId, externalRecordId, direction } = write;
      return `${node}: ${write.does} ${String(appRecordId)} ${String(externalRecordId)} ${String(direction)}`;
    }
    const { pathname } = new URL(write.url);
    return `${node}: ${write.method} ${pathname} ${JSON.stringify(write.body ?? null)}`;
  });
}

const importing = `nodes:
  start: {type: api-trigger, links: [{key: people}]}
  people:
    type: api-request-to-external-app
    config: {request: {path: /people}}
    links: [{key: each}]
  each:
    type: for-each
    config: {items: {$var: input.people}, rootNodeKey: add}
    links: [{key: end}]
  add:
    type: api-request-to-external-app
    config: {request: {path: /contacts, method: POST, data: {name: {$var: input.each.item}, apiKey: secret-key}}}
    links: [{key: link}]
  link:
    type: create-data-link
    config:
      dataLinkTable: {key: people}
      appRecordId: {$var: input.each.item}
      externalRecordId: {$var: input.add.id}
      direction: export
    links: [{key: linked}]
  linked:
    type: find-data-link
    config: {dataLinkTable: {key: people}, appRecordId: {$var: input.each.item}, direction: export}
  end: {type: transform-data, config: {output: {$var: input.each.add}}}
`;

const collection = `name: Contacts
fieldsSchema: {type: object, properties: {email: {type: string}}}
match:
  type: rest-api-mapping
  mapping:
    path: /contacts/search
    method: post
    requestMapping: {data: {email: {$var: fields.email}}}
    responseMapping: {record: {id: {$var: response.data.id}, fields: {email: {$var: response.data.email}}}}
create:
  type: rest-api-mapping
  mapping:
    path: /contacts
    method: post
    requestMapping: {data: {email: {$var: fields.email}}}
    responseMapping: {id: {$var: response.data.made.id}}
`;

/** A flow of one node that writes, and one behind it that shows what it gave. */
const then = (node: string, more = ''): string => `nodes:
  start: {type: api-trigger, links: [{key: write}]}
  write:
    ${node}
    links: [{key: end}]
  end: {type: transform-data, config: {output: {got: {$var: input.write}}}}
${more}`;

describe('a dry run', () => {
  it('reads, tells what it would change, and stores nothing', async () => {
    const { membrane, connect, server } = await world(
      { 'flows/f.yaml': importing, 'data-link-tables/people.yaml': 'name: People' },
      { '/people': json(['Ada', 'Bob']), '/contacts': json({ id: '7' }) },
    );
    await connect();
    const rehearsal = await membrane.flows.dryRun('f');
    expect(lines(rehearsal)).toEqual([
      'add: POST /contacts {"name":"Ada","apiKey":"[redacted]"}',
      'link: link Ada dry-run export',
      'add: POST /contacts {"name":"Bob","apiKey":"[redacted]"}',
      'link: link Bob dry-run export',
    ]);
    const { outputs, ends, state } = rehearsal;
    expect({ state, ends }).toEqual({ state: 'completed', ends: [] });
    expect(outputs.filter(({ node }) => ['add', 'end'].includes(node))).toEqual([
      {
        node: 'end',
        nodeRun: 'start:0/people:0.0/each:0.0/end:0.0',
        output: [{ id: 'dry-run' }, { id: 'dry-run' }],
        standIn: false,
      },
      { node: 'add', nodeRun: 'start:0/people:0.0/each:0.0/add:0', output: { id: 'dry-run' }, standIn: true },
      { node: 'add', nodeRun: 'start:0/people:0.0/each:0.0/add:1', output: { id: 'dry-run' }, standIn: true },
    ]);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /people']);
    expect(await membrane.flows.runs.list()).toEqual([]);
    expect((await membrane.logs.list()).map(({ type }) => type)).toEqual(['connection-attempt']);
    expect(
      await membrane.links.find('people', { appRecordId: 'Ada' }, { connection: 'crm' }),
    ).toBeUndefined();
  });

  it('searches by whatever method, and creates nothing where nothing is found', async () => {
    const { membrane, connect, server } = await world(
      {
        'connectors/crm/data/contacts/spec.yaml': collection,
        'flows/f.yaml': then(
          'type: find-or-create-data-record\n    config: {dataSource: {collectionKey: contacts}, lookup: {query: {email: {$var: input.email}}}, createData: {email: {$var: input.email}}}',
        ),
      },
      {
        '/contacts/search': (response, request) =>
          json(request.body.includes('ada') ? { id: '1', email: 'ada' } : {})(response, request),
      },
    );
    await connect();
    const found = await membrane.flows.dryRun('f', { inputs: [{ email: 'ada' }] });
    expect({ writes: lines(found), ends: found.ends }).toEqual({ writes: [], ends: [] });
    const made = await membrane.flows.dryRun('f', { inputs: [{ email: 'bob' }] });
    expect(lines(made)).toEqual(['write: POST /contacts {"email":"bob"}']);
    expect(made.outputs.map(({ node, output, standIn }) => [node, output, standIn])).toEqual([
      ['write', { id: 'dry-run' }, true],
      ['end', { got: { id: 'dry-run' } }, false],
    ]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/contacts/search', '/contacts/search']);
  });

  it('goes on with what a node says that it gives', async () => {
    const { membrane, connect } = await world({
      'flows/f.yaml': then(
        'type: api-request-to-external-app\n    outputExample: {number: 7}\n    config: {request: {path: /orders, method: PUT, data: {a: 1}}}',
      ),
      'flows/g.yaml': then(
        'type: api-request-to-external-app\n    outputSchema: {type: object, properties: {number: {type: integer}, name: {type: string}}}\n    config: {request: {path: /orders/1, method: DELETE}}',
      ),
    });
    await connect();
    const outputs = async (key: string) =>
      (await membrane.flows.dryRun(key)).outputs.map(({ output }) => output);
    expect(await outputs('f')).toEqual([{ number: 7 }, { got: { number: 7 } }]);
    expect(await outputs('g')).toEqual([
      { number: 0, name: 'dry-run' },
      { got: { number: 0, name: 'dry-run' } },
    ]);
  });

  it('keeps code from writing, and ends a branch behind which nothing is known', async () => {
    const { membrane, connect, server } = await world(
      {
        'flows/f.yaml': then(`type: run-javascript
    config:
      code: |
        export default async ({ apiClient }) => {
          const { name } = await apiClient.get('/people');
          const { order } = await apiClient.post('/orders', { name });
          return order.number;
        };`),
      },
      { '/people': json({ name: 'Ada' }) },
    );
    await connect();
    const rehearsal = await membrane.flows.dryRun('f', { connection: 'crm' });
    expect(lines(rehearsal)).toEqual(['write: POST /orders {"name":"Ada"}']);
    expect({ state: rehearsal.state, outputs: rehearsal.outputs }).toEqual({
      state: 'completed',
      outputs: [],
    });
    expect(rehearsal.ends.map(({ node }) => node)).toEqual(['write']);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('fails where reading fails', async () => {
    const { membrane, connect } = await world(
      { 'flows/f.yaml': then('type: api-request-to-external-app\n    config: {request: {path: /gone}}') },
      { '/gone': status(404, { message: 'gone' }) },
    );
    await connect();
    const { state, run, writes } = await membrane.flows.dryRun('f');
    expect({ state, writes, key: run.failures[0]?.error?.['key'] }).toEqual({
      state: 'failed',
      writes: [],
      key: 'not_found',
    });
  });

  it('of an action tells the same', async () => {
    const { membrane, connect, server } = await world({
      'actions/add.yaml':
        'type: api-request-to-external-app\nconfig:\n  request: {path: /contacts, method: POST, data: {name: {$var: input.name}}}\n',
    });
    await connect();
    const { writes, output, standIn } = await membrane.actions.dryRun('add', { input: { name: 'Ada' } });
    expect({ writes, output, standIn }).toEqual({
      writes: [{ does: 'request', method: 'POST', url: `${server.url}/contacts`, body: { name: 'Ada' } }],
      output: { id: 'dry-run' },
      standIn: true,
    });
    expect(server.requests).toEqual([]);
    expect(await membrane.logs.list({ type: 'action-run' })).toEqual([]);
    expect(await failure(membrane.actions.dryRun('ad'))).toEqual({
      code: 'element/not-found',
      message: 'no action "ad"',
      hint: 'see them with "membrane action list"',
    });
  });
});
