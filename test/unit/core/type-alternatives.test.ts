import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import type { JsonSchema } from '../../../src/core/schema.js';
import { alternativesOf, kindsOf, typesOf, valuesOf } from '../../../src/core/type-alternatives.js';
import { kindsInWords, typeInWords } from '../../../src/core/type-words.js';

const types = typesOf();

describe('the kinds of a type', () => {
  it.each<[string, JsonSchema, string]>([
    ['a type', { type: 'string' }, 'a text'],
    ['several types', { type: ['string', 'number', 'null'] }, 'a text or a number'],
    ['whole numbers', { type: 'integer' }, 'a whole number'],
    ['a fraction', { const: 1.5 }, 'a fraction'],
    ['nothing else than null', { type: 'null' }, 'nothing'],
    ['those of its values', { enum: ['a', 1] }, 'a text or a whole number'],
    ['values within a type', { type: 'string', enum: ['a', 1] }, 'a text'],
    ['null, in the word of OpenAPI', { type: 'string', nullable: true }, 'a text'],
    [
      'what holds at once',
      { allOf: [{ type: ['string', 'array'] }, { type: ['array', 'object'] }] },
      'a list',
    ],
    ['one of several forms', { anyOf: [{ type: 'string' }, { type: 'object' }] }, 'a text or an object'],
    ['words beside the forms', { type: 'object', oneOf: [{ type: 'string' }, {}] }, 'an object'],
  ])('are %s', (_, schema, words) => {
    expect(kindsInWords(kindsOf(types, schema))).toBe(words);
  });

  it.each<[string, JsonSchema]>([
    ['true', true],
    ['an empty schema', {}],
    ['a formula', { $case: [{ value: { type: 'string' } }] }],
    ['a formula as type', { type: { $var: 'kind' } }],
    ['a word of another draft', { type: 'any' }],
    ['a reference that leads nowhere', { $ref: '#/$defs/none' }],
    ['a reference to nobody', { $ref: 'schemas/none' }],
    ['a contradiction', { allOf: [{ type: 'string' }, { type: 'number' }] }],
  ])('are any for %s', (_, schema) => {
    expect(kindsInWords(kindsOf(types, schema))).toBe(
      'a text or a number or true or false or a list or an object',
    );
  });
});

describe('the values of a type', () => {
  it.each<[JsonSchema, readonly unknown[] | undefined]>([
    [{ const: 'a' }, ['a']],
    [{ enum: ['a', 'b'] }, ['a', 'b']],
    [{ anyOf: [{ const: 'a' }, { enum: ['b', 'a'] }] }, ['a', 'b']],
    [{ allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] }, ['b']],
    [{ referenceRecords: [{ id: '1', name: 'One' }, { id: '2' }] }, ['1', '2']],
    [{ referenceRecords: [{ id: '1' }], allowCustom: true }, undefined],
    [{ referenceRecords: [{ name: 'One' }] }, undefined],
    [{ enum: { $var: 'values' } }, undefined],
    [{ anyOf: [{ const: 'a' }, { type: 'string' }] }, undefined],
    [{ type: ['string', 'null'], enum: ['a', null] }, ['a', null]],
  ])('of %j are %j', (schema, values) => {
    expect(valuesOf(types, schema)).toEqual(values);
  });

  it('are named in messages, as far as they are few', () => {
    const many = Array.from({ length: 10 }, (_, index) => index);
    expect(typeInWords(types, { enum: many })).toBe('one of 0, 1, 2, 3, 4, 5, 6, 7 and 2 more');
    expect(typeInWords(types, { const: 'x'.repeat(80) })).toBe(`"${'x'.repeat(56)}…"`);
    expect(typeInWords(types, { enum: [{}, 'a'] })).toBe('a text or an object');
  });
});

describe('references', () => {
  const address = { type: 'object', properties: { city: { type: 'string' } } };
  const kindsThrough = (schema: JsonSchema, resolve?: (key: string) => JsonSchema | undefined) =>
    kindsInWords(kindsOf(typesOf(resolve), schema));

  it('lead to definitions of the schema around, also of one that was put into another', () => {
    const input: JsonObject = {
      properties: { home: { $ref: '#/$defs/address' }, older: { $ref: '#/definitions/a~1b' } },
      $defs: { address },
      definitions: { 'a/b': { type: 'array' } },
    };
    const around = { type: 'object', properties: { input } };
    expect(alternativesOf(types, around)).toHaveLength(1);
    expect(kindsThrough({ allOf: [input] })).toBe(kindsThrough({}));
    const { home, older } = input['properties'] as JsonObject;
    expect([
      kindsThrough({ allOf: [home as JsonObject] }),
      kindsThrough({ allOf: [older as JsonObject] }),
    ]).toEqual(
      // Nothing has led to them from the schema around.
      [kindsThrough({}), kindsThrough({})],
    );
  });

  it('lead to data schemas, and to parts of them', () => {
    const schemas: Record<string, JsonSchema> = {
      contact: {
        properties: { email: { type: 'string' }, home: { $ref: '#/$defs/address' } },
        $defs: { address },
      },
      alias: { $ref: 'contact#/properties/email' },
    };
    const resolve = (key: string) => schemas[key];
    expect(kindsThrough({ $ref: 'schemas/alias' }, resolve)).toBe('a text');
    expect(kindsThrough({ $ref: 'contact#/properties/home' }, resolve)).toBe('an object');
    expect(kindsThrough({ $ref: 'contact#/properties/none' }, resolve)).toBe(kindsThrough({}));
  });

  it('may go in circles', () => {
    const schemas: Record<string, JsonSchema> = { a: { $ref: 'b' }, b: { $ref: 'a' } };
    expect(kindsThrough({ $ref: 'a' }, (key) => schemas[key])).toBe(kindsThrough({}));
  });

  it('to the root are followed only where it is sure what the root is', () => {
    const node: JsonObject = { $id: 'node', type: 'object', properties: { next: { $ref: '#' } } };
    expect(kindsThrough({ $ref: '#', $id: 'x', type: 'object' })).toBe('an object');
    expect(kindsThrough({ $ref: '#' })).toBe(kindsThrough({}));
    expect(kindsThrough(node)).toBe('an object');
  });
});

it('more forms than anybody means are no type', () => {
  const forms = (name: string) => ({
    anyOf: Array.from({ length: 9 }, (_, index) => ({ title: `${name}${index}` })),
  });
  expect(alternativesOf(types, { type: 'object', allOf: [forms('a'), forms('b')] })).toEqual([
    { parts: [], kinds: 127, values: undefined, unsure: true },
  ]);
});
