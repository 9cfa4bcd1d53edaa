import { expect, describe, it } from 'vitest';
import { describeAll, look, project } from './look.js';

const connector = (name: string) => ({
  [`connectors/${name}/spec.yaml`]:
    'auth:\n  type: none\n  makeApiClient:\n    type: mapping\n    mapping: {baseUri: https://example.com}\n',
});

const collection = (...fields: string[]) =>
  `fieldsSchema: {type: object, properties: {${fields.map((field) => `${field}: {type: string}`).join(', ')}}}\n`;

/** Two apps, one data source for both: of the model above, of a collection each below. */
const twoApps = {
  ...connector('hub'),
  ...connector('force'),
  'connectors/hub/data/people.yaml': collection('mail', 'city'),
  'connectors/force/data/persons.yaml': collection('emailAddress'),
  'data-sources/contacts.yaml': 'udm: contacts\n',
  'integrations/hub/data-sources/contacts.yaml': 'collectionKey: people\n',
  'integrations/force/data-sources/contacts.yaml': 'collectionKey: persons\n',
};

describe('layers', () => {
  it('say what values address: the model above, the collection below', async () => {
    expect(
      await look({
        ...twoApps,
        'field-mappings/contacts.yaml':
          'dataSourceKey: contacts\nimportValue:\n  email: {$var: $.primaryEmail}\n  wrong: {$var: $.primaryEmial}\n',
        'integrations/hub/field-mappings/contacts.yaml':
          'importValue:\n  email: {$var: $.mail}\n  town: {$var: $.ctiy}\n',
        'integrations/force/field-mappings/contacts.yaml': 'importValue:\n  email: {$var: $.emailAddres}\n',
      }),
    ).toEqual([
      'field-mappings/contacts.yaml:4:17-4:31 error[type/unknown-property]: "$.primaryEmial": there is no "primaryEmial" here',
      ' = did you mean "primaryEmail"?',
      'integrations/force/field-mappings/contacts.yaml:2:17-2:30 error[type/unknown-property]: "$.emailAddres": there is no "emailAddres" here',
      ' = did you mean "emailAddress"?',
      'integrations/hub/field-mappings/contacts.yaml:3:16-3:22 error[type/unknown-property]: "$.ctiy": there is no "ctiy" here',
      ' = did you mean "city"?',
    ]);
  });

  it('are checked merged: a problem points to where the value was written, and is not repeated', async () => {
    const config = (locator: string) =>
      `config:\n  request:\n    path: /x\n    data:\n      a: {$var: ${locator}}\n`;
    const schema = (field: string) => `inputSchema: {type: object, properties: {${field}: {type: string}}}\n`;
    expect(
      await look({
        ...connector('hub'),
        ...connector('force'),
        'actions/a.yaml': `type: api-request-to-external-app\n${schema('email')}${config('$.input.email')}`,
        'actions/b.yaml': `type: api-request-to-external-app\n${schema('email')}${config('$.input.emial')}`,
        'integrations/hub/actions/a.yaml':
          'inputSchema: {properties: {email: {type: object, properties: {}}}}\n',
        'integrations/hub/actions/b.yaml': 'name: B\n',
        'integrations/force/actions/a.yaml':
          'inputSchema: {properties: {email: null, e_mail: {type: string}}}\n',
        'connections/acme/actions/b.yaml': 'name: B\n',
      }),
    ).toEqual([
      'actions/a.yaml:7:17-7:30 error[type/unknown-property]: "$.input.email": the input has no "email"',
      ' = did you mean "e_mail"?',
      ' + integrations/force/actions/a.yaml:1:14 declared here',
      'actions/b.yaml:7:17-7:30 error[type/unknown-property]: "$.input.emial": the input has no "emial"',
      ' = did you mean "email"?',
      ' + actions/b.yaml:2:14 declared here',
      'integrations/force/actions/a.yaml:1:1-1:12 warning[layer/input-schema]: the input schema differs from that of the universal element',
      ' = callers know the universal schema only: change it there, or remove it here',
      'integrations/hub/actions/a.yaml:1:1-1:12 warning[layer/input-schema]: the input schema differs from that of the universal element',
      ' = callers know the universal schema only: change it there, or remove it here',
    ]);
  });

  it('are both known by their names in what a mapping of several layers gives', async () => {
    const list = (locator: string) =>
      `type: list-data-records\nconfig: {dataSource: {key: contacts}, fieldMapping: {key: contacts}}\noutputMapping: {a: {$var: ${locator}}}\n`;
    expect(
      await look({
        ...twoApps,
        'field-mappings/contacts.yaml':
          'dataSourceKey: contacts\nimportValue:\n  email: {$var: $.primaryEmail}\n',
        'integrations/hub/field-mappings/contacts.yaml': 'importValue:\n  town: {$var: $.city}\n',
        'integrations/hub/actions/a.yaml': list('"$.output.records[0].fields.email"'),
        'integrations/hub/actions/b.yaml': list('"$.output.records[0].fields.twon"'),
        'integrations/force/actions/a.yaml': list('"$.output.records[0].fields.town"'),
        'integrations/force/actions/b.yaml': list('"$.output.records[0].fields.email"'),
        'actions/c.yaml': list('"$.output.records[0].fields.twon"'),
      }),
    ).toEqual([
      'integrations/force/actions/a.yaml:3:27-3:60 error[type/unknown-property]: "$.output.records[0].fields.town": "output.records[0].fields" has no "town"',
      ' = there is "email"',
      'integrations/hub/actions/b.yaml:3:27-3:60 error[type/unknown-property]: "$.output.records[0].fields.twon": "output.records[0].fields" has no "twon"',
      ' = did you mean "town"?',
    ]);
  });

  it('leave open what differs below', async () => {
    const flow = (locator: string) =>
      `nodes:\n  start:\n    type: api-trigger\n    links: [{key: run}]\n  run:\n    type: run-action\n    config: {actionKey: a}\n    links: [{key: show}]\n  show:\n    type: transform-data\n    config: {output: {$var: ${locator}}}\n`;
    const action = 'type: run-javascript\nconfig: {code: x}\noutputMapping: {id: 1}\n';
    expect(await look({ 'actions/a.yaml': action, 'flows/f.yaml': flow('$.input.run.idd') })).toEqual([
      'flows/f.yaml:11:29-11:44 error[type/unknown-property]: "$.input.run.idd": "input.run" has no "idd"',
      ' = did you mean "id"?',
    ]);
    expect(
      await look({
        ...connector('hub'),
        'actions/a.yaml': action,
        'integrations/hub/actions/a.yaml': 'outputMapping: {idd: 1}\n',
        'flows/f.yaml': flow('$.input.run.idd'),
      }),
    ).toEqual([]);
  });
});

