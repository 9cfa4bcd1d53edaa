import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateProject } from '../../../src/project/validate.js';
import { testProject } from '../../support/project.js';
import { action, connector, describeAll, look, open, project } from './look.js';

const withConnector = { 'connectors/crm/spec.yaml': connector };

describe('layers', () => {
  it('are merged: objects deeply, formulas and lists as a whole, null removes', async () => {
    const opened = await project({
      ...withConnector,
      'actions/a.yaml': `${action}    query: {a: 1, b: [1, 2], c: {$concat: [x, y]}, d: 1}\n`,
      'integrations/crm/actions/a.yaml': 'config: {request: {query: {b: [3], d: null}}}\n',
      'connections/acme/actions/a.yaml': 'config: {request: {query: {c: {$var: input.c}}}}\n',
    });
    const scope = { integration: 'crm', connection: 'acme' };
    expect(opened.resolve('action', 'a', scope)?.value).toEqual({
      type: 'http-request',
      config: {
        request: {
          uri: 'https://example.com',
          method: 'GET',
          query: { a: 1, b: [3], c: { $var: 'input.c' } },
        },
      },
    });
    expect((await validateProject(opened, [])).diagnostics).toEqual([]);
  });

  it('keep where each value was written', async () => {
    const found = await look({
      ...withConnector,
      'actions/a.yaml': action,
      'integrations/crm/actions/a.yaml': 'config:\n  request:\n    method: FETCH\n',
    });
    expect(found).toEqual([
      'integrations/crm/actions/a.yaml:3:13-3:18 error[schema/value]: "method" is not one of "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"',
      ' = did you mean "PATCH"?',
    ]);
  });

  it('report the slip of the upper one once, and a second one where it is written again', async () => {
    const slip = 'config:\n  request:\n    methd: GET\n';
    const files = { ...withConnector, 'actions/a.yaml': `${action}    methd: GET\n` };
    const [first, help] = [
      'actions/a.yaml:6:5-6:10 error[schema/unknown-field]: unknown field "methd"',
      ' = did you mean "method"?',
    ];
    expect(await look({ ...files, 'integrations/crm/actions/a.yaml': 'name: A\n' })).toEqual([first, help]);
    expect(await look({ ...files, 'integrations/crm/actions/a.yaml': slip })).toEqual([
      first,
      help,
      'integrations/crm/actions/a.yaml:3:5-3:10 error[schema/unknown-field]: unknown field "methd"',
      help,
    ]);
  });

  it('point at the upper one where only the lower makes it wrong', async () => {
    const nodes =
      'nodes:\n  start:\n    type: api-trigger\n    links:\n      - key: end\n  end:\n    type: filter\n';
    const found = await look({
      ...withConnector,
      'flows/f.yaml': `${nodes}    config: {filter: true}\n`,
      'integrations/crm/flows/f.yaml': 'nodes:\n  end: null\n',
    });
    expect(found).toEqual([
      'flows/f.yaml:5:14-5:17 error[ref/not-found]: no node "end"',
      ' = the nodes are "start"',
    ]);
  });

  it('warn of another input schema, not of the same one', async () => {
    const files = {
      ...withConnector,
      'actions/a.yaml': `${action}inputSchema: {type: object, properties: {id: {type: string}}}\n`,
    };
    const lower = (schema: string) =>
      look({ ...files, 'integrations/crm/actions/a.yaml': `inputSchema: ${schema}\n` });
    expect(await lower('{properties: {id: {type: integer}}}')).toEqual([
      'integrations/crm/actions/a.yaml:1:1-1:12 warning[layer/input-schema]: the input schema differs from that of the universal element',
      ' = callers know the universal schema only: change it there, or remove it here',
    ]);
    expect(await lower('{properties: {id: {type: string}}}')).toEqual([]);
    expect(await lower('{properties: {id: {type: string}}, type: object}')).toEqual([]);
  });

  it('of a connection go over that of the only integration that has the element', async () => {
    expect(
      await look({
        ...withConnector,
        'integrations/crm/actions/a.yaml': action,
        'connections/acme/actions/a.yaml': 'name: A\n',
      }),
    ).toEqual([]);
  });

  it('of a connection belong to one tenant', async () => {
    const opened = await project({
      'actions/a.yaml': action,
      'connections/acme/connection.yaml': 'tenantKey: acme\n',
      'connections/acme/actions/a.yaml': 'name: of acme\n',
      'connections/own/actions/a.yaml': 'name: of local\n',
      'packages/p/package.yaml': '',
      'packages/p/connections/other/connection.yaml': 'tenantKey: other\n',
      'packages/p/connections/other/actions/a.yaml': 'name: of other\n',
    });
    const nameFor = (connection: string, tenant?: string) =>
      opened.resolve('action', 'a', { connection, tenant })?.value['name'];
    expect([nameFor('acme', 'acme'), nameFor('acme'), nameFor('acme', 'local')]).toEqual([
      'of acme',
      undefined,
      undefined,
    ]);
    expect([nameFor('own'), nameFor('own', 'local'), nameFor('own', 'acme')]).toEqual([
      'of local',
      'of local',
      undefined,
    ]);
    expect([nameFor('other', 'other'), nameFor('other')]).toEqual(['of other', undefined]);
  });

  it('whose connection.yaml is wrong belong to nobody', async () => {
    const opened = await project({
      'actions/a.yaml': action,
      'connections/c/connection.yaml': 'tenantKey: [\n',
      'connections/c/actions/a.yaml': 'name: C\n',
      'connections/d/connection.yaml': 'tenantkey: acme\n',
      'connections/d/actions/a.yaml': 'name: D\n',
    });
    expect(describeAll(opened.root, (await validateProject(opened, [])).diagnostics)).toEqual([
      'connections/c/connection.yaml:1:12-1:13 error[yaml/syntax]: a list or object in brackets has no end, or goes on further to the left',
      ' = close it with "]", and indent all of it',
      'connections/d/connection.yaml:1:1-1:10 error[schema/unknown-field]: unknown field "tenantkey"',
      ' = did you mean "tenantKey"?',
    ]);
    for (const connection of ['c', 'd'])
      expect(opened.resolve('action', 'a', { connection })?.value['name']).toBe(undefined);
  });

  it('are off where the merged element is', async () => {
    const opened = await project({
      ...withConnector,
      'connectors/erp/spec.yaml': connector,
      'actions/a.yaml': `${action}isDeactivated: true\n`,
      'integrations/crm/actions/a.yaml': 'name: A\n',
      'integrations/erp/actions/a.yaml': 'isDeactivated: false\n',
    });
    const off = (integration?: string) => opened.resolve('action', 'a', { integration })?.off;
    expect([off(), off('crm'), off('erp')]).toEqual([true, true, false]);
  });
});

