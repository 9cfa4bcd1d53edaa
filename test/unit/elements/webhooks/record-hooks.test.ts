import { expect, it } from 'vitest';
import { listEvents } from '../../../../src/engine/event-look.js';
import { json } from '../../../support/server.js';
import { arrive, drain, hookWorld, only, tend } from '../../engine/hook-world.js';

const list = `methods:
  list:
    type: rest-api-mapping
    mapping: {path: /contacts, responseMapping: {records: {$var: response.data}}}
  findById:
    type: rest-api-mapping
    mapping:
      path: '/contacts/{id}'
      requestMapping: {pathParameters: {id: {$var: id}}}
      responseMapping: {record: {$var: response.data}}
recordFromApi:
  type: mapping
  mapping: {id: {$var: key}, updatedTime: {$var: changed}, fields: {email: {$var: mail}}}
`;

const byWebhook = `${list}events:
  all:
    implementationType: webhook
    subscribe:
      type: rest-api-mapping
      mapping:
        path: /hooks
        method: POST
        requestMapping: {data: {url: {$var: webhookUri}}}
        responseMapping: {id: {$var: response.data.id}}
    handle:
      type: mapping
      mapping: {events: {$var: data}}
`;

const onContact = (change: string, more = ''): string => `autoCreateInstances: true
nodes:
  start:
    type: data-record-${change}-trigger
    config:
      dataSource: {collectionKey: contacts}
      fieldMapping: {importValue: {mail: {$var: email}}}
${more}
`;

const contact = (key: number, mail: string, changed?: string) => ({ key, mail, changed });

async function told(files: Readonly<Record<string, string>>, contacts: () => unknown = () => []) {
  const made = await hookWorld(files, {
    '/contacts': (response, request) => json(contacts())(response, request),
    '/contacts/7': json(contact(7, 'seven@example.com', '2030-01-01T00:00:00Z')),
  });
  await made.connectTo();
  await tend(made.engine);
  const { id } = await only(made.engine);
  const payloads = async () => (await listEvents(made.engine)).map(({ payload }) => payload).reverse();
  return { ...made, to: `subscription:${id}`, payloads };
}

it('gives records through the collection and the field mapping, of the change that is waited for', async () => {
  const { engine, vendor, to, payloads } = await told({
    'connectors/crm/data/contacts.yaml': byWebhook,
    'flows/on-contact.yaml': onContact('created'),
  });
  expect(vendor.asked).toEqual(['POST /hooks']);
  await arrive(engine, to, [
    { type: 'created', record: contact(1, 'one@example.com') },
    { type: 'updated', record: contact(2, 'two@example.com') },
    { type: 'created', recordId: 7 },
    { type: 'created', record: { mail: 'without an id' } },
  ]);
  expect(await drain(engine)).toMatchObject({ done: 1, events: 2 });
  expect(await payloads()).toEqual([
    { type: 'created', record: { id: '1', fields: { mail: 'one@example.com' } } },
    {
      type: 'created',
      record: { id: '7', updatedTime: '2030-01-01T00:00:00.000Z', fields: { mail: 'seven@example.com' } },
    },
  ]);
});

it('keeps states of a record apart, and takes the same one twice for one', async () => {
  const { engine, to, payloads } = await told({
    'connectors/crm/data/contacts.yaml': byWebhook,
    'flows/on-contact.yaml': onContact('updated'),
  });
  const at = '2030-01-01T00:00:00Z';
  for (const mail of ['a', 'b', 'a'])
    await arrive(engine, to, [{ type: 'updated', record: contact(1, mail) }]);
  for (const mail of ['c', 'd', 'd'])
    await arrive(engine, to, [{ type: 'updated', record: contact(1, mail, at) }]);
  await drain(engine);
  expect((await payloads()).map((payload) => JSON.stringify(payload).match(/"mail":"(\w)"/)?.[1])).toEqual([
    'a',
    'b',
    'a',
    'c',
    'd',
  ]);
});

it('scans beside, where somebody says how often, and takes what both tell for one', async () => {
  let contacts = [contact(1, 'a')];
  const { engine, membrane, clock, to, payloads } = await told(
    {
      'connectors/crm/data/contacts.yaml': byWebhook,
      'flows/on-contact.yaml': onContact('updated', '      fullSyncIntervalSeconds: 60'),
    },
    () => contacts,
  );
  const scan = async (next: typeof contacts): Promise<void> => {
    contacts = next;
    await clock.move(70_000);
    await membrane.watch({ once: true });
  };
  await scan([contact(1, 'a')]); // learns what is there
  await arrive(engine, to, [{ type: 'updated', record: contact(1, 'b') }]);
  await drain(engine);
  await scan([contact(1, 'b')]); // it was told already
  await scan([contact(1, 'c')]); // the API forgot to tell
  await arrive(engine, to, [{ type: 'updated', record: contact(1, 'c') }]); // and did it late
  await drain(engine);
  expect((await payloads()).map((payload) => JSON.stringify(payload).match(/"mail":"(\w)"/)?.[1])).toEqual([
    'b',
    'c',
  ]);
});

it('learns of records by an event of the connector', async () => {
  const { engine, vendor, to, payloads } = await told({
    'connectors/crm/data/contacts.yaml': `${list}events:
  created:
    implementationType: connector-event
    eventKey: changed
    eventParameters: {sort: contacts}
    extractEvents:
      type: mapping
      mapping: {events: [{type: created, record: {$var: event.contact}}]}
`,
    'connectors/crm/events/changed.yaml': `parametersSchema: {type: object, properties: {sort: {type: string}}}
methods:
  subscribe:
    type: rest-api-mapping
    mapping:
      path: /hooks
      method: POST
      requestMapping: {data: {url: {$var: webhookUri}, sort: {$var: parameters.sort}}}
      responseMapping: {state: {id: {$var: response.data.id}}}
`,
    'flows/on-contact.yaml': onContact('created'),
  });
  expect([...vendor.hooks.values()].map(({ sort }) => sort)).toEqual(['contacts']);
  await arrive(engine, to, { contact: contact(1, 'one@example.com') });
  await drain(engine);
  expect(await payloads()).toEqual([
    { type: 'created', record: { id: '1', fields: { mail: 'one@example.com' } } },
  ]);
});

it('takes the functions of an external event, and says what is missing', async () => {
  const own = await told({
    'external-events/form.yaml': `methods:
  subscribe:
    type: rest-api-mapping
    mapping: {path: /hooks, method: POST, requestMapping: {data: {url: {$var: webhookUri}}}, responseMapping: {id: {$var: response.data.id}}}
`,
  });
  expect(own.vendor.asked).toEqual(['POST /hooks']);
  await arrive(own.engine, own.to, { form: 'a' });
  await drain(own.engine);
  expect(await own.payloads()).toEqual([{ form: 'a' }]);
  const missing = await told({
    'external-events/form.yaml': 'config: {type: connector-event, eventKey: submited}\n',
    'connectors/crm/events/submitted.yaml': 'name: Submitted\n',
  });
  expect((await only(missing.engine)).error).toMatchObject({
    code: 'element/not-found',
    message: 'the connector "crm" has no event "submited"',
    hint: 'did you mean "submitted"?',
  });
});
