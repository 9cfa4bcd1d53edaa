import { describe, expect, it } from 'vitest';
import { $var, problems } from './type-sample.js';

describe('an operator', () => {
  it.each<[string, object, string]>([
    [
      'gt of an object',
      { $eval: $var('input.address'), gt: 5 },
      'type/operator gt (key) | "gt" asks about a number or a date, but "input.address" is an object',
    ],
    [
      'gt of true or false',
      { $eval: $var('input.vip'), lte: 5 },
      'type/operator lte (key) | "lte" asks about a number or a date, but "input.vip" is true or false',
    ],
    [
      'gt with a list',
      { $eval: $var('input.age'), gt: $var('input.tags') },
      'type/operator gt (key) | "gt" compares with a number or a date, not with a list',
    ],
    [
      'gt with no date',
      { $eval: $var('input.name'), gt: 'yesterday' },
      'type/always gt | "gt" is always false: "yesterday" is neither a number nor a date | dates are written as in "2024-02-03T04:05:06Z"',
    ],
    [
      'contains of a number',
      { $eval: $var('input.age'), contains: '5' },
      'type/operator contains (key) | "contains" asks about a list or a text, but "input.age" is a whole number',
    ],
    [
      'a list in a text',
      { $eval: $var('input.name'), doesNotContain: $var('input.tags') },
      'type/operator doesNotContain (key) | "doesNotContain" looks for a part of a text, which a list cannot be',
    ],
    [
      'an item that is never there',
      { $eval: $var('input.tags'), contains: 5 },
      'type/enum contains | an item of "input.tags" is never 5: it is a text',
    ],
    [
      'oneOf of a text',
      { $eval: $var('input.age'), oneOf: $var('input.name') },
      'type/operator oneOf (key) | "oneOf" takes a list, not a text',
    ],
    [
      'is with no value of the enum',
      { $eval: $var('input.stage'), is: 'opne' },
      'type/enum is | "input.stage" is never "opne": it is one of "open", "won", "lost" | did you mean "open"?',
    ],
    [
      'oneOf with one',
      { $eval: $var('input.stage'), oneOf: ['open', 'closed'] },
      'type/enum oneOf[1] | "input.stage" is never "closed": it is one of "open", "won", "lost"',
    ],
    [
      'oneOf with a text for a number',
      { $eval: $var('input.age'), noneOf: ['5'] },
      'type/enum noneOf[0] | "input.age" is never "5": it is a whole number',
    ],
    [
      'true in quotes',
      { $eval: $var('input.vip'), is: 'true' },
      'type/enum is | "input.vip" is never "true": it is true or false',
    ],
    [
      'two enums that share nothing',
      { $eval: $var('input.kind'), is: $var('input.stage') },
      'type/enum is | "input.kind" is never one of "open", "won", "lost": it is "created"',
    ],
    [
      'a field of a condition of $case',
      { $case: [{ filter: [{ field: 'input.stage', operator: 'is', value: 'x' }], value: 1 }] },
      'type/enum $case[0].filter[0].value | "input.stage" is never "x": it is one of "open", "won", "lost"',
    ],
    [
      'a misspelt field of one',
      { $case: [{ filter: [{ field: 'input.stgae', operator: 'is', value: 'x' }], value: 1 }] },
      'type/unknown-property $case[0].filter[0].field | "input.stgae": the input has no "stgae" | did you mean "stage"?',
    ],
    [
      'from of a map',
      { $map: { value: $var('input.stage'), mapping: [{ from: 'opened', to: 1 }] } },
      'type/enum $map.mapping[0].from | "input.stage" is never "opened": it is one of "open", "won", "lost" | did you mean "open"?',
    ],
    [
      'isNotEmpty of what is always there',
      { $eval: $var('input.age'), isNotEmpty: true },
      'type/always isNotEmpty | "isNotEmpty" is always true: "input.age" is always a whole number',
    ],
    [
      'is with the only value',
      { $eval: $var('input.kind'), is: 'created' },
      'type/always is | "is" is always true: "input.kind" is always "created"',
    ],
    [
      'two literals',
      { $eval: 'a', is: 'b' },
      'type/always is | "is" is always false: the value is always "a"',
    ],
    [
      'false in $and',
      { $and: [false, $var('input.vip')] },
      'type/always $and[0] | "$and" is always false: one of its conditions is',
    ],
    [
      'true in $or',
      { $or: [$var('input.vip'), true] },
      'type/always $or[1] | "$or" is always true: one of its conditions is',
    ],
    [
      'a filter of a case',
      { $case: [{ filter: false, value: 1 }] },
      'type/always $case[0].filter | this case is never taken: its filter is always false',
    ],
  ])('%s', (_, value, expected) => {
    expect(problems(value)).toEqual([expected]);
  });

  it.each<[string, object]>([
    ['texts compare as dates and numbers', { $eval: $var('input.name'), gt: '2024-02-03' }],
    ['and with numbers', { $eval: $var('input.name'), gt: 5 }],
    ['a part of a text', { $eval: $var('input.name'), contains: 'x' }],
    ['a number in a text', { $eval: $var('input.name'), contains: 5 }],
    ['5 and "5" are equal', { $eval: $var('input.age'), is: '5' }],
    ['1 and true are equal', { $eval: $var('input.vip'), is: 1 }],
    ['null is left alone', { $eval: $var('input.age'), is: null }],
    ['null among others', { $eval: $var('input.stage'), oneOf: ['open', null] }],
    ['what may be missing may be empty', { $eval: $var('input.name'), isEmpty: true }],
    ['a text that is there may be empty', { $eval: $var('input.email'), isEmpty: true }],
    ['an only value that may be missing', { $eval: $var('input.phones[0].type'), is: 'home' }],
    ['what nobody knows', { $eval: $var('output.x'), gt: $var('output.y') }],
    ['true in $and', { $and: [true, $var('input.vip')] }],
    ['a last case that is always taken', { $case: [{ filter: true, value: 1 }] }],
    ['a map of a number', { $map: { value: $var('input.age'), mapping: [{ from: '5', to: 1 }] } }],
    ['an unknown operator, which others report', { $eval: $var('input.address'), gtt: 5 }],
  ])('makes sense: %s', (_, value) => {
    expect(problems(value)).toEqual([]);
  });
});

