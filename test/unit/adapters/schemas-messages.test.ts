import { expect, it } from 'vitest';
import { createSchemas } from '../../../src/adapters/schemas-ajv.js';
import { formatPath, type Json } from '../../../src/core/json.js';
import type { JsonSchema } from '../../../src/core/schema.js';

const schemas = createSchemas();

/** Each problem in a line: code, what it points at, message, help. */
function problems(schema: JsonSchema, value: unknown): string[] {
  return schemas
    .compile(schema)(value)
    .problems.map(({ code, path, target, message, help }) => {
      const place = `${formatPath(path)}${target === 'key' ? ' (key)' : ''}`;
      return [code.replace('schema/', ''), place, message, ...(help === undefined ? [] : [help])].join(' | ');
    });
}

const person: JsonSchema = {
  type: 'object',
  required: ['inputSchema'],
  properties: {
    inputSchema: { type: 'object' },
    timeout: { type: 'number' },
    age: { type: 'integer', minimum: 0 },
  },
  additionalProperties: false,
};
const config: JsonSchema = {
  oneOf: [
    {
      type: 'object',
      required: ['type', 'path'],
      properties: { type: { const: 'api' }, path: { type: 'string' }, method: { enum: ['GET', 'POST'] } },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['type', 'code'],
      properties: { type: { const: 'js' }, code: { type: 'string' } },
      additionalProperties: false,
    },
    { type: 'null' },
  ],
};
const records: JsonSchema = {
  referenceRecords: [
    { id: '1', name: 'Open' },
    { id: '2', name: 'Closed' },
  ],
};

