import { expect, it } from 'vitest';
import { crmWorld, failed } from './crm-world.js';

const input = { id: '2', email: 'person3@example.com', text: 'First', given: 'Ada', family: 'Byron' };

async function actionWorld(files: Readonly<Record<string, string>> = {}) {
  const world = await crmWorld(files);
  const run = async (key: string, connection = 'rest', given: unknown = input) =>
    (await world.membrane.actions.run(key, { connection, input: given })).output;
  return { ...world, run };
}

it('lists records in the shape of the app, whichever app they are in', async () => {
  const { run } = await actionWorld();
  expect(await run('list-customers')).toEqual({
    records: [
      {
        id: '1',
        name: 'First1 Last1',
        createdTime: '2026-01-01T00:00:01.000Z',
        fields: { email: 'person1@example.com', given: 'First1' },
      },
      expect.objectContaining({ id: '2', fields: { email: 'person2@example.com', given: 'First2' } }),
    ],
    cursor: '2',
  });
  // that CRM maps no first name to the model
  expect(await run('list-customers', 'graph')).toMatchObject({
    records: [{ fields: { email: 'person1@example.com' } }, { fields: { email: 'person2@example.com' } }],
  });
});

it('follows all pages where that is asked for, and filters by fields of the model', async () => {
  const { run, server } = await actionWorld();
  expect(await run('all-customers', 'rest', {})).toMatchObject({ records: { length: 5 } });
  expect(await run('all-customers')).toMatchObject({
    records: [{ fields: { email: 'person3@example.com', given: 'First3' } }],
  });
  expect(server.requests.at(-1)).toBe('GET /contacts?email=person3%40example.com');
});

it('says which field of the model cannot be filtered by', async () => {
  const { run } = await actionWorld({
    'actions/by-phone.yaml': `type: list-data-records
config: {dataSource: {key: customers}, unifiedFilter: {primaryPhone: '1'}}
`,
  });
  expect(await failed(run('by-phone'))).toEqual({
    code: 'input/invalid',
    message: 'the connector maps no field of "contacts" to "primaryPhone" of the model',
    hint: 'map it in "fieldsToCollection" of its udm.yml',
  });
});

it('gives raw and unified fields on demand', async () => {
  const { run } = await actionWorld();
  expect(await run('find-customer')).toEqual({
    id: '2',
    fields: { email: 'person2@example.com', given: 'First2' },
    rawFields: {
      id: 2,
      email: 'person2@example.com',
      first_name: 'First2',
      last_name: 'Last2',
      phone: null,
      created_at: '2026-01-01T00:00:02.000Z',
      cf_tier: 'basic',
    },
    unifiedFields: { primaryEmail: 'person2@example.com', firstName: 'First2', lastName: 'Last2' },
  });
});

it('matches by fields of the model, and gives null where nothing fits', async () => {
  const { run } = await actionWorld();
  expect(await run('match-customer')).toMatchObject({ id: '3', fields: { lastName: 'Last3' } });
  expect(await run('match-customer', 'graph')).toMatchObject({ id: '3' });
  expect(await run('match-customer', 'rest', { email: 'nobody@example.com' })).toBe(null);
});

it('maps with what is written in the action: the record is the root, what the action sees stands beside', async () => {
  const { run } = await actionWorld();
  expect(await run('search-people')).toMatchObject({
    records: [
      { id: '1', fields: { who: 'person1@example.com', by: 'local' } },
      { id: '2', fields: { who: 'person2@example.com', by: 'local' } },
    ],
  });
});

it('keeps what the action sees out of the record as a whole', async () => {
  const { run } = await actionWorld({
    'actions/whole.yaml': `type: find-data-record-by-id
config:
  dataSource: {collectionKey: leads}
  id: '1'
  fieldMapping: {importValue: {all: {$var: $}}}
`,
  });
  const { fields } = (await run('whole')) as { fields: { all: object } };
  expect(Object.keys(fields.all)).toEqual([
    'id',
    'email',
    'first_name',
    'last_name',
    'phone',
    'created_at',
    'cf_tier',
  ]);
});

it('creates through the field mapping and the model', async () => {
  const { run, server } = await actionWorld();
  const person = { email: 'ada@example.com', given: 'Ada' };
  expect(await run('create-customer', 'rest', person)).toEqual({ id: '6' });
  expect(server.contacts.at(-1)).toMatchObject({ email: 'ada@example.com', first_name: 'Ada' });
  expect(await run('create-customer', 'graph', { email: 'grace@example.com' })).toEqual({ id: '7' });
});

