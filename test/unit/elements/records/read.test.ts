import { expect, it } from 'vitest';
import { collect, crmWorld, failed } from './crm-world.js';

const person2 = {
  id: '2',
  email: 'person2@example.com',
  firstName: 'First2',
  lastName: 'Last2',
  phone: null,
  cf_tier: 'basic',
};

it('lists a page of a REST API: ids are texts, times ISO, fields as the collection names them', async () => {
  const { data, rest } = await crmWorld({}, { contacts: 3 });
  expect(await data.list('contacts', { ...rest, cursor: '1', raw: true })).toEqual({
    records: [
      {
        id: '2',
        name: 'First2 Last2',
        createdTime: '2026-01-01T00:00:02.000Z',
        fields: person2,
        rawFields: {
          id: 2,
          email: 'person2@example.com',
          first_name: 'First2',
          last_name: 'Last2',
          phone: null,
          created_at: '2026-01-01T00:00:02.000Z',
          cf_tier: 'basic',
        },
      },
      expect.objectContaining({ id: '3' }),
    ],
  });
});

it('follows the cursors of every type of function', async () => {
  const { data, rest, graph } = await crmWorld();
  const ids = async (key: string, how: typeof rest) =>
    (await collect(data.all(key, how))).map(({ id }) => id);
  expect(await ids('contacts', rest)).toEqual(['1', '2', '3', '4', '5']);
  expect(await ids('people', rest)).toEqual(['1', '2', '3', '4', '5']);
  expect(await ids('leads', rest)).toEqual(['1', '2', '3', '4', '5']);
  expect(await ids('contacts', graph)).toEqual(['1', '2', '3', '4', '5']);
  expect(await ids('stages', rest)).toEqual(['new', 'won']);
});

it('takes an item without "fields" for its fields, and evaluates a mapping over the parameters', async () => {
  const { data, rest } = await crmWorld();
  expect((await data.get('leads', '2', rest)).fields).toEqual({
    id: 2,
    email: 'person2@example.com',
    first_name: 'First2',
    last_name: 'Last2',
    phone: null,
    created_at: '2026-01-01T00:00:02.000Z',
    cf_tier: 'basic',
  });
  const { records } = await data.list('stages', { ...rest, parameters: { who: 'Ada' } });
  expect(records).toEqual([
    { id: 'new', fields: { label: 'New' } },
    { id: 'won', fields: { label: 'Won by Ada' } },
  ]);
});

it('gives defaults to parameters, and refuses those that do not fit', async () => {
  const { data, rest, server } = await crmWorld();
  await data.list('people', rest);
  await data.list('team', rest);
  await data.list('team', { ...rest, parameters: { limit: 1 } });
  expect(server.requests).toEqual([
    'GET /contacts?limit=3',
    'GET /contacts?limit=4',
    'GET /contacts?limit=1',
  ]);
  expect(await failed(data.list('people', { ...rest, parameters: { limit: 'many' } }))).toEqual({
    code: 'input/invalid',
    message:
      'the parameters of the data collection "people" do not fit: "limit" must be a number, not a string',
    hint: 'see what it takes: membrane data describe people',
  });
});

it('shares functions with the collection that it extends, and says what it does not support', async () => {
  const { data, rest } = await crmWorld();
  expect((await data.get('people', '2', rest)).fields).toEqual(person2);
  expect(await failed(data.delete('people', '2', rest))).toEqual({
    code: 'run/unsupported',
    message: 'records of "people" of "rest" cannot be deleted',
    hint: 'its methods are list, findById, match, search, create, update',
  });
});

it('shares functions of mixins, with parameters of their own, the last one first', async () => {
  const shared = (label: string) => `methods:
  list:
    type: mapping
    mapping: {records: [{id: a, fields: {from: ${label}, size: {$var: parameters.size}}}]}
`;
  const { data, rest } = await crmWorld({
    'connectors/rest/data/first/spec.yaml': `${shared('first')}  findById: {type: mapping, mapping: {record: {id: {$var: id}, fields: {size: {$var: parameters.size}}}}}\n`,
    'connectors/rest/data/second/spec.yaml': shared('second'),
    'connectors/rest/data/mixed/spec.yaml':
      'mixins:\n  - {key: first, parameters: {size: {$var: parameters.wanted}}}\n  - second\n',
  });
  const how = { ...rest, parameters: { wanted: 7 } };
  expect((await data.list('mixed', how)).records).toEqual([{ id: 'a', fields: { from: 'second' } }]);
  expect(await data.get('mixed', 'x', how)).toEqual({ id: 'x', fields: { size: 7 } });
});

