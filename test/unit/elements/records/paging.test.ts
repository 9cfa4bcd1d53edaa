import { expect, it } from 'vitest';
import { collect, crmWorld, failed } from './crm-world.js';

const endless = (result: string) => `methods:
  list:
    type: javascript
    code: |
      export default ({ cursor }) => (${result});
`;

it('gives no record twice when the list moves while it is read', async () => {
  const { data, rest, server } = await crmWorld({}, { contacts: 4 });
  server.onPage = (offset) => {
    if (offset === 2) server.contacts.unshift({ ...server.contacts[0]!, id: 100, email: 'new@example.com' });
  };
  // the new record moves number 2 to the second page, where it comes again
  expect((await collect(data.all('contacts', rest))).map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
});

it('ends a list that would go on for ever', async () => {
  const { data, rest } = await crmWorld({
    'membrane.yaml': 'limits: {listPages: 5}\n',
    'connectors/rest/data/circle/spec.yaml': endless(
      `{ records: [{ id: cursor ?? 'a', fields: {} }], cursor: 'again' }`,
    ),
    'connectors/rest/data/stuck/spec.yaml': endless(
      `{ records: [{ id: 'a', fields: {} }], cursor: 'x' + (cursor ?? '') }`,
    ),
    'connectors/rest/data/long/spec.yaml': endless(
      `{ records: [{ id: 'i' + cursor, fields: {} }], cursor: 'x' + (cursor ?? '') }`,
    ),
  });
  const reason = async (key: string) => (await failed(collect(data.all(key, rest))))['message'];
  expect(await reason('circle')).toBe('the API gave the same cursor twice');
  expect(await reason('stuck')).toBe('the API gave the same page twice');
  expect(await reason('long')).toBe('the list has more than 5 pages');
});

it('asks for no more pages than are taken, and logs what it did', async () => {
  const { data, rest, server, membrane } = await crmWorld({}, { contacts: 100 });
  for await (const record of data.all('contacts', rest)) if (record.id === '3') break;
  expect(server.requests).toEqual(['GET /contacts', 'GET /contacts?cursor=2']);
  const [run] = await membrane.logs.list({ type: 'action-run' });
  expect(run).toMatchObject({
    state: 'completed',
    data: { ref: 'data/contacts', connection: 'rest', input: { method: 'list' }, output: { records: 4 } },
  });
  expect((await membrane.logs.list({ type: 'request', parent: run!.id })).length).toBe(2);
});

it('cuts the secrets of the connection out of what is to be printed', async () => {
  const { data, rest, server } = await crmWorld({}, { contacts: 2 });
  server.contacts[1]!.last_name = 'token-of-ada';
  const names = async (redacted: boolean) =>
    (await collect(data.all('contacts', { ...rest, redacted }))).map(({ fields }) => fields['lastName']);
  expect(await names(false)).toEqual(['Last1', 'token-of-ada']);
  expect(await names(true)).toEqual(['Last1', '[redacted]']);
});
