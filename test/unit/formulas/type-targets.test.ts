import { describe, expect, it } from 'vitest';
import { $var, closed, list, number, object, problems, text } from './type-sample.js';

describe('what a value becomes', () => {
  const target = closed(
    object(
      {
        email: text,
        age: number,
        stage: { type: 'string', enum: ['A', 'B'] },
        tags: list(number),
        address: object({ city: number, country: text }, 'city'),
        state: { type: 'string', default: 'new' },
        id: { type: 'string', readOnly: true },
        owner: { type: 'string', referenceRecords: [{ id: 'u-1', name: 'Ada' }] },
        date: { type: ['string', 'null'], format: 'date' },
      },
      'email',
      'state',
      'id',
    ),
  );
  const full = { email: $var('input.email') };

  it.each<[string, Record<string, unknown>, string]>([
    [
      'a text for a number',
      { ...full, age: 'old' },
      'type/mismatch age | a text stands where a number is needed',
    ],
    [
      'a number in quotes',
      { ...full, age: '5' },
      'type/mismatch age | a text stands where a number is needed | write 5 without quotes',
    ],
    [
      'a number for a text',
      { email: 5 },
      'type/mismatch email | a number stands where a text is needed | put it in quotes: "5"',
    ],
    ['an object for a text', { email: {} }, 'type/mismatch email | an object stands where a text is needed'],
    [
      'a list for a text',
      { email: [{ a: 1 }] },
      'type/mismatch email | a list stands where a text is needed',
    ],
    [
      'a $var of another type',
      { email: $var('input.age') },
      'type/mismatch email.$var | "input.age" is a whole number, but a text is needed here',
    ],
    [
      'a formula that gives text',
      { ...full, age: { $concat: ['1', '2'] } },
      'type/mismatch age | "$concat" gives a text, but a number is needed here',
    ],
    ['a value of no enum', { ...full, stage: 'C' }, 'type/mismatch stage | "C" is not one of "A", "B"'],
    [
      'an enum of other values',
      { ...full, stage: $var('input.stage') },
      'type/mismatch stage.$var | "input.stage" is one of "open", "won", "lost", but one of "A", "B" is needed here',
    ],
    [
      'no such record',
      { ...full, owner: 'u-2' },
      'type/mismatch owner | "u-2" is not "u-1" | did you mean "u-1"?',
    ],
    [
      'no such record, picked',
      { ...full, owner: { $record: { id: 'u-9' } } },
      'type/mismatch owner | "$record" gives "u-9", but "u-1" is needed here',
    ],
    [
      'an item of a list',
      { ...full, tags: [1, 'x'] },
      'type/mismatch tags[1] | a text stands where a number is needed',
    ],
    [
      'a list of other items',
      { ...full, tags: $var('input.tags') },
      'type/mismatch tags.$var | "input.tags" does not fit here: its "[0]" is a text, but a number is needed',
    ],
    [
      'an object with another field',
      { ...full, address: $var('input.address') },
      'type/mismatch address.$var | "input.address" does not fit here: its "city" is a text, but a number is needed',
    ],
    [
      'a branch of a case',
      { email: { $case: [{ filter: $var('input.vip'), value: $var('input.age') }, { value: 'x' }] } },
      'type/mismatch email.$case[0].value.$var | "input.age" is a whole number, but a text is needed here',
    ],
    [
      'a default of a map',
      { email: { $map: { value: $var('input.stage'), mapping: [{ from: 'won', to: 'x' }], default: 0 } } },
      'type/mismatch email.$map.default | a number stands where a text is needed | put it in quotes: "0"',
    ],
    [
      'a fallback',
      { ...full, age: { $firstNotEmpty: [$var('input.age'), 'none'] } },
      'type/mismatch age.$firstNotEmpty[1] | a text stands where a number is needed',
    ],
    [
      'a required field that is never given',
      { age: 1 },
      'type/required-missing  | "email" must be given, and never is',
    ],
    [
      'one deeper',
      { ...full, address: { country: 'x' } },
      'type/required-missing address | "city" must be given, and never is',
    ],
    [
      'an unknown field',
      { ...full, aeg: 1 },
      'type/unknown-field aeg (key) | there is no field "aeg" here | did you mean "age"?',
    ],
    [
      'an unknown field near nothing',
      { ...full, company: 1 },
      'type/unknown-field company (key) | there is no field "company" here | there are "email", "age", "stage", "tags", "address", "state", "id", "owner" and 1 more',
    ],
    [
      'a doubtful field',
      { ...full, address: { city: 1, contry: 'x' } },
      'type/undeclared-field address.contry (key) | the schema of this object does not name "contry" | did you mean "country"?',
    ],
    [
      'a misspelt locator, and nothing behind it',
      { email: $var('input.emial') },
      'type/unknown-property email.$var | "input.emial": the input has no "emial" | did you mean "email"?',
    ],
  ])('%s', (_, value, expected) => {
    expect(problems(value, target)).toEqual([expected]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a field that may be missing', { email: $var('input.name') }],
    ['null', { ...full, age: null, date: null }],
    ['what nobody knows', { email: $var('output.x'), age: { $jsonata: 'x' } }],
    ['numbers and whole numbers', { ...full, age: $var('input.age') }],
    ['a type of several', { email: { $firstNotEmpty: [$var('output.x'), 'x'] } }],
    ['an id that is found', { ...full, owner: { $lookup: { query: { email: 'x' } } } }],
    ['a text that may be one of the values', { ...full, stage: $var('input.name') }],
    ['a field of an open object that is near nothing', { ...full, address: { city: 1, street: 'x' } }],
    ['one of two fields with near names', { ...full, address: { city: 1, country: 'x', country2: 'y' } }],
    ['a value that is a formula as a whole', { $mergeObjects: [{ age: 1 }, $var('output')] }],
    ['$formula, which is resolved by others', { email: { $formula: { $concat: ['a'] } } }],
    ['a broken formula, which others report', { email: { $concat: 5 } }],
  ])('fits, or may fit: %s', (_, value) => {
    expect(problems(value, target)).toEqual([]);
  });

  it('is not questioned where several forms are possible', () => {
    const either = { anyOf: [object({ a: text }, 'a'), object({ b: number }, 'b')] };
    expect(problems({ b: 1 }, either)).toEqual([]);
    expect(problems({ b: 'x' }, either)).toEqual([
      'type/mismatch b | a text stands where a number is needed',
    ]);
  });

  it('is reported in the order of the value', () => {
    const value = {
      age: 'old',
      nested: $var('input.emial'),
      email: { $case: { default: 1, cases: [{ value: 2 }] } },
    };
    expect(problems(value, target).map((line) => line.split(' | ')[0])).toEqual([
      'type/mismatch age',
      'type/unknown-field nested (key)',
      'type/unknown-property nested.$var',
      'type/mismatch email.$case.default',
      'type/mismatch email.$case.cases[0].value',
    ]);
  });
});