it('says so where collections share functions in a circle', async () => {
  const { data, rest } = await crmWorld({
    'connectors/rest/data/egg/spec.yaml': 'extends: hen\n',
    'connectors/rest/data/hen/spec.yaml': 'extends: egg\n',
  });
  expect(await failed(data.list('egg', rest))).toEqual({
    code: 'function/failed',
    message: 'collections share functions in a circle: egg → hen → egg',
  });
});

it('filters by what the list filters by, and by nothing else', async () => {
  const { data, rest } = await crmWorld();
  const { records } = await data.list('contacts', { ...rest, filter: { email: 'person2@example.com' } });
  expect(records.map(({ id }) => id)).toEqual(['2']);
  expect(await failed(data.list('contacts', { ...rest, filter: { emial: 'x' } }))).toEqual({
    code: 'input/invalid',
    message: 'the list of "contacts" does not filter by "emial"',
    hint: 'did you mean "email"?',
  });
  expect(await failed(data.list('leads', { ...rest, filter: { email: 'x' } }))).toEqual({
    code: 'input/invalid',
    message: 'the list of "leads" does not filter by "email"',
    hint: 'it has no "filterFields"',
  });
});

it('matches by its own function, or by the list where that filters by all that is asked for', async () => {
  const { data, rest, graph } = await crmWorld();
  const id = async (key: string, email: string, how = rest) => (await data.match(key, { email }, how))?.id;
  expect(await id('people', 'person2@example.com')).toBe('2');
  expect(await id('contacts', 'person2@example.com')).toBe('2');
  expect(await id('contacts', 'person3@example.com', graph)).toBe('3');
  expect(await id('contacts', 'nobody@example.com')).toBe(undefined);
  expect(await id('contacts', 'nobody@example.com', graph)).toBe(undefined);
  expect(await failed(data.match('contacts', { phone: '1' }, rest))).toEqual({
    code: 'run/unsupported',
    message: 'records of "contacts" of "rest" cannot be found by phone',
    hint: 'its list filters by email only',
  });
  expect(await failed(data.match('contacts', { email: undefined }, rest))).toMatchObject({
    code: 'input/invalid',
    message: 'nothing says which record of "contacts" is wanted',
  });
});

it('finds by id and by text', async () => {
  const { data, rest, graph } = await crmWorld();
  expect(await data.get('contacts', '2', rest)).toEqual({ id: '2', fields: person2 });
  expect((await data.search('contacts', 'First2', rest)).records.map(({ id }) => id)).toEqual(['2']);
  expect(await failed(data.get('contacts', '222', rest))).toMatchObject({
    code: 'http/status',
    message: 'the API answered 404 to "GET /contacts/222": no contact 222',
  });
  expect(await failed(data.get('contacts', '222', graph))).toEqual({
    code: 'record/not-found',
    message: 'no record "222" in "contacts"',
    hint: 'it may be deleted, or the connection may not see it',
  });
});

it('gives the schema with the fields of the connection, and describes without asking the API', async () => {
  const { data, rest, server } = await crmWorld();
  const described = await data.describe('customers', rest);
  expect(server.requests).toEqual([]);
  expect(described).toMatchObject({
    connection: 'rest',
    connector: 'rest',
    collection: 'contacts',
    hasCustomFields: true,
    methods: [
      { name: 'list', by: 'rest-api-mapping', requests: ['GET /contacts'], filterFields: ['email'] },
      { name: 'findById', requests: ['GET /contacts/{id}'] },
      { name: 'match', by: 'list', requests: [] },
      { name: 'search' },
      { name: 'create', requiredFields: ['email'], excludedFields: ['phone'] },
      { name: 'update', requests: ['PATCH /contacts/{id}'] },
      { name: 'delete' },
    ],
  });
  expect(await data.schema('contacts', rest)).toMatchObject({
    properties: {
      id: { type: 'string', readOnly: true },
      email: { type: 'string' },
      cf_tier: { type: 'string' },
      cf_score: { type: 'number' },
    },
    required: ['email'],
  });
});

