import { same } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { equal } from './equal.js';
import { isoInstant } from './instant.js';
import { textOf } from './text.js';

/** A condition on a value: what stands beside `$eval`, and in the conditions of `$case`. */
export interface Operator {
  readonly summary: string;
  /** What kind of question it is, for the types of its sides. */
  readonly sense: 'equality' | 'emptiness' | 'part' | 'membership' | 'order';
  /** The shape of what it compares with. */
  readonly schema: JsonSchema & object;
  test(left: unknown, right: unknown): boolean;
}

const anything = {};
const number = { type: ['number', 'string', 'null'] };
const list = { type: ['array', 'null'] };
const yes = { enum: [true, null] };

export const operators: Readonly<Record<string, Operator>> = {
  is: { sense: 'equality', summary: 'equal; 5 and "5" are', schema: anything, test: equal },
  isNot: {
    sense: 'equality',
    summary: 'not equal',
    schema: anything,
    test: (left, right) => !equal(left, right),
  },
  isEmpty: {
    sense: 'emptiness',
    summary: 'nothing, null, an empty text, list or object',
    schema: yes,
    test: isEmpty,
  },
  isNotEmpty: { sense: 'emptiness', summary: 'something', schema: yes, test: (left) => !isEmpty(left) },
  contains: {
    sense: 'part',
    summary: 'a list has the item, or a text the part, in any case',
    schema: anything,
    test: contains,
  },
  doesNotContain: {
    sense: 'part',
    summary: 'the opposite of `contains`',
    schema: anything,
    test: (left, right) => !contains(left, right),
  },
  oneOf: { sense: 'membership', summary: 'one of a list', schema: list, test: oneOf },
  noneOf: {
    sense: 'membership',
    summary: 'none of a list',
    schema: list,
    test: (left, right) => !oneOf(left, right),
  },
  gt: {
    sense: 'order',
    summary: 'greater, or later',
    schema: number,
    test: (left, right) => compare(left, right) > 0,
  },
  gte: {
    sense: 'order',
    summary: 'greater or equal',
    schema: number,
    test: (left, right) => compare(left, right) >= 0,
  },
  lt: {
    sense: 'order',
    summary: 'less, or earlier',
    schema: number,
    test: (left, right) => compare(left, right) < 0,
  },
  lte: {
    sense: 'order',
    summary: 'less or equal',
    schema: number,
    test: (left, right) => compare(left, right) <= 0,
  },
};

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function contains(left: unknown, right: unknown): boolean {
  if (Array.isArray(left)) return left.some((item) => same(item, right));
  if (!isScalar(left) || !isScalar(right)) return false;
  return textOf(left).toLowerCase().includes(textOf(right).toLowerCase());
}

function isScalar(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'object';
}

function oneOf(left: unknown, right: unknown): boolean {
  return Array.isArray(right) && right.some((item) => same(item, left));
}

/** Below, at or above zero; NaN, which no operator takes for an answer, where the two cannot be compared. */
function compare(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const [a, b] = [isoInstant(left), isoInstant(right)];
    if (a !== undefined && b !== undefined) return a - b;
  }
  return toNumber(left) - toNumber(right);
}

/** A text counts as the number it begins with. */
function toNumber(value: unknown): number {
  return typeof value === 'number'
    ? value
    : typeof value === 'string'
      ? Number.parseFloat(value)
      : Number.NaN;
}
