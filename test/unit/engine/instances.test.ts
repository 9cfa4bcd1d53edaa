import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../support/server.js';
import { failure, world } from './world.js';

const json =
  (data: unknown): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(data));
  };

const list = (
  key: string,
) => `fieldsSchema: {type: object, properties: {name: {type: string}, mail: {type: string}, email: {type: string}, phone: {type: string}}}
parametersSchema: {type: object, properties: {project: {type: string}}}
list:
  type: rest-api-mapping
  mapping:
    path: /${key}
    method: GET
    requestMapping: {query: {project: {$var: parameters.project}}}
    responseMapping: {records: {$iterate: {source: {$var: response.data}, item: {id: {$var: item.id}, fields: {$var: item}}}}}
`;

const files = {
  'connectors/crm/data/people/spec.yaml': list('people'),
  'connectors/crm/data/leads/spec.yaml': list('leads'),
  'data-sources/contacts.yaml': 'collectionKey: people\n',
  'field-mappings/contacts.yaml': `dataSourceKey: contacts
importValue:
  fullName: {$var: $.name}
  email: {$var: $.mail}
`,
  'integrations/crm/field-mappings/contacts.yaml': 'importValue:\n  email: {$var: $.email}\n',
  'connections/crm/field-mappings/contacts.yaml': '# who asked for it\nimportValue:\n  tags: [a]\n',
  'actions/list.yaml': `type: list-data-records
config:
  dataSource: {key: contacts}
  fieldMapping: {key: contacts}
outputMapping: {$iterate: {source: {$var: output.records}, item: {$var: item.fields}}}
`,
};

const routes = {
  '/people': json([{ id: 1, name: 'Ada', mail: 'ada@people', email: 'ada@crm', phone: '1' }]),
  '/leads': json([{ id: 2, name: 'Bob', mail: 'bob@leads', email: 'bob@crm', phone: '2' }]),
};

async function customised() {
  const made = await world(files, routes);
  await made.connect();
  const run = async (how: { instance?: string; connection?: string } = {}) =>
    (await made.membrane.actions.run('list', how)).output;
  return { ...made, run, instances: made.membrane.instances };
}

const contacts = { kind: 'field-mapping', key: 'contacts', connection: 'crm' };

