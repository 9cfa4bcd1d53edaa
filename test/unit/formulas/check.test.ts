import { describe, expect, it } from 'vitest';
import { formatPath } from '../../../src/core/json.js';
import { checkFormula } from '../../../src/formulas/check.js';

/** One line a problem: code, where (a # before a key that is meant itself), message, help. */
async function check(value: unknown, options = {}): Promise<string[]> {
  const problems = await checkFormula(value, options);
  return problems.map(({ code, path, target, message, help = '-' }) =>
    [code, `${target === 'key' ? '#' : ''}${formatPath(path)}`, message, help].join(' | '),
  );
}

const cases: [string, unknown, string[]][] = [
  ['a good value', { a: { $concat: ['x', { $var: 'y' }] }, b: [1, { $eval: 1, is: 1 }], $top: 1 }, []],
  [
    'a misspelt formula',
    { a: { $concatt: ['x'] } },
    ['formula/unknown | #a.$concatt | no formula "$concatt" | did you mean "$concat"?'],
  ],
  [
    'a payload with a $ key',
    { query: { $top: 5, filter: { $var: 'x' } } },
    [
      'formula/plain | #query.$top | "$top" is no formula: the object is taken as it is | wrap the object in "$plain" if that is what you mean',
    ],
  ],
  ['the same in $plain', { query: { $plain: { $top: 5, filter: { $varr: 'x' } } } }, []],
  [
    'a formula that is not the first key',
    { a: 1, $var: 'x' },
    [
      'formula/plain | #$var | "$var" is no formula here: it is not the first key of its object | wrap the object in "$plain" if that is what you mean',
    ],
  ],
  [
    'a key beside a formula',
    { $var: 'x', b: 1 },
    [
      'formula/shape | #b | "b" cannot stand beside "$var" | a formula is an object with one key; wrap the object in "$plain" if it is no formula',
    ],
  ],
  [
    'wrong types',
    { a: { $var: 5 }, b: { $concat: 'x' }, c: { $concat: { values: {} } }, d: { $var: '' } },
    [
      'formula/shape | a.$var | "$var" takes a text, not a number | as in {"$var":"$.contact.name"}',
      'formula/shape | b.$concat | "$concat" takes a list or an object, not a text | as in {"$concat":["Hello, ",{"$var":"name"}]}',
      'formula/shape | c.$concat.values | "values" of "$concat" takes a list, not an object | as in {"$concat":["Hello, ",{"$var":"name"}]}',
      'formula/shape | d.$var | "$var" is empty | as in {"$var":"$.contact.name"}',
    ],
  ],
  [
    'locators',
    [{ $var: '$.' }, { $var: 'a..b' }, { $var: 'a\\.' }],
    [
      'formula/shape | [0].$var | the locator "$." has an empty part | parts are joined by one dot, as in "$.a.b"',
      'formula/shape | [1].$var | the locator "a..b" has an empty part | parts are joined by one dot, as in "$.a.b"',
    ],
  ],
  [
    'missing and unknown keys, and problems in the parts behind them',
    { $iterate: { sourc: { $varr: 'x' }, item: 1 } },
    [
      'formula/shape | $iterate | "$iterate" needs "source" | it takes "source", "item"',
      'formula/shape | #$iterate.sourc | "$iterate" has no "sourc" | did you mean "source"?',
      'formula/unknown | #$iterate.sourc.$varr | no formula "$varr" | did you mean "$var"?',
    ],
  ],
  [
    'the older form of $iterate',
    { $iterate: { locator: '$.a', items: { b: { $var: '$.a.$current.b' } } } },
    [
      'element/deprecated | #$iterate.locator | "$iterate" with "locator" and "items" is an older form | write {"source": {"$var": "$.a"}, "item": …} with {"$var": "item.…"} inside',
    ],
  ],
  [
    'an entry of a mapping',
    { $map: { value: 1, mapping: [{ form: 1, to: 2 }] } },
    [
      'formula/shape | $map.mapping[0] | "mapping[0]" of "$map" needs "from" | it takes "from", "to"',
      'formula/shape | #$map.mapping[0].form | "mapping[0]" of "$map" has no "form" | did you mean "from"?',
    ],
  ],
  [
    'operators of $eval',
    [
      { $eval: 1 },
      { $eval: 1, isnot: 1 },
      { $eval: 1, equals: 1 },
      { $eval: 1, gt: 0, lt: 5 },
      { $eval: 1, oneOf: 'a' },
      { $eval: 1, isEmpty: false },
    ],
    [
      'formula/operator | [0] | "$eval" has no operator | put one of these beside it: is, isNot, isEmpty, isNotEmpty, contains, doesNotContain, oneOf, noneOf, gt, gte, lt, lte',
      'formula/operator | #[1].isnot | "$eval" has no operator "isnot" | did you mean "isNot"?',
      'formula/operator | #[2].equals | "$eval" has no operator "equals" | the operators are is, isNot, isEmpty, isNotEmpty, contains, doesNotContain, oneOf, noneOf, gt, gte, lt, lte',
      'formula/operator | #[3].lt | "$eval" has a second operator, "lt" beside "gt" | join two conditions with "$and"',
      'formula/shape | [4].oneOf | "oneOf" of "$eval" takes a list, not a text | as in {"$eval":{"$var":"contact.status"},"is":"open"}',
      'formula/shape | [5].isEmpty | "isEmpty" of "$eval" cannot be false | use true',
    ],
  ],
  [
    'conditions of $case',
    {
      $case: [
        { filter: [{ field: 'a', operator: 'equals', value: 1 }], value: 1 },
        { filter: 'x', value: 2 },
      ],
    },
    [
      'formula/shape | $case[0].filter[0].operator | "[0].filter[0].operator" of "$case" cannot be "equals" | use one of is, isNot, isEmpty, isNotEmpty, contains, doesNotContain, oneOf, noneOf, gt, gte, lt, lte',
      'formula/shape | $case[1].filter | "[1].filter" of "$case" takes true or false or a list, not a text | -',
    ],
  ],
  [
    'JSONata',
    { a: { $jsonata: 'a +' }, b: { $jsonata: 'a' }, c: { $jsonata: { $var: 'x' } } },
    [
      'formula/jsonata | a.$jsonata | the JSONata expression fails: Unexpected end of expression (at character 3) | try it with "membrane formula eval"',
      'formula/shape | c.$jsonata | "$jsonata" takes a text, not an object | as in {"$jsonata":"$sum(lines.(price * quantity))"}',
    ],
  ],
  [
    'copies',
    { a: { $copy: 'b' }, b: { c: { $copy: 'd' } }, d: 1, e: { $copy: 'f' }, g: { $copy: 'g' } },
    [
      'formula/shape | a.$copy | "$copy" copies "b", which holds a "$copy" itself | name a part of the value being built, such as "$.name"',
      'formula/shape | e.$copy | "$copy" copies "f", which is not there | name a part of the value being built, such as "$.name"',
      'formula/shape | g.$copy | "$copy" copies "g", which holds a "$copy" itself | name a part of the value being built, such as "$.name"',
    ],
  ],
  [
    'what shows when constants are put together',
    { a: { $mergeObjects: { $plain: [1] } } },
    ['formula/shape | a | "$mergeObjects" takes a list of objects, but one is a number | -'],
  ],
];

describe('checkFormula', () => {
  it.each(cases)('%s', async (_, value, problems) => {
    expect(await check(value)).toEqual(problems);
  });
});

it('takes the keywords of JSON Schema as keywords in a schema', async () => {
  const schema = { $ref: 'schemas/x', $defs: { y: { $comment: 'z', $anchor: 'a' } } };
  expect(await check(schema, { schema: true })).toEqual([]);
});
