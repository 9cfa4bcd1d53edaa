import { expect, it } from 'vitest';
import { createSchemas } from '../../../src/adapters/schemas-ajv.js';
import { MembraneError } from '../../../src/core/error.js';
import type { JsonSchema } from '../../../src/core/schema.js';

const schemas = createSchemas();

it('fills in defaults in a copy, and gives back what has none to fill in', () => {
  const schema: JsonSchema = {
    properties: {
      limit: { default: 10 },
      tags: { items: { properties: { colour: { default: 'red' } } } },
      nested: { $ref: '#/$defs/nested' },
      none: { properties: { x: { default: 1 } } },
    },
    if: { properties: { kind: { const: 'a' } } },
    then: { properties: { size: { default: { w: 1 } } } },
    $defs: { nested: { properties: { on: { default: true } } } },
  };
  const given = { kind: 'a', tags: [{}, { colour: 'blue' }], nested: {} };
  const before = structuredClone(given);
  const validate = schemas.compile(schema, { defaults: true });
  const full = {
    kind: 'a',
    limit: 10,
    tags: [{ colour: 'red' }, { colour: 'blue' }],
    nested: { on: true },
    size: { w: 1 },
  };
  expect(validate(given)).toEqual({ value: full, problems: [] });
  expect(given).toEqual(before);
  expect(validate(full).value).toBe(full);
  expect(schemas.compile(schema)(given).value).toBe(given);
});

it('checks a default like any other value', () => {
  const schema: JsonSchema = { properties: { a: { type: 'string', default: 1 } } };
  expect(schemas.compile(schema, { defaults: true })({}).problems).toEqual([
    { path: ['a'], target: 'value', code: 'schema/type', message: '"a" must be a string, not a number' },
  ]);
});

const elements: Record<string, JsonSchema> = {
  person: {
    type: 'object',
    required: ['name'],
    properties: { name: { $ref: '#/$defs/name' }, company: { $ref: 'schemas/my company' } },
    $defs: { name: { type: 'string' } },
  },
  'my company': { type: 'object', properties: { owner: { $ref: 'person' } } },
  named: { $id: 'https://example.com/named', $defs: { x: { $anchor: 'x', type: 'integer' } } },
};
const resolve = (key: string) => elements[key];

it('follows references to data schemas, round in circles too', () => {
  const schema: JsonSchema = { properties: { person: { $ref: 'schemas/person' } } };
  const validate = schemas.compile(schema, { resolve });
  expect(validate({ person: { name: 'Ada', company: { owner: { name: 'Grace' } } } }).problems).toEqual([]);
  expect(validate({ person: { name: 'Ada', company: { owner: { name: 1 } } } }).problems).toEqual([
    {
      path: ['person', 'company', 'owner', 'name'],
      target: 'value',
      code: 'schema/type',
      message: '"name" must be a string, not a number',
    },
  ]);
});

it('follows pointers, anchors and escaped names in data schemas', () => {
  const schema: JsonSchema = {
    prefixItems: [
      { $ref: 'person#/$defs/name' },
      { $ref: 'schemas/my%20company' },
      { $ref: 'named#x' },
      { $ref: 'https://example.com/named#/$defs/x' },
    ],
  };
  const validate = schemas.compile(schema, { resolve });
  expect(validate(['Ada', {}, 1, 2]).problems).toEqual([]);
  expect(validate([1, 2, 'a', 'b']).problems.map(({ message }) => message)).toEqual([
    '"[0]" must be a string, not a number',
    '"[1]" must be an object, not a number',
    '"[2]" must be a whole number, not a string',
    '"[3]" must be a whole number, not a string',
  ]);
});

it('compiles a schema once: by identity, by content, and again when what it refers to changes', () => {
  const schema: JsonSchema = { properties: { a: { type: 'string' } } };
  const once = schemas.compile(schema);
  expect(schemas.compile(schema)).toBe(once);
  expect(schemas.compile(schema, { resolve })).toBe(once);
  expect(schemas.compile(structuredClone(schema))).toBe(once);

  const referring: JsonSchema = { $ref: 'schemas/x' };
  const text: JsonSchema = { type: 'string' };
  const first = schemas.compile(referring, { resolve: () => text });
  expect(schemas.compile(referring, { resolve: () => text })).toBe(first);
  const second = schemas.compile(referring, { resolve: () => ({ type: 'number' }) });
  expect([first('a'), first(1), second('a'), second(1)].map(({ problems }) => problems.length)).toEqual([
    0, 1, 1, 0,
  ]);
});

it('gives the same answers before and after the code of ajv takes over', async () => {
  const schema: JsonSchema = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, tags: { items: { $ref: '#/$defs/tag' } } },
    $defs: { tag: { referenceRecords: [{ id: 'a' }, { id: 'b' }] } },
  };
  const validate = schemas.compile(schema);
  const good = { id: '1', tags: Array.from({ length: 1000 }, () => 'a') };
  const bad = { id: '1', tags: ['a', 'c'] };
  const cold = [validate(good), validate(bad)];
  for (let i = 0; i < 600; i += 1) validate(good);
  await import('../../../src/adapters/schemas-compile.js');
  await new Promise(setImmediate);
  expect([validate(good), validate(bad)]).toEqual(cold);
});

it.each<[string, JsonSchema, string, string | undefined]>([
  [
    'a wrong type',
    { properties: { a: { type: 'strng' } } },
    'the data schema is invalid: "type" is not one of "array", "boolean", "integer", "null", "number", "object", "string" at properties.a.type',
    'did you mean "string"?',
  ],
  [
    'a broken reference',
    { items: { $ref: '#/$defs/x' } },
    'the data schema is invalid: nothing stands at "#/$defs/x" at items.$ref',
    undefined,
  ],
  [
    'no such data schema',
    { $ref: 'schemas/x' },
    'the data schema is invalid: no data schema "schemas/x" at $ref',
    undefined,
  ],
  [
    'no schema at all',
    5 as unknown as JsonSchema,
    'the data schema is invalid: the schema must be an object or a boolean, not a number',
    undefined,
  ],
  [
    'null',
    null as unknown as JsonSchema,
    'the data schema is invalid: the schema must be an object or a boolean, not null',
    undefined,
  ],
])('refuses to compile %s', (_, schema, message, hint) => {
  let error: unknown;
  try {
    schemas.compile(schema);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(MembraneError);
  const { code, message: text, hint: help } = error as MembraneError;
  expect({ code, text, help }).toEqual({ code: 'schema/invalid', text: message, help: hint });
});

it('says which data schema is at fault', () => {
  const bad: JsonSchema = { type: 'strng' };
  expect(() => schemas.compile({ $ref: 'schemas/bad' }, { resolve: () => bad })).toThrow(
    'the data schema is invalid: in "bad": "type" is not one of',
  );
});

it('reads a schema of draft 7 and of draft 4 as such', () => {
  const old = schemas.compile({
    $schema: 'http://json-schema.org/draft-07/schema#',
    items: [{ type: 'string' }],
    additionalItems: false,
    dependencies: { a: ['b'] },
  });
  expect(
    [['a'], ['a', 1], [1], { a: 1 }].map((value) => old(value).problems.map(({ message }) => message)),
  ).toEqual([
    [],
    ['the value must have at most 1 item'],
    ['"[0]" must be a string, not a number'],
    ['"b" is missing, which "a" needs'],
  ]);
  const older = schemas.compile({
    $schema: 'http://json-schema.org/draft-04/schema#',
    minimum: 1,
    exclusiveMinimum: true,
  });
  expect(older(1).problems.map(({ message }) => message)).toEqual(['the value must be more than 1']);
});
