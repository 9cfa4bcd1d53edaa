import { expect, it } from 'vitest';
import { readingToken } from '../../../support/crm-server.js';
import { crmWorld, failed } from './crm-world.js';

it('leaves out what is read only and what "create" does not take', async () => {
  const { data, rest, server, warnings } = await crmWorld();
  const fields = { id: 'x', email: 'ada@example.com', firstName: 'Ada', phone: '1', cf_tier: 'gold' };
  expect(await data.create('contacts', fields, rest)).toEqual({ id: '6' });
  expect(server.contacts.at(-1)).toEqual({
    id: 6,
    email: 'ada@example.com',
    first_name: 'Ada',
    last_name: '',
    phone: null,
    created_at: '2026-01-01T00:00:06.000Z',
    cf_tier: 'gold',
  });
  // a field that is not declared may be the connection's own: then its API is asked
  expect(server.requests).toEqual(['GET /contact_fields', 'POST /contacts']);
  expect(warnings).toEqual([]);
});

it('says before anything is sent which fields are missing', async () => {
  const { data, rest, server } = await crmWorld();
  expect(await failed(data.create('contacts', { firstName: 'Ada' }, rest))).toEqual({
    code: 'input/invalid',
    message: 'a new record of "contacts" needs "email"',
    hint: 'see what it takes: membrane data describe contacts',
  });
  expect(server.requests).toEqual([]);
});

it('changes and deletes', async () => {
  const { data, rest, server } = await crmWorld();
  expect(await data.update('contacts', '1', { phone: '5' }, rest)).toEqual({ id: '1' });
  expect(server.contacts[0]!.phone).toBe('5');
  expect(await data.delete('contacts', '1', rest)).toEqual({ id: '1' });
  expect(server.contacts.length).toBe(4);
  expect(await failed(data.delete('contacts', '', rest))).toMatchObject({ code: 'input/invalid' });
});

it('passes on what the API says, with the field at fault', async () => {
  const { data, rest, graph } = await crmWorld();
  const said = async (work: Promise<unknown>) => {
    const error = await work.catch((one: { key?: string; data?: Record<string, unknown> }) => one);
    const { key, data: facts } = error as { key?: string; data?: Record<string, unknown> };
    return [key, facts?.['fields']];
  };
  const taken = [{ field: 'email', message: 'has already been taken' }];
  const invalid = [{ field: 'email', message: 'is no email address' }];
  for (const how of [rest, graph]) {
    expect(await said(data.create('contacts', { email: 'person1@example.com' }, how))).toEqual([
      'already_exists',
      taken,
    ]);
    expect(await said(data.create('contacts', { email: 'nobody' }, how))).toEqual([undefined, invalid]);
  }
  expect(await failed(data.create('contacts', { email: 'nobody' }, rest))).toMatchObject({
    hint: 'the API finds fault with "email" (is no email address)',
  });
});

it('says access_denied where the credentials lack a right', async () => {
  const { data, rest, graph } = await crmWorld({}, { token: readingToken });
  for (const how of [rest, graph]) {
    await expect(data.create('contacts', { email: 'a@b.c' }, how)).rejects.toMatchObject({
      key: 'access_denied',
    });
  }
});

it('warns of fields that do not fit, and lets the API judge', async () => {
  const { data, graph, warnings } = await crmWorld();
  expect(await data.create('contacts', { email: 'a@b.c', name: 5 }, graph)).toEqual({ id: '6' });
  expect(warnings).toEqual([
    'the fields for "create" of "contacts" do not fit: "name" must be a string, not a number',
  ]);
});

it('gives recordToApi the whole record, and insists on an id', async () => {
  const { data, rest } = await crmWorld({
    'connectors/rest/data/notes/spec.yaml': `recordToApi: {type: mapping, mapping: {note: {text: {$var: fields.text}}, of: {$var: id}}}
methods:
  create: {type: mapping, mapping: {id: {$var: record.note.text}}}
  update: {type: mapping, mapping: {id: {$var: record.of}}}
`,
  });
  expect(await data.create('notes', { text: 'hello' }, rest)).toEqual({ id: 'hello' });
  expect(await data.update('notes', '7', { text: 'hello' }, rest)).toEqual({ id: '7' });
  expect(await failed(data.create('notes', { title: 'none' }, rest))).toMatchObject({
    code: 'function/failed',
    message: '"create" of the data collection "notes" gives no id; the record was probably created',
  });
});

it('shows functions that transform fields nothing but the fields', async () => {
  const { data, rest } = await crmWorld({
    'connectors/rest/data/leaky/spec.yaml': `fieldsFromApi: {type: javascript, code: 'export default (all) => ({ seen: Object.keys(all).join() });'}
methods: {list: {type: mapping, mapping: {records: [{id: a, fields: {x: 1}}]}}}
`,
  });
  const { records } = await data.list('leaky', rest);
  expect(records[0]!.fields['seen']).not.toMatch(/credentials|token/);
  expect(records[0]!.fields['seen']).toMatch(/x/);
});

it('warns of fields that nothing declares, also where they are left out', async () => {
  const { data, rest, warnings } = await crmWorld({
    'connectors/rest/data/notes/spec.yaml': `fieldsSchema: {type: object, properties: {title: {type: string}, text: {type: string}}}
methods:
  create: {type: mapping, fields: [title], mapping: {id: {$var: fields.title}}}
  update: {type: mapping, mapping: {id: x}}
`,
    'connectors/rest/data/open/spec.yaml': `fieldsSchema: {type: object, properties: {title: {type: string}}, additionalProperties: true}
methods: {update: {type: mapping, mapping: {id: x}}}
`,
  });
  await data.create('notes', { title: 'a', txet: 'b' }, rest);
  await data.update('notes', '1', { one: 1, two: 2 }, rest);
  await data.update('open', '1', { one: 1 }, rest);
  expect(warnings).toEqual([
    '"notes" declares no field "txet", which "create" was given',
    '"notes" declares no fields "one", "two", which "update" was given',
  ]);
});

it('takes only parameters that the collection has', async () => {
  const { data, rest } = await crmWorld({
    'connectors/rest/data/notes/spec.yaml': 'methods: {list: {type: mapping, mapping: {records: []}}}\n',
    'connectors/rest/data/free/spec.yaml':
      'methods: {list: {type: mapping, mapping: {records: [{id: a, fields: {x: {$var: parameters.x}}}]}}}\n',
  });
  expect(await failed(data.list('people', { ...rest, parameters: { limt: 1 } }))).toEqual({
    code: 'input/invalid',
    message: 'the data collection "people" has no parameter "limt"',
    hint: 'did you mean "limit"?',
  });
  expect(await failed(data.list('notes', { ...rest, parameters: { limit: 1 } }))).toMatchObject({
    hint: 'it takes none',
  });
  expect((await data.list('free', { ...rest, parameters: { x: 1 } })).records[0]?.fields).toEqual({ x: 1 });
});