it('names what is meant where a key names nothing', async () => {
  const { data, rest, membrane } = await crmWorld();
  expect(await failed(data.list('contcts', rest))).toEqual({
    code: 'element/not-found',
    message: 'no data source or collection "contcts"',
    hint: 'did you mean "contacts"?',
  });
  expect(await failed(data.list('people', { connection: 'graph' }))).toMatchObject({
    code: 'element/not-found',
    message: '"graph" has no records "people"',
  });
  expect(await failed(data.list('contacts'))).toMatchObject({
    code: 'usage/ambiguous',
    message: 'several connections have "contacts": graph, rest',
  });
  expect((await data.list('people')).records.length).toBe(3);
  await membrane.connections.remove('rest');
  expect(await failed(data.list('people'))).toEqual({
    code: 'connection/missing',
    message: 'no connection has the records "people"',
    hint: 'make one: membrane connect rest',
  });
});

it('says where a record does not fit, and loses none', async () => {
  const odd = (count: number) => `fieldsSchema:
  type: object
  properties: {size: {type: number}, secret: {type: string, writeOnly: true}}
  required: [size]
methods:
  list:
    type: javascript
    code: |
      export default () => ({
        records: [
          ...Array.from({ length: ${count} }, (_, i) => ({ id: i + 1, fields: { size: 'big', secret: 's' } })),
          { fields: { size: 1 } }, { id: 'null', fields: { size: null } }, { id: 'none', fields: {} },
        ],
      });
`;
  const { data, rest, warnings } = await crmWorld({
    'connectors/rest/data/odd/spec.yaml': odd(1),
    'connectors/rest/data/many/spec.yaml': odd(1200),
  });
  expect((await data.list('odd', rest)).records).toEqual([
    { id: '1', fields: { size: 'big' } },
    { id: '', fields: { size: 1 } },
    { id: 'null', fields: { size: null } },
    { id: 'none', fields: {} },
  ]);
  expect(warnings.splice(0)).toEqual([
    'the record "1" of "odd" does not fit: "size" must be a number, not a string',
    'record 2 of a page of "odd" has no id',
  ]);
  const codes: string[] = [];
  await data.list('odd', { ...rest, warn: ({ code }) => void codes.push(code) });
  expect(codes).toEqual(['record/invalid', 'record/no-id']);
  expect((await collect(data.all('many', rest))).length).toBe(1203);
  expect([warnings.length, warnings.at(-1)]).toEqual([11, '1,191 more records of "many" do not fit']);
});

it('refuses what is no page and no record', async () => {
  const gives = (value: string) =>
    `methods: {list: {type: javascript, code: 'export default () => (${value});'}}\n`;
  const { data, rest } = await crmWorld({
    'connectors/rest/data/text/spec.yaml': gives('{ records: "many" }'),
    'connectors/rest/data/texts/spec.yaml': gives('{ records: ["many"] }'),
    'connectors/rest/data/none/spec.yaml': gives('{}'),
  });
  expect(await failed(data.list('text', rest))).toEqual({
    code: 'function/failed',
    message: '"list" of the data collection "text" gives no list of records',
    hint: 'it gives {records: […], cursor}',
  });
  expect(await failed(data.list('texts', rest))).toEqual({
    code: 'function/failed',
    message: 'the data collection "texts" gives no record: record 1 of a page is no object with fields',
    hint: 'a record is an object: {id, fields: {…}}',
  });
  expect(await data.list('none', rest)).toEqual({ records: [] });
});

it('resolves formulas in the schema of the fields against each record and the parameters', async () => {
  const { data, rest, warnings } = await crmWorld({
    'connectors/rest/data/dynamic/spec.yaml': `fieldsSchema:
  type: object
  properties:
    size: {type: {$var: parameters.type}}
methods: {list: {type: mapping, mapping: {records: [{id: a, fields: {size: 1}}]}}}
`,
  });
  await data.list('dynamic', { ...rest, parameters: { type: 'number' } });
  expect(warnings).toEqual([]);
  await data.list('dynamic', { ...rest, parameters: { type: 'string' } });
  expect(warnings).toEqual([
    'the record "a" of "dynamic" does not fit: "size" must be a string, not a number',
  ]);
  expect(await data.schema('dynamic', { ...rest, parameters: { type: 'string' } })).toEqual({
    type: 'object',
    properties: { size: { type: 'string' } },
  });
});
