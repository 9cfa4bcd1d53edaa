import type { Explanation } from './explanation.js';

const fields = {
  email: 'email:\n      type: string',
  age: 'age:\n      type: number',
  tags: 'tags:\n      type: array\n      items:\n        type: string',
  status: 'status:\n      type: string\n      enum: [open, closed]',
};

/** An action with one field of input that sends a value. */
function sending(field: keyof typeof fields, value: string): Readonly<Record<string, string>> {
  return {
    'membrane.yaml': '',
    'actions/create-user.yaml': `type: http-request
inputSchema:
  type: object
  properties:
    ${fields[field]}
config:
  request:
    uri: https://example.com/users
    body:
      value:
${value.replace(/^/gm, '        ')}
`,
  };
}

/** A data source of a model, and a mapping to a shape of the app. */
function mapping(value: string, rest = ''): Readonly<Record<string, string>> {
  return {
    'membrane.yaml': '',
    'data-sources/contacts.yaml': 'udm: contacts\n',
    'field-mappings/contacts.yaml': `dataSourceKey: contacts
appSchema:
  type: object
  required: [name]
  properties:
    name:
      type: string
    since:
      type: string
${rest}importValue:
${value.replace(/^/gm, '  ')}
`,
  };
}

export const typeExplanations = {
  'type/unknown-property': {
    means:
      'A locator names a property that the schema of the value does not have, but one that is very near: it is misspelt, and would give nothing at run time.',
    wrong: sending('email', '$var: input.emial'),
    right: sending('email', '$var: input.email'),
  },
  'type/undeclared-property': {
    means:
      'A locator names a property that the schema of the value does not mention. It may be there all the same, if the schema is not complete.',
    wrong: sending('email', '$var: input.nickname'),
    right: sending('email', '$var: input.email'),
  },
  'type/not-a-list': {
    means: 'A locator asks for an item by its number, of a value that is no list.',
    wrong: sending('email', '$var: input.email[0]'),
    right: sending('tags', '$var: input.tags[0]'),
  },
  'type/not-an-object': {
    means: 'A locator asks for a property of a value that is no object.',
    wrong: sending('email', '$var: input.email.domain'),
    right: sending('email', '$domainFromEmail:\n  $var: input.email'),
  },
  'type/mismatch': {
    means: 'A value can never fit the schema of the place that it goes to.',
    wrong: mapping('name:\n  $var: $.jobTitle\nsince: 5'),
    right: mapping('name:\n  $var: $.jobTitle\nsince: "5"'),
  },
  'type/unknown-field': {
    means: 'A value has a field that its target does not allow.',
    wrong: mapping('name:\n  $var: $.jobTitle\nphone: none', '  additionalProperties: false\n'),
    right: mapping('name:\n  $var: $.jobTitle', '  additionalProperties: false\n'),
  },
  'type/undeclared-field': {
    means:
      'A value has a field that its target does not name, but one that is near: it is probably misspelt.',
    wrong: mapping('name:\n  $var: $.jobTitle\nsinec: today'),
    right: mapping('name:\n  $var: $.jobTitle\nsince: today'),
  },
  'type/required-missing': {
    means: 'The target requires a field that the mapping never gives.',
    wrong: mapping('since: today'),
    right: mapping('since: today\nname:\n  $var: $.jobTitle'),
  },
  'type/operator': {
    means: 'An operator makes no sense for a value of this type: its answer is always the same.',
    wrong: sending('tags', '$eval:\n  $var: input.tags\ngt: 5'),
    right: sending('age', '$eval:\n  $var: input.age\ngt: 5'),
  },
  'type/enum': {
    means: 'A value is compared with something that its schema rules out.',
    wrong: sending('status', '$eval:\n  $var: input.status\nis: opened'),
    right: sending('status', '$eval:\n  $var: input.status\nis: open'),
  },
  'type/always': {
    means: 'A condition gives the same answer whatever the values are.',
    wrong: sending('age', '$eval: 5\ngt: 4'),
    right: sending('age', '$eval:\n  $var: input.age\ngt: 4'),
  },
} satisfies Record<string, Explanation>;