describe('functions', () => {
  const spec = (test: string) => `${connector}  test: ${test}\n`;
  const rest = 'path: /me\nmethod: get\n';
  const cases: [string, Record<string, string>, string[]][] = [
    [
      'lie in the file of their type',
      { 'spec.yaml': spec('{implementationType: rest-api-mapping}'), 'auth/test.rest.yml': rest },
      [],
    ],
    ['need not be announced', { 'spec.yaml': connector, 'auth/test.rest.yml': rest }, []],
    [
      'whose file is missing are named',
      { 'spec.yaml': spec('{implementationType: rest-api-mapping}') },
      [
        'connectors/app/spec.yaml:7:30-7:46 error[function/file]: the file "auth/test.rest.yml" of this function is missing',
        ' = write it, or give the function inline as "type" and "mapping"',
      ],
    ],
    [
      'with the file of another type are named',
      { 'spec.yaml': spec('{implementationType: mapping}'), 'auth/test.rest.yml': rest },
      [
        'connectors/app/spec.yaml:7:30-7:37 error[function/file]: the file "auth/test.map.yml" of this function is missing',
        ' = "test.rest.yml" is there: is its type rest-api-mapping meant?',
      ],
    ],
    [
      'of a type that is none are named',
      { 'spec.yaml': spec('{implementationType: rest-mapping}') },
      [
        'connectors/app/spec.yaml:7:30-7:42 error[function/file]: no function type "rest-mapping"',
        ' = the types are mapping, rest-api-mapping, graphql-api-mapping, operation-mapping, javascript, not-supported',
      ],
    ],
    [
      'with two files are an error in the second',
      { 'spec.yaml': connector, 'auth/test.rest.yml': rest, 'auth/test.map.yml': 'a: 1\n' },
      [
        'connectors/app/auth/test.rest.yml:1:1-1:1 error[function/file]: the function "auth/test" has two files',
        ' = keep one of the two',
        ' + connectors/app/auth/test.map.yml:1:1 the other one',
      ],
    ],
    [
      'given inline and in a file are an error in spec.yaml',
      {
        'spec.yaml': spec('{type: rest-api-mapping, mapping: {path: /me, method: get}}'),
        'auth/test.rest.yml': rest,
      },
      [
        'connectors/app/spec.yaml:7:3-7:7 error[function/file]: the function is given inline and in the file "test.rest.yml"',
        ' = keep one of the two',
      ],
    ],
    [
      'that no field asks for are strays',
      { 'spec.yaml': connector, 'auth/tset.rest.yml': rest },
      [
        'connectors/app/auth/tset.rest.yml:1:1-1:1 error[function/file]: no function of this element is called "auth/tset"',
        ' = did you mean "auth/test"?',
      ],
    ],
    [
      'with a broken file are an error there',
      { 'spec.yaml': connector, 'auth/test.rest.yml': 'path: [\n' },
      [
        'connectors/app/auth/test.rest.yml:1:7-1:8 error[yaml/syntax]: a list or object in brackets has no end, or goes on further to the left',
        ' = close it with "]", and indent all of it',
      ],
    ],
    ['may have a file in the place of their folder', { 'spec.yaml': connector, auth: 'notes' }, []],
  ];
  for (const [name, files, expected] of cases) {
    it(name, async () => {
      const moved = Object.entries(files).map(([file, text]) => [`connectors/app/${file}`, text]);
      expect(await look(Object.fromEntries(moved))).toEqual(expected);
    });
  }
});

