import { expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/core/schema.js';
import { typesOf } from '../../../src/core/type-alternatives.js';
import { misfit } from '../../../src/core/type-fit.js';
import { mergedSchema } from '../../../src/core/type-merge.js';
import { unionOf } from '../../../src/core/type-union.js';
import { surely } from '../../../src/core/type.js';

const types = typesOf();
const text = { type: 'string' };
const number = { type: 'number' };
const object = (properties: Record<string, JsonSchema>) => ({ type: 'object', properties });

it.each<[JsonSchema, JsonSchema, string | undefined]>([
  [text, text, undefined],
  [text, number, 'kind'],
  [{ type: 'integer' }, number, undefined],
  [number, { type: 'integer' }, undefined],
  [{ const: 1.5 }, { type: 'integer' }, 'kind'],
  [{ type: ['string', 'number'] }, number, undefined],
  [{ type: ['string', 'null'] }, number, 'kind'],
  // Nothing fits everywhere: it may always be missing.
  [{ type: 'null' }, number, undefined],
  [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }, undefined],
  [{ enum: ['a', 'b'] }, { enum: ['c'] }, 'value'],
  [{ const: 'a' }, { anyOf: [{ const: 'b' }, number] }, 'value'],
  [text, { enum: ['a'] }, undefined],
  [{ const: 'a' }, { type: 'string', referenceRecords: [{ id: 'b' }] }, 'value'],
  [{ const: 'a' }, { type: 'string', referenceRecords: [{ id: 'b' }], allowCustom: true }, undefined],
  [{ type: 'array', items: text }, { type: 'array', items: number }, '0 kind'],
  [{ type: 'array', items: text }, { type: 'array' }, undefined],
  [object({ a: text }), object({ a: number }), 'a kind'],
  [object({ a: text }), object({ b: number }), undefined],
  [object({ a: object({ b: { const: 1 } }) }), object({ a: object({ b: { const: 2 } }) }), 'a.b value'],
  [object({ a: text }), { anyOf: [object({ a: number }), object({ a: text })] }, undefined],
  [{ anyOf: [text, object({ a: text })] }, object({ a: number }), 'a kind'],
  [{ anyOf: [number, text] }, number, undefined],
  [true, number, undefined],
  [text, true, undefined],
  [text, { $var: 'type' }, undefined],
  [text, { allOf: [{ $ref: 'nobody' }, number] }, 'kind'],
  [text, { not: { type: 'string' } }, undefined],
])('%j in the place of %j: %s', (given, wanted, why) => {
  const found = misfit(types, given, wanted);
  expect(found && [...(found.path.length > 0 ? [found.path.join('.')] : []), found.why].join(' ')).toBe(why);
});

it('types that go in circles are compared as deep as it matters', () => {
  const schemas: Record<string, JsonSchema> = {
    a: object({ next: { $ref: 'a' }, name: text }),
    b: object({ next: { $ref: 'b' }, name: text }),
    c: object({ next: { $ref: 'c' }, name: number }),
  };
  const circular = typesOf((key) => schemas[key]);
  expect(misfit(circular, { $ref: 'a' }, { $ref: 'b' })).toBeUndefined();
  expect(misfit(circular, { $ref: 'a' }, { $ref: 'c' })?.path.at(-1)).toBe('name');
});

it.each<[JsonSchema[], JsonSchema]>([
  [[], false],
  [[false], false],
  [[text, true], true],
  [[text, {}], true],
  [[text, text], text],
  [[text, { type: 'string' }], text],
  [[{ const: 'a' }, { const: 'b' }, { const: 'a' }], { type: 'string', enum: ['a', 'b'] }],
  [[{ const: 1 }, { enum: ['b'] }], { type: ['integer', 'string'], enum: [1, 'b'] }],
  [[text, { const: 1 }], { anyOf: [text, { type: 'integer', const: 1 }] }],
  [Array.from({ length: 60 }, (_, index) => ({ const: index })), { type: 'integer' }],
  [Array.from({ length: 9 }, (_, index) => object({ [`f${index}`]: text })), { type: 'object' }],
])('the union of %j is %j', (schemas, union) => {
  expect(unionOf(types, schemas)).toEqual(union);
});

it('objects merged have the fields of all, and the last word is of the last', () => {
  const closed = { additionalProperties: false };
  const first = { ...object({ a: text, b: text, c: text }), ...closed, required: ['a', 'b'] };
  const second = { ...object({ b: number, c: number }), ...closed, required: ['b'] };
  expect(mergedSchema(types, [surely(first), surely(second)])).toEqual({
    schema: {
      type: 'object',
      properties: { a: text, b: number, c: { anyOf: [text, number] } },
      required: ['a', 'b'],
      additionalProperties: false,
    },
    optional: false,
  });
  expect(mergedSchema(types, [surely(first), { schema: second, optional: true }]).schema).toMatchObject({
    properties: { b: { anyOf: [text, number] } },
  });
  expect(mergedSchema(types, [surely(first), surely(true)])).toEqual({
    schema: { type: 'object' },
    optional: true,
  });
});