describe('what is unknown', () => {
  it('is never wrong: a collection that several connectors have, or none', async () => {
    const source = { 'data-sources/people.yaml': 'collectionKey: people\n' };
    const mapping = {
      'field-mappings/people.yaml': 'dataSourceKey: people\nimportValue: {a: {$var: $.mial}}\n',
    };
    const one = { ...connector('hub'), 'connectors/hub/data/people.yaml': collection('mail') };
    const other = { ...connector('force'), 'connectors/force/data/people.yaml': collection('address') };
    expect(await look({ ...source, ...mapping, ...one })).toEqual([
      'field-mappings/people.yaml:2:25-2:31 error[type/unknown-property]: "$.mial": there is no "mial" here',
      ' = did you mean "mail"?',
    ]);
    expect(await look({ ...source, ...mapping, ...one, ...connector('force') })).toHaveLength(2);
    expect(await look({ ...source, ...mapping, ...one, ...other })).toEqual([]);
    expect(await look({ ...source, ...mapping })).toEqual([]);
  });

  it('is a field that a connection may add to a collection', async () => {
    const files = {
      ...connector('hub'),
      'connectors/hub/data/people.yaml': `${collection('mail')}customFields: {type: not-supported}\n`,
      'data-sources/people.yaml': 'collectionKey: people\n',
      'field-mappings/people.yaml': 'dataSourceKey: people\nimportValue: {a: {$var: $.mial}}\n',
    };
    expect(await look(files)).toEqual([]);
  });

  it('is what stands behind another fault: one slip, one problem', async () => {
    const rest = 'config: {request: {path: /x, data: {$var: $.input.emial}}}\n';
    expect(
      await look({
        'actions/a.yaml': `type: api-request-to-external-app\ninputSchema: {type: object, properties: {email: {type: strng}}}\n${rest}`,
        'actions/b.yaml': `type: api-request-to-external-app\nconfig: {request: {path: /x, data: {$firstName: [$.input]}}}\n`,
      }),
    ).toEqual([
      'actions/a.yaml:2:56-2:61 error[schema/invalid]: "type" is not one of "array", "boolean", "integer", "null", "number", "object", "string"',
      ' = did you mean "string"?',
      'actions/b.yaml:2:49-2:58 error[formula/shape]: "$firstName" takes a text, not a list',
      ' = as in {"$firstName":"Dr. Ada Lovelace"}',
    ]);
  });

  it('is a schema that refers to itself, to nothing, or to what is no schema', async () => {
    const action = (schema: string, locator: string) =>
      `type: run-javascript\ninputSchema: ${schema}\nconfig: {code: x, input: {$var: ${locator}}}\n`;
    const found = await look({
      'data-schemas/tree.yaml':
        'schema: {type: object, properties: {name: {type: string}, child: {$ref: schemas/tree}}}\n',
      'data-schemas/loop.yaml': 'schema: {$ref: schemas/loop}\n',
      'actions/a.yaml': action('{$ref: schemas/tree}', '$.input.child.child.nmae'),
      'actions/b.yaml': action('{$ref: schemas/loop}', '$.input.anything'),
      'actions/c.yaml': action('{$ref: "#/$defs/a", $defs: {a: {$ref: "#/$defs/a"}}}', '$.input.anything'),
    });
    expect(found.filter((line) => line.includes('type/'))).toEqual([
      'actions/a.yaml:3:33-3:57 error[type/unknown-property]: "$.input.child.child.nmae": "input.child.child" has no "nmae"',
    ]);
  });
});

