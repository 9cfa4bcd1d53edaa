import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/core/schema.js';
import { typeOf } from '../../../src/formulas/type-of.js';
import { $var, closed, input, number, object, problems, text, typed, variables } from './type-sample.js';

describe('a locator', () => {
  it.each<[string, string]>([
    [
      '$.input.emial',
      'type/unknown-property $var | "$.input.emial": the input has no "emial" | did you mean "email"?',
    ],
    [
      '$.inptu.email',
      'type/unknown-property $var | "$.inptu.email": there is no "inptu" here | did you mean "input"?',
    ],
    [
      '$.conection.id',
      'type/unknown-property $var | "$.conection.id": there is no "conection" here | there are "input", "output"',
    ],
    [
      '$.input.address.ctiy',
      'type/unknown-property $var | "$.input.address.ctiy": "input.address" has no "ctiy" | did you mean "city"?',
    ],
    [
      '$.input.address.street',
      'type/unknown-property $var | "$.input.address.street": "input.address" has no "street" | there are "city", "zip"',
    ],
    [
      '$.input.phones[0].valeu',
      'type/unknown-property $var | "$.input.phones[0].valeu": "input.phones[0]" has no "valeu" | did you mean "value"?',
    ],
    [
      '$.input.e_mail',
      'type/unknown-property $var | "$.input.e_mail": the input has no "e_mail" | did you mean "email"?',
    ],
    [
      '$.input.phone2',
      'type/unknown-property $var | "$.input.phone2": the input has no "phone2" | did you mean "phones" or "phone1"?',
    ],
    [
      '$.input.company',
      'type/undeclared-property $var | "$.input.company": the schema of the input does not name "company" | declare it there, or say "additionalProperties: true" if it may have more',
    ],
    ['$.input.name[0]', 'type/not-a-list $var | "$.input.name[0]": "input.name" is a text, not a list'],
    ['$.input[0]', 'type/not-a-list $var | "$.input[0]": the input is an object, not a list'],
    [
      '$.input.name.first',
      'type/not-an-object $var | "$.input.name.first": "input.name" is a text, which has no "first"',
    ],
    [
      '$.input.phones[*].value',
      'type/not-an-object $var | "$.input.phones[*].value": "input.phones" is a list, which has no "*" | take one item, as in "$.input.phones[0].value"; "$iterate" goes through all',
    ],
    [
      '$.input.phones[-1].value',
      'type/not-an-object $var | "$.input.phones[-1].value": "input.phones" is a list, which has no "-1" | take one item, as in "$.input.phones[0].value"; "$iterate" goes through all',
    ],
    [
      '$.input.phones.value',
      'type/not-an-object $var | "$.input.phones.value": "input.phones" is a list, which has no "value" | take one item, as in "$.input.phones[0].value"; "$iterate" goes through all',
    ],
  ])('%s is wrong', (locator, expected) => {
    expect(problems({ $var: locator })).toEqual([expected]);
  });

  it.each([
    '$',
    'input.email',
    '$.input.phones[3].value',
    '$.input.phones.length',
    '$.input.map.anything',
    '$.input.map[0]',
    '$.input.anything.at.all[0]',
    '$.output.whatever',
  ])('%s is right, or nobody knows', (locator) => {
    expect(problems({ $var: locator })).toEqual([]);
  });

  it('says where the object is declared that lacks the name', () => {
    const declared: unknown[] = [];
    const value = {
      a: $var('input.phones[0].valeu'),
      b: {
        $iterate: { source: $var('input.phones'), item: [$var('item.valeu'), $var('parent.input.emial')] },
      },
    };
    typeOf(value, { variables, report: (problem) => declared.push(problem.declared) });
    expect(declared).toEqual([
      ['properties', 'input', 'properties', 'phones', 'items'],
      undefined,
      ['properties', 'input'],
    ]);
  });

  it('is not questioned where no variables are known', () => {
    expect(problems($var('input.emial'), undefined, { variables: undefined })).toEqual([]);
    expect(problems($var('input.emial'), undefined, { variables: true })).toEqual([]);
  });
});

