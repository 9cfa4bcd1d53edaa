import { describe, expect, it } from 'vitest';
import { schemaAt } from '../../../src/engine/formula-ports.js';
import type { Answer, Routes } from '../../support/server.js';
import { failure, world } from './world.js';

describe('the schema of a part', () => {
  const owner = { type: 'string', referenceUdm: 'users' };
  const person = { type: 'object', properties: { owner, owners: { type: 'array', items: owner } } };
  const schema = {
    type: 'object',
    properties: {
      person,
      people: {
        type: 'array',
        prefixItems: [{ type: 'object', properties: { owner: { type: 'number' } } }],
        items: person,
      },
      more: { allOf: [{ type: 'object' }, person] },
      any: { additionalProperties: owner },
    },
  };

  it('is found along properties and items', () => {
    expect(schemaAt(schema, ['person', 'owner'])).toBe(owner);
    expect(schemaAt(schema, ['people', 0, 'owner'])).toEqual({ type: 'number' });
    expect(schemaAt(schema, ['people', 1, 'owners', 2])).toBe(owner);
    expect(schemaAt(schema, ['more', 'owner'])).toBe(owner);
    expect(schemaAt(schema, ['any', 'other'])).toBe(owner);
    expect(schemaAt(schema, ['nobody', 'owner'])).toBeUndefined();
    expect(schemaAt(true, ['owner'])).toBeUndefined();
  });

  it('is that of the result inside of a formula', () => {
    expect(schemaAt(schema, ['person', 'owner', '$firstNotEmpty', 1])).toBe(owner);
    expect(schemaAt(schema, ['person', '$mergeObjects', 0, 'owner'])).toBe(owner);
    expect(schemaAt(schema, ['person', 'owner', '$case', 'cases', 0, 'value'])).toBe(owner);
    expect(schemaAt(schema, ['person', 'owner', '$case', 'default'])).toBe(owner);
    expect(schemaAt(schema, ['person', 'owner', '$map', 'mapping', 2, 'to'])).toBe(owner);
    expect(schemaAt(schema, ['person', 'owner', '$map', 'default'])).toBe(owner);
    expect(schemaAt(schema, ['person', 'owners', '$iterate', 'item'])).toBe(owner);
    expect(schemaAt(schema, ['people', '$iterate', 'item', 'owner'])).toBe(owner);
  });
});

const links = {
  'data-link-tables/people.yaml': 'name: People\n',
  'actions/both.yaml': `type: run-javascript
config:
  code: "export default () => ({})"
outputMapping:
  external: {$findExternalRecordId: {dataLinkTable: {key: people}, recordId: {$var: input.id}}}
  app: {$findAppRecordId: {dataLinkTable: {key: people}, recordId: {$var: input.other}}}
`,
};

describe('formulas of a run', () => {
  it('see the links of its connection, and of no other', async () => {
    const { membrane, connect } = await world(links);
    await connect();
    await connect({ key: 'second' });
    await membrane.links.create('people', { appRecordId: '7', externalRecordId: 'x' }, { connection: 'crm' });
    const run = async (connection: string) =>
      (await membrane.actions.run('both', { connection, input: { id: 7, other: 'x' } })).output;
    expect(await run('crm')).toEqual({ external: 'x', app: '7' });
    expect(await run('second')).toBeUndefined();
  });

  it('need a connection for links', async () => {
    const { membrane, root } = await world(links);
    expect(await failure(membrane.actions.run('both', { input: { id: '7' } }), root)).toEqual({
      code: 'formula/port',
      message: '"$findExternalRecordId" needs the data link table "people", which is not available here',
      hint: 'it works in field mappings, actions and flows that run for a connection',
      at: 'actions/both.yaml:5:13',
    });
  });
});

const json =
  (data: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
  };

const records = {
  'connectors/crm/data/deals/spec.yaml': `fieldsSchema:
  type: object
  properties:
    name: {type: string}
    ownerId: {type: string, referenceCollection: {key: users}}
    plain: {type: string}
    managerId: {type: [integer, 'null'], referenceCollection: {key: users}}
create:
  type: rest-api-mapping
  mapping: {path: /deals, method: POST, requestMapping: {data: {$var: fields}}, responseMapping: {id: {$var: response.data.id}}}
`,
  'connectors/crm/data/users/spec.yaml': `fieldsSchema:
  type: object
  properties: {email: {type: string}}
match:
  type: rest-api-mapping
  mapping:
    path: /users
    method: GET
    requestMapping: {query: {email: {$var: fields.email}}}
    responseMapping: {record: {id: {$var: 'response.data[0].id'}, fields: {$var: 'response.data[0]'}}}
create:
  type: rest-api-mapping
  mapping: {path: /users, method: POST, requestMapping: {data: {$var: fields}}, responseMapping: {id: {$var: response.data.id}}}
`,
};

const deal = (lookup: string, field = 'ownerId') => `type: create-data-record
config:
  dataSource: {collectionKey: deals}
  fieldMapping:
    defaultValue:
      name: {$var: input.name}
      ${field}: {$lookup: ${lookup}}
`;