describe('what a connection customises', () => {
  it('is its lowest layer in runs and in data commands, until it is reset', async () => {
    const { membrane, instances, run, server } = await customised();
    expect(await run()).toEqual([{ fullName: 'Ada', email: 'ada@crm', tags: ['a'] }]);

    await instances.set(
      { ...contacts, kind: 'data-source' },
      { collectionKey: 'leads', collectionParameters: { project: 'x' } },
    );
    await instances.set(contacts, { importValue: { phone: { $var: '$.phone' }, tags: null } });
    await instances.set(contacts, { importValue: { email: { $var: '$.mail' } } });
    expect(await run()).toEqual([{ fullName: 'Bob', email: 'bob@leads', phone: '2' }]);
    expect(server.requests.at(-1)?.path).toBe('/leads?project=x');
    const { records } = await membrane.data.list('contacts', { fieldMapping: 'contacts' });
    expect(records.map(({ fields }) => fields)).toEqual([
      { fullName: 'Bob', email: 'bob@leads', phone: '2' },
    ]);

    expect(
      await instances.reset(contacts, [
        ['importValue', 'email'],
        ['importValue', 'phone'],
      ]),
    ).toBe(true);
    expect(await run()).toEqual([{ fullName: 'Bob', email: 'bob@crm' }]);
    expect(await instances.reset(contacts)).toBe(true);
    expect(await instances.reset(contacts)).toBe(false);
    expect(await instances.reset({ ...contacts, kind: 'data-source' })).toBe(true);
    expect(await run()).toEqual([{ fullName: 'Ada', email: 'ada@crm', tags: ['a'] }]);
  });

  it('is shown with where each value comes from', async () => {
    const { instances } = await customised();
    const facts = await instances.set(contacts, { importValue: { phone: { $var: '$.phone' } } });
    expect(facts).toEqual({
      ref: 'field-mapping/contacts#crm',
      connection: 'crm',
      value: {
        dataSourceKey: 'contacts',
        importValue: {
          fullName: { $var: '$.name' },
          email: { $var: '$.email' },
          tags: ['a'],
          phone: { $var: '$.phone' },
        },
      },
      set: { importValue: { phone: { $var: '$.phone' } } },
      origins: [
        {
          path: 'dataSourceKey',
          value: 'contacts',
          layer: 'universal',
          from: 'field-mappings/contacts.yaml:1',
        },
        {
          path: 'importValue.fullName',
          value: { $var: '$.name' },
          layer: 'universal',
          from: 'field-mappings/contacts.yaml:3',
        },
        {
          path: 'importValue.email',
          value: { $var: '$.email' },
          layer: 'integration',
          from: 'integrations/crm/field-mappings/contacts.yaml:2',
        },
        {
          path: 'importValue.tags',
          value: ['a'],
          layer: 'connection',
          from: 'connections/crm/field-mappings/contacts.yaml:3',
        },
        { path: 'importValue.phone', value: { $var: '$.phone' }, layer: 'command', from: null },
      ],
    });
  });

  it('is refused where the element would be wrong', async () => {
    const { instances } = await customised();
    const why = (change: object) => failure(instances.set(contacts, change as never));
    expect(await why({ importvalue: {} })).toEqual({
      code: 'input/invalid',
      message: 'field-mapping "contacts" would be wrong: unknown field "importvalue"',
      hint: 'did you mean "importValue"?',
    });
    expect(await why({ importValue: { x: { $vra: '$.name' } } })).toMatchObject({
      code: 'input/invalid',
      hint: 'did you mean "$var"?',
    });
    expect((await instances.show(contacts)).set).toBeNull();
    expect(await failure(instances.set({ ...contacts, key: 'contcts' }, { direction: 'both' }))).toEqual({
      code: 'element/not-found',
      message: 'no field-mapping "contcts"',
      hint: 'did you mean "contacts"?',
    });
  });

  it('loses nothing that others set at the same time', async () => {
    const { instances, open, clock } = await customised();
    const other = await open();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    /** Who waits for a lock looks again after a while. */
    const together = async (works: readonly Promise<unknown>[]) => {
      let done = false;
      const all = Promise.all(works).finally(() => (done = true));
      while (!done) await clock.move(100);
      await all;
    };
    await together(
      names.map((name, index) =>
        (index % 2 === 0 ? instances : other.instances).set(contacts, { importValue: { [name]: name } }),
      ),
    );
    const { set } = await instances.show(contacts);
    const values = (set as { importValue: object }).importValue;
    expect(Object.keys(values).sort()).toEqual(names);
    await together(names.slice(1).map((name) => instances.reset(contacts, [['importValue', name]])));
    expect((await other.instances.show(contacts)).set).toEqual({ importValue: { a: 'a' } });
  });

  it('names only models that there are', async () => {
    const { instances } = await customised();
    const set = (udm: string) => failure(instances.set({ ...contacts, kind: 'data-source' }, { udm }));
    expect(await set('contcts')).toEqual({
      code: 'input/invalid',
      message: 'data-source "contacts" would be wrong: no universal data model "contcts"',
      hint: 'did you mean "contacts"?',
    });
    expect(await set('nonsense')).toEqual({
      code: 'input/invalid',
      message: 'no universal data model "nonsense"',
      hint: 'see them with "membrane udm list"',
    });
    expect((await instances.show({ ...contacts, kind: 'data-source' })).set).toBeNull();
  });

  it('may be several instances, of which a run chooses one', async () => {
    const { instances, run } = await customised();
    await instances.set({ ...contacts, instance: 'short' }, { importValue: { email: null } });
    expect(await run()).toEqual([{ fullName: 'Ada', email: 'ada@crm', tags: ['a'] }]);
    expect(await run({ instance: 'short' })).toEqual([{ fullName: 'Ada' }]);
    expect(await run({ instance: 'other' })).toEqual([{ fullName: 'Ada', email: 'ada@crm', tags: ['a'] }]);
  });

  it('belongs to one connection of one tenant, and goes with it', async () => {
    const { membrane, instances, open, connect, run } = await customised();
    await instances.set(contacts, { importValue: { tags: ['set'] } });
    await connect({ key: 'second' });
    expect(await run({ connection: 'second' })).toEqual([{ fullName: 'Ada', email: 'ada@crm' }]);

    await membrane.tenants.create('acme');
    const acme = await open({ tenant: 'acme' });
    await connect({}, acme);
    const crm = await membrane.connections.show('crm');
    expect((await acme.instances.show(contacts)).set).toBeNull();
    expect(await acme.instances.reset(contacts)).toBe(false);
    expect(await acme.instances.export(contacts)).toEqual({ files: [] });
    await acme.instances.set(contacts, { importValue: { tags: ['acme'] } });
    for (const work of [
      acme.instances.show({ ...contacts, connection: crm.id }),
      acme.instances.set({ ...contacts, connection: crm.id }, {}),
      acme.instances.reset({ ...contacts, connection: crm.id }),
      acme.instances.export({ ...contacts, connection: crm.id }),
    ]) {
      expect((await failure(work))['code']).toBe('connection/unknown');
    }
    expect(await run({ connection: 'crm' })).toEqual([{ fullName: 'Ada', email: 'ada@crm', tags: ['set'] }]);

    await membrane.connections.remove('crm');
    await connect();
    expect((await instances.show(contacts)).set).toBeNull();
    expect((await acme.instances.show(contacts)).set).toEqual({ importValue: { tags: ['acme'] } });
  });
});

