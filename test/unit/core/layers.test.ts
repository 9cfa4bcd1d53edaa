import { expect, it } from 'vitest';
import { mergeLayers } from '../../../src/core/layers.js';

it('merges objects deeply', () => {
  expect(mergeLayers({ a: { x: 1, y: 2 }, b: 1 }, { a: { y: 3, z: 4 } })).toEqual({
    a: { x: 1, y: 3, z: 4 },
    b: 1,
  });
});

it('replaces lists and formulas as a whole', () => {
  const upper = { list: [1, 2], formula: { $concat: ['a'] }, object: { x: 1 } };
  const lower = { list: [3], formula: { $var: 'x' }, object: { $var: 'y' } };
  expect(mergeLayers(upper, lower)).toEqual(lower);
  expect(mergeLayers({ a: { $var: 'x' } }, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
});

it('removes with null, at every depth, also what was never there', () => {
  expect(mergeLayers({ a: 1, b: { c: 1, d: 2 } }, { a: null, b: { c: null }, e: { f: null } })).toEqual({
    b: { d: 2 },
    e: {},
  });
});

it('does not inherit what belongs to another type', () => {
  const upper = { type: 'list-data-records', name: 'n', config: { dataSource: { key: 'users' } } };
  const lower = { type: 'run-javascript', config: { code: 'x' } };
  expect(mergeLayers(upper, lower)).toEqual({ type: 'run-javascript', name: 'n', config: { code: 'x' } });
});

it('changes neither layer', () => {
  const upper = { a: { b: 1 } };
  const lower = { a: { c: 2 } };
  mergeLayers(upper, lower);
  expect([upper, lower]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }]);
});