describe('an argument', () => {
  const link = (key: string, recordId: unknown) => ({
    $findExternalRecordId: { dataLinkTable: { key }, recordId },
  });

  it.each<[unknown, string]>([
    [
      { $firstName: $var('input.tags') },
      'type/mismatch $firstName.$var | "$firstName" takes a text, but "input.tags" is a list',
    ],
    [
      { $domainFromEmail: $var('input.age') },
      'type/mismatch $domainFromEmail.$var | "$domainFromEmail" takes a text, but "input.age" is a whole number',
    ],
    [
      { $extractDate: $var('input.address') },
      'type/mismatch $extractDate.$var | "$extractDate" takes a text, but "input.address" is an object',
    ],
    [
      { $mergeObjects: [$var('input.address'), $var('input.tags')] },
      'type/mismatch $mergeObjects[1].$var | "$mergeObjects" takes an object, but "input.tags" is a list',
    ],
    [
      { $concat: $var('input.name') },
      'type/not-a-list $concat.$var | "$concat" takes a list, but "input.name" is a text',
    ],
    [
      { $concat: { values: $var('input.name') } },
      'type/not-a-list $concat.values.$var | "values" of "$concat" takes a list, but "input.name" is a text',
    ],
    [
      { $firstNotEmpty: $var('input.name') },
      'type/not-a-list $firstNotEmpty.$var | "$firstNotEmpty" takes a list, but "input.name" is a text',
    ],
    [
      { $and: $var('input.vip') },
      'type/not-a-list $and.$var | "$and" takes a list, but "input.vip" is true or false',
    ],
    [
      { $map: { value: 1, mapping: $var('input.map') } },
      'type/not-a-list $map.mapping.$var | "mapping" of "$map" takes a list, but "input.map" is an object',
    ],
    [
      { $iterate: { source: $var('input.name'), item: $var('item.x') } },
      'type/not-a-list $iterate.source.$var | "source" of "$iterate" takes a list, but "input.name" is a text',
    ],
    [
      { $iterate: { locator: 'input.name', items: $var('x') } },
      'type/not-a-list $iterate.locator.$var | "source" of "$iterate" takes a list, but "input.name" is a text',
    ],
    [
      { $iterate: { source: $var('input.phones'), item: $var('item.valeu') } },
      'type/unknown-property $iterate.item.$var | "item.valeu": the item has no "valeu" | did you mean "value"?',
    ],
    [
      { $iterate: { source: $var('input.phones'), item: $var('input.email') } },
      'type/unknown-property $iterate.item.$var | "input.email": there is no "input" here | there are "item", "index", "parent"',
    ],
    [
      { $formula: { $concat: [$var('input.emial')] } },
      'type/unknown-property $formula.$concat[0].$var | "input.emial": the input has no "emial" | did you mean "email"?',
    ],
    [{ $concat: 5, $var: 'input.emial' }, ''],
    [
      link('users', $var('input.tags')),
      'type/mismatch $findExternalRecordId.recordId.$var | "recordId" of "$findExternalRecordId" takes a text or a number, but "input.tags" is a list',
    ],
    [
      link('useres', $var('input.age')),
      'ref/not-found $findExternalRecordId.dataLinkTable.key | no data link table "useres" | create data-link-tables/useres.yaml',
    ],
  ])('%j', (value, expected) => {
    expect(problems(value, undefined, { hasDataLinkTable: (key) => key === 'users' })).toEqual(
      expected === '' ? [] : [expected],
    );
  });

  it('is right, or nobody knows', () => {
    expect(problems(link('useres', $var('input.age')))).toEqual([]);
    expect(problems({ $firstName: $var('input.name') })).toEqual([]);
    expect(problems({ $plain: $var('input.emial') })).toEqual([]);
    expect(problems({ $iterate: { source: $var('output.x'), item: $var('item.y[0].z') } })).toEqual([]);
  });
});

it.each<[string, object]>([
  ['is null', { $eval: $var('input.stage'), is: null }],
  ['is not null', { $eval: $var('input.stage'), isNot: null }],
  ['is ""', { $eval: $var('input.stage'), is: '' }],
  ['one of, with ""', { $eval: $var('input.stage'), oneOf: ['open', '', null] }],
  ['mapped from null', { $map: { value: $var('input.stage'), mapping: [{ from: null, to: 1 }] } }],
  [
    'the case of null',
    { $case: { cases: [{ filter: [{ field: 'input.stage', operator: 'is', value: null }], value: 1 }] } },
  ],
])('a choice may be missing: %s', (_, value) => {
  expect(problems(value)).toEqual([]);
});