describe('the export of an instance', () => {
  it('goes into the file of the layer, and keeps what stands there', async () => {
    const { root, instances, open } = await customised();
    await instances.set(contacts, { importValue: { phone: { $var: '$.phone' }, email: null } });
    const file = 'connections/crm/field-mappings/contacts.yaml';
    expect(await instances.export(contacts)).toEqual({ files: [file] });
    expect(readFileSync(path.join(root, file), 'utf8')).toBe(`# who asked for it
importValue:
  tags: [ a ]
  phone:
    $var: $.phone
  email: null
`);
    expect((await instances.show(contacts)).set).toBeNull();
    const { output } = await (await open()).actions.run('list');
    expect(output).toEqual([{ fullName: 'Ada', tags: ['a'], phone: '1' }]);
  });

  it('makes a new file, one for each instance', async () => {
    const { root, instances, open } = await customised();
    const source = { kind: 'data-source', key: 'contacts' };
    await instances.set(source, { collectionKey: 'leads' });
    await instances.set({ ...source, instance: 'old' }, { collectionParameters: { project: 'o' } });
    expect(await instances.export(source)).toEqual({ files: ['connections/crm/data-sources/contacts.yaml'] });
    expect(await instances.export({ ...source, instance: 'old' })).toEqual({
      files: ['connections/crm/data-sources/contacts.old.yaml'],
    });
    const written = readFileSync(path.join(root, 'connections/crm/data-sources/contacts.old.yaml'), 'utf8');
    expect(written).toBe('key: contacts\ninstanceKey: old\ncollectionParameters:\n  project: o\n');
    const again = await open();
    expect((await again.instances.show(source)).value).toEqual({ collectionKey: 'leads' });
    expect((await again.instances.show({ ...source, instance: 'old' })).value).toMatchObject({
      collectionKey: 'people',
      collectionParameters: { project: 'o' },
    });
    expect((await again.validate()).diagnostics).toEqual([]);
  });

  it('of another tenant says whose it is, and takes no folder that is somebody else’s', async () => {
    const { root, membrane, open, connect } = await customised();
    await membrane.tenants.create('acme');
    const acme = await open({ tenant: 'acme' });
    await connect({}, acme);
    await connect({ key: 'acme-crm' }, acme);
    await acme.instances.set(contacts, { direction: 'both' });
    expect(await failure(acme.instances.export(contacts))).toEqual({
      code: 'project/exists',
      message: 'connections/crm belongs to the connection of another tenant',
      hint: 'it is of the tenant "local": rename one of the connections',
    });
    const own = { ...contacts, connection: 'acme-crm' };
    await acme.instances.set(own, { direction: 'both' });
    expect(await acme.instances.export(own)).toEqual({
      files: ['connections/acme-crm/connection.yaml', 'connections/acme-crm/field-mappings/contacts.yaml'],
    });
    expect(readFileSync(path.join(root, 'connections/acme-crm/connection.yaml'), 'utf8')).toBe(
      'tenantKey: "acme"\n',
    );
    expect(existsSync(path.join(root, 'connections/crm/connection.yaml'))).toBe(false);
    const [here, there] = [await open(), await open({ tenant: 'acme' })];
    await connect({ key: 'acme-crm' }, here);
    expect((await here.instances.show(own)).value['direction']).toBeUndefined();
    expect((await there.instances.show(own)).value['direction']).toBe('both');
  });
});