describe('flows', () => {
  const node = (key: string, links: string[], output: string) =>
    `  ${key}:\n    type: transform-data\n    config: {output: ${output}}\n    links: [${links.map((link) => `{key: ${link}}`).join(', ')}]\n`;
  const start = (links: string[]) =>
    `nodes:\n  start:\n    type: api-trigger\n    inputSchema: {type: object, properties: {who: {type: string}}, additionalProperties: false}\n    links: [${links.map((link) => `{key: ${link}}`).join(', ')}]\n`;

  it('know what every way gives, and what some give', async () => {
    const found = await look({
      'flows/f.yaml':
        start(['a', 'b']) +
        node('a', ['end'], '{x: 1}') +
        node('b', ['end'], '{y: 1}') +
        node(
          'end',
          [],
          '[{$var: $.input.a.x}, {$var: $.input.b.y}, {$var: $.input.who}, {$var: $.input.a.z}]',
        ),
    });
    expect(found).toEqual([
      'flows/f.yaml:16:93-16:104 error[type/unknown-property]: "$.input.a.z": "input.a" has no "z"',
      ' = there is "x"',
    ]);
  });

  it('that go in circles are reported once, and typed as far as they can be', async () => {
    const found = await look({
      'flows/f.yaml':
        start(['a']) +
        node('a', ['b'], '{$var: $.input.b.nothing}') +
        node('b', ['a'], '{$var: $.input.a.nothing}'),
    });
    expect(found).toEqual([
      'flows/f.yaml:13:19-13:20 error[flow/cycle]: the links form a circle: "a" → "b" → "a"',
      ' = remove one of the links; to do something for each item of a list, use a for-each node',
    ]);
  });

  it('may be long', async () => {
    const nodes = Array.from({ length: 600 }, (_, index) =>
      node(`n${index}`, index === 599 ? [] : [`n${index + 1}`], '{$var: $.input.who}'),
    );
    expect(await look({ 'flows/f.yaml': start(['n0']) + nodes.join('') })).toEqual([]);
  });

  it('know the items of a list inside of a list', async () => {
    const each = (key: string, items: string, root: string) =>
      `  ${key}:\n    type: for-each\n    config: {items: {$var: ${items}}, rootNodeKey: ${root}}\n`;
    const found = await look({
      'flows/f.yaml':
        'nodes:\n  start:\n    type: api-trigger\n    inputSchema: {type: object, properties: {teams: {type: array, items: {type: object, properties: {people: {type: array, items: {type: object, properties: {mail: {type: string}}}}}}}}}\n    links: [{key: team}]\n' +
        each('team', '$.input.teams', 'person') +
        '    links: [{key: end}]\n' +
        each('person', '$.input.team.item.people', 'show') +
        node('show', [], '{a: {$var: $.input.person.item.mail}, b: {$var: $.input.person.item.mial}}') +
        node(
          'end',
          [],
          '[{$var: "$.input.team.person[0].show[0].a"}, {$var: "$.input.team.person[0].shwo"}]',
        ),
    });
    expect(found).toEqual([
      'flows/f.yaml:15:70-15:94 error[type/unknown-property]: "$.input.person.item.mial": "input.person.item" has no "mial"',
      ' = did you mean "mail"?',
      'flows/f.yaml:19:74-19:103 error[type/unknown-property]: "$.input.team.person[0].shwo": "input.team.person[0]" has no "shwo"',
      ' = did you mean "show"?',
    ]);
  });
});

it('the types count for a run of the element, and of what it refers to', async () => {
  const opened = await project({
    'actions/a.yaml':
      'type: run-javascript\ninputSchema: {type: object, properties: {email: {type: string}}}\nconfig: {code: x, input: {$var: $.input.emial}}\n',
  });
  const element = opened.resolve('action', 'a');
  expect(describeAll(opened.root, element === undefined ? [] : await opened.problems(element))).toEqual([
    'actions/a.yaml:3:33-3:46 error[type/unknown-property]: "$.input.emial": the input has no "emial"',
    ' = did you mean "email"?',
    ' + actions/a.yaml:2:14 declared here',
  ]);
});
