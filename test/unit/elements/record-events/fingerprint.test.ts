import { expect, it } from 'vitest';
import { fingerprint } from '../../../../src/elements/record-events/fingerprint.js';

function textOf(value: unknown): string {
  const { high, low } = fingerprint(value, { high: 0, low: 0 });
  return `${high} ${low}`;
}

it('is the same for the same JSON', () => {
  expect(textOf({ a: 1, b: { c: [1, 'x', null], d: true } })).toBe(
    textOf({ b: { d: true, c: [1, 'x', null] }, a: 1, e: undefined }),
  );
  expect(textOf({ at: new Date(0) })).toBe(textOf({ at: '1970-01-01T00:00:00.000Z' }));
  expect(textOf(-0)).toBe(textOf(0));
  expect(textOf([undefined])).toBe(textOf([null]));
});

it('differs where values differ', () => {
  const plain = [null, true, false, 0, 1, 2, -1, 0.5, 1e300, '', '0', '1', 'null', 'true', 'ab', 'ba'];
  const lists = [[], [[]], [0], ['0'], [1, 2], [2, 1], [[1], 2], [[1, 2]], [{ a: 1 }, { b: 2 }]];
  const objects = [{}, { a: 1 }, { b: 1 }, { a: '1' }, { a: null }, { a: 1, b: 2 }, { a: 2, b: 1 }];
  const deep = [{ a: { b: 1 } }, { a: {}, b: 1 }, [{ a: 2 }, { b: 1 }], '\u0000', '\u0000\u0000'];
  const values: unknown[] = [...plain, ...lists, ...objects, ...deep];
  expect(new Set(values.map(textOf)).size).toBe(values.length);
});

it('has no two alike among many that are nearly alike, and half of it meets no more often than chance makes', () => {
  const [pairs, highs] = [new Set<bigint>(), new Set<number>()];
  const count = 300_000;
  const of = { high: 0, low: 0 };
  for (let number = 0; number < count; number += 1) {
    const { high, low } = fingerprint({ id: String(number), score: number & 1, name: 'Ada' }, of);
    pairs.add((BigInt(high) << 32n) ^ BigInt(low >>> 0));
    highs.add(high);
  }
  expect(pairs.size).toBe(count);
  // Of 300,000 values of 32 bits some 10 meet by chance.
  expect(count - highs.size).toBeLessThan(40);
});
