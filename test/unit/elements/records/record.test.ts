import { expect, it } from 'vitest';
import { pruneMarked, withCustomFields } from '../../../../src/elements/records/fields.js';
import { recordOf } from '../../../../src/elements/records/record.js';

it('makes a record of what a connector gives', () => {
  expect(
    recordOf({
      id: 7,
      name: 'Ada',
      uri: null,
      createdTime: 1_767_225_600,
      updatedTime: 1_767_225_600_000,
      deletedTime: '2026-01-01 00:00:00',
      createdBy: { id: 3, name: 'Charles' },
      updatedById: 'u-1',
      fields: { a: 1 },
      odd: true,
    }),
  ).toEqual({
    id: '7',
    name: 'Ada',
    createdTime: '2026-01-01T00:00:00.000Z',
    updatedTime: '2026-01-01T00:00:00.000Z',
    deletedTime: '2026-01-01T00:00:00.000Z',
    createdById: '3',
    updatedById: 'u-1',
    fields: { a: 1 },
  });
  expect(recordOf({ id: '9007199254740993', fields: null })).toMatchObject({ id: '9007199254740993' });
  expect(recordOf({ id: 'x', createdTime: 'last week', fields: {} })).toMatchObject({
    createdTime: 'last week',
  });
  expect(recordOf({ fields: { id: 5 } })).toEqual({ id: '5', fields: { id: 5 } });
  expect(recordOf('text')).toBe(undefined);
  expect(recordOf({ id: 1, fields: [1] })).toBe(undefined);
});

it('leaves out what a schema marks, in depth, and copies nothing where it marks nothing', () => {
  const text = { type: 'string' };
  const schema = {
    properties: {
      a: { ...text, readOnly: true },
      b: { properties: { c: { ...text, readOnly: true }, d: text } },
      list: { items: { properties: { e: { readOnly: true } } } },
    },
  };
  const value = { a: 1, b: { c: 2, d: 3 }, list: [{ e: 4, f: 5 }], other: 6 };
  expect(pruneMarked(schema, 'readOnly')?.(value)).toEqual({ b: { d: 3 }, list: [{ f: 5 }], other: 6 });
  expect(pruneMarked(schema, 'writeOnly')).toBe(undefined);
});

it('merges the fields of a connection under those that are declared', () => {
  const declared = {
    type: 'object',
    properties: { a: { type: 'string' }, o: { properties: { x: {} } } },
    required: ['a'],
  };
  const custom = {
    properties: { a: { type: 'number' }, o: { properties: { y: {} } }, c: {} },
    required: ['c'],
  };
  expect(withCustomFields(declared, custom)).toEqual({
    type: 'object',
    properties: { a: { type: 'string' }, o: { properties: { x: {}, y: {} } }, c: {} },
    required: ['a', 'c'],
  });
});