describe('the type', () => {
  it.each<[string, unknown, JsonSchema | undefined]>([
    ['of a literal', 'x', { type: 'string', const: 'x' }],
    ['of a fraction', 1.5, { type: 'number', const: 1.5 }],
    [
      'of an object',
      { a: 1, b: $var('input.name') },
      closed(object({ a: { type: 'integer', const: 1 }, b: text }, 'a')),
    ],
    [
      'of a list',
      ['a', $var('input.age')],
      { type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'string', const: 'a' }] }, minItems: 2 },
    ],
    ['of what is unknown', $var('output.x'), undefined],
    ['$concat', { $concat: ['a', $var('input.age')] }, text],
    ['$tpl', { $tpl: { template: '{a}', values: { a: 1 } } }, text],
    [
      '$firstNotEmpty',
      { $firstNotEmpty: [$var('input.name'), $var('input.age'), null] },
      { anyOf: [text, { type: 'integer' }] },
    ],
    ['$firstNotEmpty of a list', { $firstNotEmpty: $var('input.tags') }, text],
    [
      '$mergeObjects',
      { $mergeObjects: [{ a: 'x' }, $var('input.address')] },
      closed(object({ a: { type: 'string', const: 'x' }, city: text, zip: text }, 'a')),
    ],
    ['$eval', { $eval: $var('input.age'), gt: 1 }, { type: 'boolean' }],
    ['$and', { $and: [{ $eval: $var('input.age'), gt: 1 }] }, { type: 'boolean' }],
    [
      '$case',
      { $case: [{ filter: $var('input.vip'), value: $var('input.age') }, { value: 'x' }] },
      { anyOf: [{ type: 'integer' }, { type: 'string', const: 'x' }] },
    ],
    [
      '$map',
      {
        $map: {
          value: $var('input.stage'),
          mapping: [
            { from: 'won', to: 1 },
            { from: 'lost', to: 2 },
          ],
          default: 0,
        },
      },
      { type: 'integer', enum: [1, 2, 0] },
    ],
    ['$map of variables', { $map: { value: $var('input.stage'), mapping: $var('input.statuses') } }, number],
    [
      '$iterate',
      {
        $iterate: {
          source: $var('input.phones'),
          item: { n: $var('index'), v: $var('item.value'), e: $var('parent.input.email') },
        },
      },
      {
        type: 'array',
        items: closed(object({ n: { type: 'integer', minimum: 0 }, v: text, e: text }, 'n', 'v', 'e')),
        minItems: 1,
      },
    ],
    [
      'the older $iterate',
      { $iterate: { locator: 'input.phones', items: $var('input.phones.$current.value') } },
      { type: 'array' },
    ],
    ['$firstName', { $firstName: $var('input.name') }, text],
    ['$lastName', { $lastName: $var('input.name') }, text],
    ['$domainFromEmail', { $domainFromEmail: $var('input.email') }, text],
    ['$extractDate', { $extractDate: $var('input.name') }, text],
    ['$extractTime', { $extractTime: $var('input.name') }, text],
    ['$copy', { $copy: '$.other' }, undefined],
    [
      '$copy of a part',
      { a: { b: $var('input.age') }, c: { $copy: '$.a.b' } },
      closed(
        object({ a: closed(object({ b: { type: 'integer' } }, 'b')), c: { type: 'integer' } }, 'a', 'c'),
      ),
    ],
    [
      '$copy into a formula',
      { a: $var('input.address'), c: { $copy: '$.a.city' } },
      closed(object({ a: input.properties['address'] as JsonSchema, c: text })),
    ],
    ['$jsonata', { $jsonata: 'input.age' }, undefined],
    ['$lookup', { $lookup: { query: { email: 'x' } } }, { type: ['string', 'number'] }],
    [
      '$findAppRecordId',
      { $findAppRecordId: { dataLinkTable: { key: 'users' }, recordId: $var('input.age') } },
      { type: ['string', 'number'] },
    ],
    [
      '$dataSchemaRef',
      { $dataSchemaRef: { type: 'data-collection', key: 'x' } },
      { type: ['object', 'boolean'] },
    ],
    ['$record', { $record: { id: 'u-1', name: 'Ada' } }, { type: 'string', const: 'u-1' }],
    [
      '$plain',
      { $plain: { $set: $var('x') } },
      closed(object({ $set: closed(object({ $var: { type: 'string', const: 'x' } }, '$var')) }, '$set')),
    ],
    ['$formula', { $formula: $var('input.name') }, undefined],
    ['of a broken formula', { $concat: 5 }, undefined],
  ])('of %s', (_, value, schema) => {
    expect(typed(value)).toEqual(schema);
  });

  it('may come from data schemas', () => {
    const contact = object({ company: { $ref: 'company' } });
    const schemas: Record<string, JsonSchema> = { contact, company: object({ name: text }) };
    const options = {
      variables: object({ input: { $ref: 'schemas/contact' } }),
      resolve: (key: string) => schemas[key],
    };
    expect(typeOf($var('input.company.name'), { ...options, report: () => {} })).toEqual(text);
    expect(problems($var('input.company.nmae'), undefined, options)).toEqual([
      'type/unknown-property $var | "input.company.nmae": "input.company" has no "nmae" | did you mean "name"?',
    ]);
  });
});

it('never throws, and ends, whatever the value', () => {
  const circle: Record<string, unknown> = { a: $var('input.emial') };
  circle['self'] = [circle, circle];
  let deep: unknown = $var('input.emial');
  for (let level = 0; level < 3_000; level += 1) deep = level % 2 === 0 ? { $concat: [deep] } : { deep };
  const odd = [
    undefined,
    () => 1,
    Symbol('x'),
    1n,
    Number.NaN,
    Object.create(null),
    { $var: undefined },
    { $case: [] },
  ];
  for (const value of [circle, deep, ...odd]) expect(() => problems(value, { type: 'string' })).not.toThrow();
});