it('merges values of the collection over those of the model', async () => {
  const { run, server } = await actionWorld();
  expect(await run('update-contact')).toEqual({ id: '2' });
  expect(server.contacts[1]).toMatchObject({ first_name: 'Ada', last_name: 'Byron' });
  await run('update-contact', 'rest', { id: '2', given: 'Grace' });
  expect(server.contacts[1]).toMatchObject({ first_name: 'Grace', last_name: 'Model' });
});

it('deletes by the path of an export', async () => {
  const { run, server } = await actionWorld();
  expect(await run('delete-contact')).toEqual({ id: '2' });
  expect(server.contacts.map(({ id }) => id)).toEqual([1, 3, 4, 5]);
});

it('finds or creates', async () => {
  const { run, server } = await actionWorld();
  expect(await run('find-or-create')).toMatchObject({ id: '3' });
  expect(await run('find-or-create', 'rest', { email: 'new@example.com' })).toEqual({ id: '6' });
  expect(server.contacts.length).toBe(6);
});

it('finds what another one created at the same moment', async () => {
  const { run, server } = await actionWorld();
  server.onPage = () => {
    server.onPage = undefined;
    // created between our look and our request
    setImmediate(() => server.contacts.push({ ...server.contacts[0]!, id: 9, email: 'race@example.com' }));
  };
  expect(await run('find-or-create', 'rest', { email: 'race@example.com' })).toMatchObject({ id: '9' });
  expect(server.requests).toEqual([
    'GET /contacts?email=race%40example.com',
    'POST /contacts',
    'GET /contacts?email=race%40example.com',
  ]);
});

it('says what is missing in the config', async () => {
  const { run } = await actionWorld({
    'actions/nowhere.yaml': 'type: list-data-records\nconfig: {}\n',
    'actions/nothing.yaml': 'type: create-data-record\nconfig: {dataSource: {collectionKey: contacts}}\n',
    'actions/deals.yaml': 'type: list-data-records\nconfig: {dataSource: {udm: deals}}\n',
    'actions/lost.yaml': 'type: list-data-records\nconfig: {dataSource: {key: {$var: input.text}}}\n',
  });
  expect(await failed(run('nowhere'))).toEqual({
    code: 'ref/not-found',
    message: 'nothing says which records are meant',
    hint: 'give "dataSource" a key, a collectionKey or a udm',
  });
  expect(await failed(run('nothing'))).toEqual({
    code: 'input/invalid',
    message: 'nothing says which fields are to be written',
    hint: 'give "fieldMapping" a key, or a defaultValue with the fields of the collection',
  });
  expect(await failed(run('deals'))).toEqual({
    code: 'record/no-model',
    message: 'the connector "rest" maps no collection to the model "deals"',
    hint: 'map one in its udm.yml, or name a collection in the data source of this integration',
  });
  expect(await failed(run('lost'))).toMatchObject({ message: 'no data source "First"' });
});

it('takes the one model that a collection is mapped to, and says where there is none', async () => {
  const match = (key: string) => `type: match-data-record
config: {dataSource: {collectionKey: ${key}}, lookup: {universalQuery: {primaryEmail: {$var: input.email}}}}
`;
  const mapped = '- key: people\n      fieldsToCollection: {email: {$var: primaryEmail}}\n';
  const { run } = await actionWorld({
    'actions/contacts.yaml': match('contacts'),
    'actions/people.yaml': match('people'),
    'actions/leads.yaml': match('leads'),
    'connectors/rest/udm.yml': `contacts:
  collectionMappings:
    - key: contacts
      fieldsToCollection: {email: {$var: primaryEmail}}
    ${mapped}users:
  collectionMappings:
    ${mapped}`,
  });
  expect(await run('contacts')).toMatchObject({ id: '3' });
  expect(await failed(run('people'))).toEqual({
    code: 'input/invalid',
    message:
      'fields of a universal data model are given, but the connector maps "people" to several models: contacts, users',
    hint: 'say which is meant, in the data source: udm: contacts',
  });
  expect(await failed(run('leads'))).toEqual({
    code: 'input/invalid',
    message: 'fields of a universal data model are given, but the connector maps "leads" to no model',
    hint: 'give fields of the collection ("query", "filter"), or map it in udm.yml of the connector',
  });
});
