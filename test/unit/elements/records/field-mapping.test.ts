import { expect, it } from 'vitest';
import { crmWorld, failed } from './crm-world.js';

const record = {
  id: '1',
  fields: { email: 'ada@example.com', firstName: 'Ada', lastName: 'Byron', cf_tier: 'gold' },
};

/** What a field mapping makes of a record of the REST CRM. */
async function mapped(files: Readonly<Record<string, string>>, source = 'customers', key = 'm') {
  const { data, warnings } = await crmWorld(files);
  const map = await data.mapper(source, key, {
    integration: 'rest',
    warn: ({ message }) => void warnings.push(message),
  });
  return { fields: (await map(record)).fields, warnings };
}

it('merges importValue over defaultImportValue: objects deeply, formulas as a whole, null removes', async () => {
  const { fields } = await mapped(
    {
      'field-mappings/m.yaml': `defaultImportValue:
  who: {first: {$var: $.firstName}, last: {$var: $.lastName}}
  mail: {$var: $.email}
  tier: {$var: $.cf_tier}
importValue:
  who: {last: LAST}
  mail: {$concat: {values: [{$var: $.firstName}, {$var: $.email}], delimiter: ' '}}
  tier: null
`,
    },
    'contacts',
  );
  expect(fields).toEqual({ who: { first: 'Ada', last: 'LAST' }, mail: 'Ada ada@example.com' });
});

it('lets a whole default give way to fields', async () => {
  const { fields } = await mapped(
    { 'field-mappings/m.yaml': 'defaultImportValue: {$var: $}\nimportValue: {mail: {$var: $.email}}\n' },
    'contacts',
  );
  expect(fields).toEqual({ mail: 'ada@example.com' });
});

it('reads the model on the universal layer and the collection on lower ones, in one mapping', async () => {
  const { fields } = await mapped({
    'field-mappings/m.yaml':
      'importValue: {mail: {$var: $.primaryEmail}, who: {first: {$var: $.firstName}}}\n',
    'integrations/rest/field-mappings/m.yaml':
      'importValue: {tier: {$var: $.cf_tier}, who: {last: {$var: $.lastName}}}\n',
  });
  expect(fields).toEqual({ mail: 'ada@example.com', tier: 'gold', who: { first: 'Ada', last: 'Byron' } });
});

it('goes through the model when only that is mapped', async () => {
  const unified = 'unifiedImportValue: {mail: {$var: $.primaryEmail}}\n';
  const named = await mapped({ 'field-mappings/m.yaml': unified });
  expect(named.fields).toEqual({ mail: 'ada@example.com' });
  // the collection is named directly: the model is that of the data source of the mapping
  const direct = await mapped(
    { 'field-mappings/m.yaml': `dataSourceKey: customers\n${unified}` },
    'contacts',
  );
  expect(direct.fields).toEqual({ mail: 'ada@example.com' });
  const unknown = await mapped({ 'field-mappings/m.yaml': unified }, 'leads');
  expect(unknown.fields).toEqual({});
});

it('leaves the fields as they are where nothing is mapped in this direction', async () => {
  const { fields } = await mapped({ 'field-mappings/m.yaml': 'direction: export\nimportValue: {a: 1}\n' });
  expect(fields).toEqual(record.fields);
});

it('warns where the connector does not map the collection to the model, and takes the fields as they are', async () => {
  const { fields, warnings } = await mapped(
    {
      'field-mappings/m.yaml': 'importValue: {mail: {$var: $.email}}\n',
      'data-sources/mixed.yaml': 'udm: users\ncollectionKey: contacts\n',
    },
    'mixed',
  );
  expect(fields).toEqual({ mail: 'ada@example.com' });
  expect(warnings).toEqual([
    'the connector does not map "contacts" to the model "users": the fields are taken as they are',
  ]);
});

it('exports what it is given, merged and through the model', async () => {
  const { data, rest, server } = await crmWorld({
    'field-mappings/m.yaml': 'exportValue: {primaryEmail: {$var: $.mail}}\n',
    'integrations/rest/field-mappings/m.yaml': 'exportValue: {lastName: {$var: $.family}}\n',
  });
  await data.create(
    'customers',
    { mail: 'new@example.com', family: 'Hopper' },
    { ...rest, fieldMapping: 'm' },
  );
  expect(server.contacts.at(-1)).toMatchObject({
    email: 'new@example.com',
    last_name: 'Hopper',
    first_name: '',
  });
});

it('points at the layer that wrote a formula which fails', async () => {
  const { data } = await crmWorld({
    'field-mappings/m.yaml': 'importValue: {a: {$var: $.email}}\n',
    'integrations/rest/field-mappings/m.yaml': `importValue:\n  b: {$jsonata: '$error("no")'}\n`,
  });
  const map = await data.mapper('contacts', 'm', { integration: 'rest' });
  const error = await Promise.resolve(map(record)).catch(
    (one: { span?: { file: string; line: number } }) => one,
  );
  const { span } = error as { span?: { file: string; line: number } };
  expect([span?.file.split('/').slice(-4).join('/'), span?.line]).toEqual([
    'integrations/rest/field-mappings/m.yaml',
    2,
  ]);
});

it('names what is there where a key is wrong or switched off', async () => {
  const { data, rest } = await crmWorld({ 'field-mappings/off.yaml': 'isDeactivated: true\n' });
  expect(await failed(data.list('contacts', { ...rest, fieldMapping: 'custmers' }))).toEqual({
    code: 'element/not-found',
    message: 'no field mapping "custmers"',
    hint: 'did you mean "customers"?',
  });
  expect(await failed(data.list('contacts', { ...rest, fieldMapping: 'off' }))).toEqual({
    code: 'element/off',
    message: 'the field mapping "off" is deactivated',
    hint: 'remove "isDeactivated: true" from its file',
  });
});