describe('references', () => {
  it('to what a broken file should hold are no second problem', async () => {
    expect(
      await look({
        'data-sources/contacts.yaml': 'path: [\n',
        'field-mappings/contacts.yaml': 'dataSourceKey: contacts\n',
        'connectors/crm/spec.yaml': 'auth: [\n',
        'integrations/crm/spec.yaml': 'name: CRM\n',
      }),
    ).toEqual([
      'connectors/crm/spec.yaml:1:7-1:8 error[yaml/syntax]: a list or object in brackets has no end, or goes on further to the left',
      ' = close it with "]", and indent all of it',
      'data-sources/contacts.yaml:1:7-1:8 error[yaml/syntax]: a list or object in brackets has no end, or goes on further to the left',
      ' = close it with "]", and indent all of it',
    ]);
  });

  it('and what they lead to are what a run must be right in, and membrane.yaml', async () => {
    const opened = await project({
      'membrane.yaml': 'nmae: x\n',
      'actions/a.yaml': 'type: list-data-records\nconfig:\n  dataSource: {key: contacts}\n',
      'actions/b.yaml': 'type: list-data-records\nconfig:\n  dataSource: {key: deals}\n',
      'actions/elsewhere.yaml': 'type: [\n',
      'data-sources/contacts.yaml': 'path: 5\n',
      'data-sources/deals.yaml': 'path: [\n',
    });
    const problems = async (key: string) =>
      describeAll(opened.root, await opened.problems(opened.resolve('action', key)!));
    const config = [
      'membrane.yaml:1:1-1:5 error[schema/unknown-field]: unknown field "nmae"',
      ' = did you mean "name"?',
    ];
    expect(await problems('a')).toEqual([
      ...config,
      'data-sources/contacts.yaml:1:7-1:8 error[schema/type]: "path" must be a string, not a number',
    ]);
    expect(await problems('b')).toEqual([
      ...config,
      'data-sources/deals.yaml:1:7-1:8 error[yaml/syntax]: a list or object in brackets has no end, or goes on further to the left',
      ' = close it with "]", and indent all of it',
    ]);
  });
});

describe('the cache of parsed files', () => {
  it('changes no result, whatever is edited', async () => {
    const texts = [
      action,
      `${action}name: A\n`,
      `${action}nmae: A\n`,
      'type: [\n',
      '',
      `key: b\n${action}`,
      `${action}name: &a x\ndescription: *a\n`,
      `${action}a: 1\na: 2\n`,
      `\uFEFF${action}`,
      `${action}meta: {__proto__: {a: 1}, n: 12345678901234567890, f: .inf}\n`,
    ];
    const { root, write } = await testProject({ 'membrane.yaml': '', ...withConnector });
    mkdirSync(`${root}/actions`);
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 40; round += 1) {
      const name = ['actions/a', 'actions/b', 'actions/c', 'integrations/crm/actions/a'][random(4)];
      await write(`${name}.yaml`, texts[random(texts.length)] ?? '');
      const [cold, warm, warmer] = [open(root), open(root, true), open(root, true)];
      const plain = await validateProject(cold, []);
      expect(await validateProject(warm, [])).toEqual(plain);
      expect(await validateProject(warmer, [])).toEqual(plain);
      expect(warmer.list('action')).toEqual(cold.list('action'));
    }
  });

  it('is forgotten when it is damaged, or of another build', async () => {
    const { root, read, write } = await testProject({
      'membrane.yaml': '',
      'actions/a.yaml': `${action}nmae: A\n`,
    });
    const plain = await validateProject(open(root), []);
    await validateProject(open(root, true), []);
    const whole = await read('.membrane/cache/yaml.json');
    const damaged = ['null', '{"build": "sources", "values": [1]}', '{"build": "sources", "right": 1}'];
    const other = whole.replace('"sources"', '"another"').replaceAll('nmae', 'name');
    for (const text of ['', whole.slice(0, -10), other, ...damaged]) {
      await write('.membrane/cache/yaml.json', text);
      expect(await validateProject(open(root, true), [])).toEqual(plain);
    }
  });
});