const actions = {
  ...records,
  'actions/find.yaml': deal('{query: {email: {$var: input.email}}}'),
  'actions/make.yaml': deal(
    '{query: {email: {$var: input.email}}, createIfNotFound: true, create: {fields: {email: {$var: input.email}, role: sales}}}',
  ),
  'actions/manager.yaml': deal('{query: {email: {$var: input.email}}}', 'managerId'),
  'actions/where.yaml': deal('{query: {email: {$var: input.email}}}', 'plain'),
};

/** What was asked of the API, without its headers. */
async function crm(routes: Routes) {
  const made = await world(actions, { 'POST /deals': json({ id: 1 }), ...routes });
  await made.connect();
  const asked = () =>
    made.server.requests.map(({ method, path, body }) => `${method} ${path}${body === '' ? '' : ` ${body}`}`);
  const run = (key: string, email: string) =>
    made.membrane.actions.run(key, { input: { name: 'Deal', email } }).then(({ output }) => output);
  return { ...made, asked, run };
}

describe('$lookup', () => {
  it('finds the record that the field refers to', async () => {
    const { run, asked } = await crm({ 'GET /users': json([{ id: 'u1', email: 'a@b.c' }]) });
    expect(await run('find', 'a@b.c')).toEqual({ id: '1' });
    expect(asked()).toEqual(['GET /users?email=a%40b.c', 'POST /deals {"name":"Deal","ownerId":"u1"}']);
  });

  it('gives a number to a field that takes no text', async () => {
    const { run, asked } = await crm({
      'GET /users': [json([{ id: 42, email: 'a@b.c' }]), json([{ id: '042', email: 'd@e.f' }])],
    });
    await run('manager', 'a@b.c');
    expect(asked().at(-1)).toEqual('POST /deals {"name":"Deal","managerId":42}');
    await run('manager', 'd@e.f');
    expect(asked().at(-1)).toEqual('POST /deals {"name":"Deal","managerId":"042"}');
  });

  it('leaves the field out where there is none, unless one is to be made', async () => {
    const { run, asked } = await crm({ 'GET /users': json([]), 'POST /users': json({ id: 'u2' }) });
    await run('find', 'a@b.c');
    await run('make', 'a@b.c');
    expect(asked()).toEqual([
      'GET /users?email=a%40b.c',
      'POST /deals {"name":"Deal"}',
      'GET /users?email=a%40b.c',
      'POST /users {"email":"a@b.c","role":"sales"}',
      'POST /deals {"name":"Deal","ownerId":"u2"}',
    ]);
  });

  it('finds what somebody else made meanwhile', async () => {
    const { run, asked } = await crm({
      'GET /users': [json([]), json([{ id: 'u3', email: 'a@b.c' }])],
      'POST /users': json({ message: 'a user of this email exists' }, 409),
    });
    await run('make', 'a@b.c');
    expect(asked().at(-1)).toEqual('POST /deals {"name":"Deal","ownerId":"u3"}');
  });

  it('says where it cannot tell which records are meant', async () => {
    const { run, root, server } = await crm({});
    expect(await failure(run('where', 'a@b.c'), root)).toEqual({
      code: 'formula/port',
      message: '"$lookup" cannot tell which records are meant: its field does not say so',
      hint: 'it stands in a field whose schema has "referenceCollection" or "referenceUdm", where records are written',
      at: 'actions/where.yaml:7:14',
    });
    expect(server.requests).toEqual([]);
  });
});

describe('lookups of one run', () => {
  const table = {
    ...records,
    'connectors/crm/data/teams/spec.yaml': `fieldsSchema:
  type: object
  properties: {members: {type: array, items: {type: string, referenceCollection: {key: users}}}}
create:
  type: rest-api-mapping
  mapping: {path: /teams, method: POST, requestMapping: {data: {$var: fields}}, responseMapping: {id: {$var: response.data.id}}}
`,
    'actions/team.yaml': `type: create-data-record
config:
  dataSource: {collectionKey: teams}
  fieldMapping:
    defaultValue:
      members:
        $iterate:
          source: {$var: input.emails}
          item: {$lookup: {query: {email: {$var: item}}, createIfNotFound: true}}
`,
  };

  it('ask once for each different query', async () => {
    const { membrane, connect, server } = await world(table, {
      'GET /users': json([]),
      'POST /users': [json({ id: 'u1' }), json({ id: 'u2' })],
      'POST /teams': json({ id: 't' }),
    });
    await connect();
    await membrane.actions.run('team', { input: { emails: ['a@b.c', 'd@e.f', 'a@b.c', 'a@b.c'] } });
    expect(server.requests.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual([
      'GET /users?email=a%40b.c ',
      'POST /users {"email":"a@b.c"}',
      'GET /users?email=d%40e.f ',
      'POST /users {"email":"d@e.f"}',
      'POST /teams {"members":["u1","u2","u1","u1"]}',
    ]);
  });
});
