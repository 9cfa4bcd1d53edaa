import { expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/core/schema.js';
import { isDynamicSchema, resolveSchema } from '../../../src/formulas/dynamic-schema.js';

const address = { type: 'object', properties: { city: { enum: { $var: 'cities' } } } };

it('gives a static schema back as it is', () => {
  const schema: JsonSchema = { $ref: 'schemas/x', properties: { a: { type: 'string' } } };
  expect([isDynamicSchema(schema), resolveSchema(schema, {})]).toEqual([false, schema]);
  expect(resolveSchema(schema, {})).toBe(schema);
  expect([isDynamicSchema(true), resolveSchema(true, {})]).toEqual([false, true]);
});

it('resolves formulas against the value', async () => {
  const schema: JsonSchema = {
    $ref: 'schemas/base',
    type: 'object',
    properties: { kind: { type: 'string' }, address },
    required: { $var: 'needed' },
  };
  expect(isDynamicSchema(schema)).toBe(true);
  expect(await resolveSchema(schema, { cities: ['London'], address: { city: 'Rome' } })).toEqual({
    $ref: 'schemas/base',
    type: 'object',
    properties: {
      kind: { type: 'string' },
      address: { type: 'object', properties: { city: { enum: ['London'] } } },
    },
  });
});

it('asks a port for a schema', async () => {
  const schema: JsonSchema = {
    properties: { fields: { $dataSchemaRef: { type: 'data-collection', key: { $var: 'object' } } } },
  };
  const dataSchema = ({ key }: { key: string }) => ({ title: key });
  expect(await resolveSchema(schema, { object: 'deals' }, { dataSchema })).toEqual({
    properties: { fields: { title: 'deals' } },
  });
  expect(await resolveSchema(schema, {}, { dataSchema })).toEqual({ properties: {} });
});

const lines: JsonSchema = {
  properties: { lines: { type: 'array', items: { properties: { amount: { maximum: { $var: 'limit' } } } } } },
};
const withLimits = (limits: unknown): unknown => ({
  properties: { lines: { type: 'array', ...(limits as object) } },
});
const upTo = (maximum: number): unknown => ({ properties: { amount: { maximum } } });

it('addresses the current item first, then the value around it', async () => {
  expect(await resolveSchema(lines, { limit: 5, lines: [{ amount: 1 }, { amount: 1, limit: 9 }] })).toEqual(
    withLimits({ prefixItems: [upTo(5), upTo(9)] }),
  );
  expect(await resolveSchema(lines, { limit: 5, lines: [{ amount: 1 }, { amount: 2 }] })).toEqual(
    withLimits({ items: upTo(5) }),
  );
  expect(await resolveSchema(lines, { limit: 5 })).toEqual(withLimits({ items: upTo(5) }));
});

it('writes the lists of draft-07 where the schema is one', async () => {
  const $schema = 'http://json-schema.org/draft-07/schema#';
  const value = { lines: [{ limit: 1 }, { limit: 2 }] };
  expect(await resolveSchema({ $schema, ...(lines as object) }, value)).toEqual({
    $schema,
    ...(withLimits({ items: [upTo(1), upTo(2)] }) as object),
  });
});