const cases: [name: string, schema: JsonSchema, value: Json | undefined, expected: string[]][] = [
  ['no value', person, undefined, ['type |  | the value must be an object, not nothing']],
  ['a missing field', person, {}, ['missing-field |  | "inputSchema" is missing']],
  [
    'a misspelt field is one slip',
    person,
    { inputshema: {} },
    ['unknown-field | inputshema (key) | unknown field "inputshema" | did you mean "inputSchema"?'],
  ],
  [
    'an unknown field that is near none',
    person,
    { inputSchema: {}, colour: 1 },
    ['unknown-field | colour (key) | unknown field "colour" | known fields: "inputSchema", "timeout", "age"'],
  ],
  [
    'wrong types',
    person,
    { inputSchema: [], timeout: '5', age: 1.5 },
    [
      'type | inputSchema | "inputSchema" must be an object, not a list',
      'type | timeout | "timeout" must be a number, not a string',
      'type | age | "age" must be a whole number, not a fraction',
    ],
  ],
  [
    'several types',
    { type: ['string', 'null'] },
    3,
    ['type |  | the value must be a string or null, not a number'],
  ],
  [
    'a value of a list',
    { properties: { method: { enum: ['GET', 'POST', null] } } },
    { method: 'GTE' },
    ['value | method | "method" is not one of "GET", "POST", null | did you mean "GET"?'],
  ],
  ['const', { items: { const: 'a' } }, ['a', 'b'], ['value | [1] | "[1]" must be "a"']],
  [
    'lists in lists',
    { items: { items: { type: 'string' } } },
    [[], ['', 1]],
    ['type | [1][1] | "[1][1]" must be a string, not a number'],
  ],
  [
    'an item',
    { properties: { tags: { items: { minLength: 1 } } } },
    { tags: ['a', ''] },
    ['value | tags[1] | "tags[1]" must not be empty'],
  ],
  [
    'numbers',
    { minimum: 3, multipleOf: 2 },
    1,
    ['value |  | the value must be at least 3', 'value |  | the value must be a multiple of 2'],
  ],
  ['exclusive bounds', { exclusiveMinimum: 0 }, 0, ['value |  | the value must be more than 0']],
  [
    'text',
    { minLength: 2, pattern: '^[a-z]+$' },
    'A',
    [
      'value |  | the value must have at least 2 characters',
      'value |  | the value does not match the pattern ^[a-z]+$',
    ],
  ],
  [
    'formats',
    { properties: { email: { format: 'email' }, at: { format: 'date-time' } } },
    { email: 'x', at: 'y' },
    [
      'value | email | "email" must be an e-mail address',
      'value | at | "at" must be a date and time like 2024-01-31T09:30:00Z',
    ],
  ],
  [
    'lists',
    { minItems: 3, uniqueItems: true },
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [
      'value |  | the value must have at least 3 items',
      'value |  | the value has the same item twice, at 0 and 1',
    ],
  ],
  [
    'one item too many',
    { prefixItems: [true], items: false },
    [1, 2],
    ['value |  | the value must have at most 1 item'],
  ],
  [
    'contains',
    { contains: { const: 'x' } },
    ['y'],
    ['value |  | the value must have an item of a certain form: "x"'],
  ],
  [
    'names',
    { propertyNames: { pattern: '^[a-z]+$' } },
    { A: 1 },
    ['value | A (key) | the name "A" does not match the pattern ^[a-z]+$'],
  ],
  [
    'a forbidden field',
    { properties: { old: false } },
    { old: 1 },
    ['unknown-field | old (key) | "old" is not allowed here'],
  ],
  [
    'dependentRequired',
    { dependentRequired: { a: ['b'] } },
    { a: 1 },
    ['missing-field |  | "b" is missing, which "a" needs'],
  ],
  [
    'not together',
    { not: { required: ['a', 'b'] } },
    { a: 1, b: 1 },
    ['value |  | the value must not have "a" and "b" together'],
  ],
  ['not a value', { not: { enum: ['a', 'b'] } }, 'a', ['value |  | the value must not be "a" or "b"']],
  [
    'then',
    { if: { properties: { k: { const: 1 } } }, then: { required: ['x'] } },
    { k: 1 },
    ['missing-field |  | "x" is missing'],
  ],
  [
    'said once',
    { allOf: [{ required: ['a'] }, { required: ['a'] }] },
    {},
    ['missing-field |  | "a" is missing'],
  ],
  [
    'unevaluatedProperties',
    { allOf: [{ properties: { id: { type: 'string' } } }], unevaluatedProperties: false },
    { ids: 1, id: 2 },
    [
      'type | id | "id" must be a string, not a number',
      'unknown-field | ids (key) | unknown field "ids" | did you mean "id"?',
    ],
  ],
  [
    'forms: by type field',
    config,
    { type: 'api', pth: '/', method: 'GTE' },
    [
      'unknown-field | pth (key) | unknown field "pth" | did you mean "path"?',
      'value | method | "method" is not one of "GET", "POST" | did you mean "GET"?',
    ],
  ],
  [
    'forms: unknown type',
    config,
    { type: 'jss', code: '' },
    ['value | type | "type" is not one of "api", "js" | did you mean "js"?'],
  ],
  [
    'forms: no type',
    config,
    { code: '' },
    ['missing-field |  | "type" is missing | give one of "api", "js"'],
  ],
  ['forms: another JSON type', config, 5, ['type |  | the value must be an object or null, not a number']],
  [
    'forms: by JSON type',
    { anyOf: [{ type: 'string' }, { items: { type: 'string' }, type: 'array' }] },
    ['a', 3],
    ['type | [1] | "[1]" must be a string, not a number'],
  ],
  [
    'forms: one of two fields',
    { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    {},
    ['missing-field |  | one of "a", "b" is missing'],
  ],
  [
    'forms: two formats',
    { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
    'x',
    ['value |  | the value must be an IPv4 address or an IPv6 address'],
  ],
  [
    'forms: exact values',
    { anyOf: [{ const: 'a' }, { enum: ['b', 'a'] }] },
    'c',
    ['value |  | the value is not one of "a", "b"'],
  ],
  [
    'forms: two fit',
    { oneOf: [{ minimum: 1 }, { maximum: 5 }] },
    3,
    ['value |  | the value fits 2 of the 2 forms that it can have, and may only fit one'],
  ],
  [
    'records: the name instead of the id',
    records,
    'Open',
    ['value |  | the value is not one of "1" (Open), "2" (Closed) | "Open" is its name: give the id "1"'],
  ],
  ['records: custom values', { ...records, allowCustom: true }, 'Open', []],
  [
    'a schema that only refers to itself',
    { $ref: '#' },
    1,
    ['value |  | the schema of the value refers to itself without end'],
  ],
];

it.each(cases)('explains: %s', (_, schema, value, expected) => {
  expect(problems(schema, value)).toEqual(expected);
});

it('never prints a value, and of a long name only the start', () => {
  const secret = 'sk-live-4eC39HqLyjWDarjtT1zdp7dc4eC39HqLyjWDarjtT1zdp7dc';
  const schema: JsonSchema = {
    properties: {
      key: { type: 'string', isSensitive: true, pattern: '^pk-', maxLength: 20, format: 'uuid' },
      mode: { isSensitive: true, enum: ['a'] },
      other: { anyOf: [{ type: 'number' }, { const: 'x' }] },
    },
    additionalProperties: false,
  };
  const { problems: found } = schemas.compile(schema)({
    key: secret,
    mode: secret,
    other: secret,
    [secret]: 1,
  });
  expect(found.map(({ message }) => message)).toEqual([
    '"key" must have at most 20 characters',
    '"key" does not match the pattern ^pk-',
    '"key" must be a UUID',
    '"mode" must be "a"',
    '"other" must be "x"',
    'unknown field "sk-live-4eC39HqLyjWDarjtT1zdp7dc4eC39Hq…"',
  ]);
});

it('stops counting problems at a hundred, and nesting at a thousand', () => {
  expect(
    problems(
      { items: { type: 'string' } },
      Array.from({ length: 5000 }, () => 1),
    ),
  ).toHaveLength(100);
  let deep: Json = [];
  for (let i = 0; i < 5000; i += 1) deep = [deep];
  expect(
    problems({ type: 'array', items: { $ref: '#' } }, deep).map((line) => line.replace(/.*" /, '')),
  ).toEqual(['is nested too deeply']);
});
