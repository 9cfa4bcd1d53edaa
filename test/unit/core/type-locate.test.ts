import { describe, expect, it } from 'vitest';
import { parseLocator } from '../../../src/core/locator.js';
import type { JsonSchema } from '../../../src/core/schema.js';
import { typesOf } from '../../../src/core/type-alternatives.js';
import { locateType } from '../../../src/core/type-locate.js';

const text = { type: 'string' };
const number = { type: 'number' };
const schemas: Record<string, JsonSchema> = {
  company: { type: 'object', properties: { name: text, parent: { $ref: 'company' } } },
};
const types = typesOf((key) => schemas[key]);

const locate = (schema: JsonSchema, locator: string) => locateType(types, schema, parseLocator(locator));

describe('the type at a locator', () => {
  const contact = {
    type: 'object',
    required: ['name', 'phones'],
    properties: {
      name: text,
      email: text,
      phones: {
        type: 'array',
        minItems: 1,
        items: { type: 'object', required: ['value'], properties: { value: text } },
      },
      pair: { type: 'array', prefixItems: [text, number], items: false },
      older: { type: 'array', items: [text], additionalItems: number },
      nullable: { type: ['object', 'null'], required: ['a'], properties: { a: number } },
      either: { anyOf: [{ properties: { a: text } }, { properties: { b: number } }] },
      shapes: {
        oneOf: [
          { type: 'object', properties: { a: text } },
          { type: 'object', properties: { a: number } },
        ],
      },
      both: { allOf: [{ properties: { a: text } }, { properties: { a: { minLength: 2 } } }] },
      map: { type: 'object', additionalProperties: number },
      named: { type: 'object', patternProperties: { '^x-': number }, additionalProperties: false },
      company: { $ref: 'schemas/company' },
      'dotted.key': text,
      open: { type: 'object', properties: { a: text }, additionalProperties: true },
    },
  };

  it.each<[string, JsonSchema, boolean]>([
    ['name', text, false],
    ['$.email', text, true],
    ['phones[0].value', text, false],
    ['phones[1].value', text, true],
    ['phones.0.value', text, false],
    ['phones.length', { type: 'integer', minimum: 0 }, false],
    ['pair[1]', number, true],
    ['older[0]', text, true],
    ['older[5]', number, true],
    ['nullable.a', number, true],
    ['either.a', text, true],
    ['shapes.a', { anyOf: [text, number] }, true],
    ['both.a', { allOf: [text, { minLength: 2 }] }, true],
    ['map.anything', number, true],
    ['named.x-y', number, true],
    ['company.parent.parent.name', text, true],
    ['dotted\\.key', text, true],
    ['open.a', text, true],
    // Nothing is known, and nothing is wrong.
    ['open.other.more', true, true],
  ])('%s is %j', (locator, schema, optional) => {
    const { type, deadEnd } = locate(contact, locator);
    expect({ type, deadEnd }).toEqual({ type: { schema, optional }, deadEnd: undefined });
  });

  it.each<JsonSchema>([true, {}, { type: 'object' }, { $ref: 'nobody' }, { $var: 'x' }])(
    'is unknown where the schema %j does not say',
    (schema) => {
      expect(locate(schema, 'a.b')).toEqual({ type: { schema: true, optional: true } });
    },
  );
});

describe('a dead end', () => {
  const object = {
    type: 'object',
    properties: { list: { type: 'array', items: text }, name: text, at: number },
  };
  const input = { type: 'object', properties: { input: object } };

  it.each<[string, object]>([
    [
      'input.nmae',
      {
        end: 1,
        why: 'undeclared',
        names: ['list', 'name', 'at'],
        closed: false,
        declared: ['properties', 'input'],
      },
    ],
    [
      'input.list[0].x',
      { end: 3, why: 'not-an-object', declared: ['properties', 'input', 'properties', 'list', 'items'] },
    ],
    ['input.list.x', { end: 2, why: 'not-an-object' }],
    ['input.name[0]', { end: 2, why: 'not-a-list' }],
    ['input[0]', { end: 1, why: 'not-a-list' }],
    ['input.name.x', { end: 2, why: 'not-an-object' }],
  ])('%s', (locator, expected) => {
    expect(locate(input, locator)).toMatchObject({ type: { schema: true }, deadEnd: expected });
  });

  it.each<[string, JsonSchema]>([
    ['no properties', { type: 'object' }],
    ['others are allowed', { type: 'object', properties: { a: text }, additionalProperties: true }],
    ['others have a schema', { type: 'object', properties: { a: text }, additionalProperties: {} }],
    ['patterns', { type: 'object', properties: { a: text }, patternProperties: { '^x': text } }],
    ['a condition', { type: 'object', properties: { a: text }, if: {}, then: { properties: { b: text } } }],
    ['one of the forms may have it', { anyOf: [{ properties: { a: text } }, { type: 'object' }] }],
    ['a reference to nobody', { properties: { a: text }, allOf: [{ $ref: 'nobody' }] }],
    ['properties by a formula', { type: 'object', properties: { $case: [] } }],
    ['a map', { type: 'object', additionalProperties: text }],
    ['only ever null', { type: 'null' }],
  ])('is none: %s', (_, schema) => {
    expect(locate(schema, 'b').deadEnd).toBeUndefined();
  });

  it('is sure where unevaluated names are not allowed, unless a part allows all', () => {
    const sealed = { properties: { a: text }, unevaluatedProperties: false };
    expect(locate(sealed, 'b').deadEnd).toMatchObject({ closed: true });
    expect(locate({ ...sealed, allOf: [{ properties: { b: text } }] }, 'c').deadEnd).toMatchObject({
      closed: true,
    });
    expect(locate({ ...sealed, allOf: [{ additionalProperties: true }] }, 'b').deadEnd).toBeUndefined();
  });

  it('is sure in a closed object, and where every form is without it', () => {
    const closed = { type: 'object', properties: { a: text }, additionalProperties: false };
    expect(locate(closed, 'b').deadEnd).toMatchObject({ closed: true, names: ['a'] });
    expect(locate({ anyOf: [closed, { ...closed, properties: { c: text } }] }, 'b').deadEnd).toMatchObject({
      closed: true,
      names: ['a', 'c'],
    });
    expect(locate({ anyOf: [closed, { properties: { c: text } }] }, 'b').deadEnd).toMatchObject({
      closed: false,
    });
  });
});
