import { expect, it } from 'vitest';
import { validateProject } from '../../../src/project/validate.js';
import { testProject } from '../../support/project.js';
import { connector, describeAll, open } from './look.js';

/** Each file in several versions, of which some fit those of the others. */
const versions: Readonly<Record<string, readonly string[]>> = {
  'data-schemas/person.yaml': [
    'schema: {type: object, properties: {email: {type: string}}}\n',
    'schema: {type: object, properties: {mail: {type: string}}}\n',
    'schema: {type: objekt}\n',
  ],
  'connectors/crm/data/people.yaml': [
    'fieldsSchema: {$ref: schemas/person}\n',
    'fieldsSchema: {type: object, properties: {id: {type: string}}}\n',
    'fieldsSchema: [\n',
  ],
  'connectors/crm/operations/find/spec.yaml': [
    'outputSchema: {type: object, properties: {email: {type: string}}}\nrun: {implementationType: mapping}\n',
    'outputSchema: {type: object, properties: {email: {type: number}}}\nrun: {implementationType: mapping}\n',
  ],
  'connectors/crm/operations/find/run.map.yml': ['email: {$var: $.input.mail}\n', 'email: a\n', 'mail: 5\n'],
  'actions/find.yaml': [
    'type: connector-operation\nconfig: {operationKey: find}\noutputMapping: {email: {$var: $.output.email}}\n',
    'type: connector-operation\nconfig: {operationKey: find}\noutputMapping: {email: {$var: $.output.emial}}\n',
    'type: connector-operation\nconfig: {operationKey: search}\n',
  ],
  'integrations/crm/actions/find.yaml': ['outputMapping: {mail: 1}\n', 'name: Find\n'],
  'flows/f.yaml': [
    'nodes:\n  start: {type: api-trigger, links: [{key: find}]}\n  find: {type: run-action, config: {actionKey: find}, links: [{key: show}]}\n  show: {type: transform-data, config: {output: {$var: $.input.find.emial}}}\n',
  ],
  'field-mappings/people.yaml': [
    'dataSourceKey: people\nimportValue: {mail: {$var: $.email}}\n',
    'dataSourceKey: people\nimportValue: {mail: {$var: $.mial}}\n',
  ],
  'data-sources/people.yaml': ['collectionKey: people\n', 'udm: contacts\n'],
};

it('what types say is the same warm and cold, whatever is edited, also elsewhere', async () => {
  const first = Object.fromEntries(Object.entries(versions).map(([file, [text = '']]) => [file, text]));
  const { root, write } = await testProject({
    'membrane.yaml': '',
    'connectors/crm/spec.yaml': connector,
    ...first,
  });
  let seed = 11;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const files = Object.keys(versions);
  let found = 0;
  for (let round = 0; round < 40; round += 1) {
    const file = files[random(files.length)] ?? '';
    const texts = versions[file] ?? [];
    await write(file, texts[random(texts.length)] ?? '');
    const plain = await validateProject(open(root), []);
    expect(await validateProject(open(root, true), [])).toEqual(plain);
    expect(await validateProject(open(root, true), [])).toEqual(plain);
    found += describeAll(root, plain.diagnostics).filter((line) => line.includes('[type/')).length;
  }
  expect(found).toBeGreaterThan(20);
});

it('what is remembered is used: a second look at the same project types nothing', async () => {
  const { root, read, write } = await testProject({
    'membrane.yaml': '',
    'actions/a.yaml':
      'type: run-javascript\ninputSchema: {type: object, properties: {email: {type: string}}}\nconfig: {code: x, input: {$var: $.input.emial}}\n',
  });
  await validateProject(open(root, true), []);
  const stored = await read('.membrane/cache/yaml.json');
  await write('.membrane/cache/yaml.json', stored.replace('has no \\"emial\\"', 'has no memory'));
  const { diagnostics } = await validateProject(open(root, true), []);
  expect(diagnostics.map(({ message }) => message)).toEqual(['"$.input.emial": the input has no memory']);
});
