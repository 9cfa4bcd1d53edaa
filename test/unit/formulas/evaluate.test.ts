import { describe, expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { compileFormula, evaluateFormula } from '../../../src/formulas/compile.js';
import type { FormulaEnv } from '../../../src/core/formula-env.js';
import { isFormula, usesFormula } from '../../../src/formulas/is-formula.js';

const missing = { $var: 'missing' };

/** [what it shows, formula, result]; over no variables. */
const results: [string, unknown, unknown][] = [
  ['undefined drops a key and an item', { a: missing, b: [missing, 1, null] }, { b: [1, null] }],
  ['what loses all its parts is nothing', { a: { b: missing }, c: [missing] }, undefined],
  ['what is written empty stays', { a: {}, b: [] }, { a: {}, b: [] }],
  ['an unknown $name is a plain value', { $top: 5, x: { $concat: ['a', 'b'] } }, { $top: 5, x: 'ab' }],
  ['a formula has to be the first key', { a: 1, $var: 'x' }, { a: 1, $var: 'x' }],
  [
    '$formula resolves only $var',
    { $formula: { $concat: ['a', missing, { $eval: 1, is: 1 }] } },
    { $concat: ['a', { $eval: 1, is: 1 }] },
  ],
  ['$formula of a $var is the $var', { $formula: { $var: 'x' } }, { $var: 'x' }],
  ['$concat of nothing', { $concat: [null, ''] }, undefined],
  ['$concat of other values', { $concat: [1, true, [1, null, 'x'], { a: 1 }] }, '1true1,,x{"a":1}'],
  ['$tpl replaces once', { $tpl: { template: '{a}{b}{{a}}', values: { a: '{b}', b: '$&' } } }, '{b}$&{{b}}'],
  ['$and of what is missing', { $and: [missing, null] }, undefined],
  ['a filter that is nothing is no filter', { $case: [{ filter: missing, value: 1 }] }, 1],
  ['a false filter', { $case: [{ filter: false, value: 1 }, { value: 2 }] }, 2],
  ['conditions without a value', { $case: [{ filter: [{ field: 'x', operator: 'isEmpty' }], value: 1 }] }, 1],
  ['numbers and texts that say the same', { $map: { value: '5', mapping: [{ from: 5, to: 'x' }] } }, 'x'],
  ['objects are compared by what is in them', { $eval: { a: [1] }, is: { a: [1] } }, true],
  ['a list is no text', { $eval: [5], is: 5 }, false],
  ['objects without a text', { $eval: { toString: 1 }, is: 'x' }, false],
  ['$iterate leaves out null', { $iterate: { source: [1, null, 2], item: { $var: 'item' } } }, [1, 2]],
  ['$mergeObjects of nothing', { $mergeObjects: [missing, {}] }, undefined],
  ['a part of a $copy', { a: { $concat: ['x', 'y'] }, b: [{ $copy: '$.a' }] }, { a: 'xy', b: ['xy'] }],
  ['a name with a comma and nothing else', { $lastName: 'Smith,' }, 'Smith'],
  ['a name with a suffix', { $lastName: 'John Jr.' }, 'John'],
  ['the domain of a mail address with a name', { $domainFromEmail: 'Ada <ada@x.example>' }, 'x.example'],
];

describe('results', () => {
  it.each(results)('%s', (_, formula, result) => {
    expect(compileFormula(formula).evaluate({})).toStrictEqual(result);
  });
});

const dates: [string, string, string, boolean][] = [
  ['2024-02-03T00:00:00+02:00', 'lt', '2024-02-02T23:00:00Z', true],
  ['2024-02-03', 'gt', '2024-02-02', true],
  ['2024-02-03T10:00:00Z', 'gte', '2024-02-03T12:00:00+0200', true],
  ['2024-02-03T10:00:00.001Z', 'gt', '2024-02-03 10:00:00Z', true],
  ['2024-02-03T10:00:00', 'lte', '2024-02-03T10:00:00Z', true],
  ['2024-02', 'lt', '2024-03', true],
  ['2024-02-31', 'gt', '2024-02-01', false],
  ['10', 'gt', '9', true],
];

it.each(dates)('%s %s %s is %s', (left, operator, right, holds) => {
  expect(compileFormula({ $eval: left, [operator]: right }).evaluate({})).toBe(holds);
});

it.each([
  ['2024-02-03T23:59:59.999-01:00', '2024-02-04', '00:59:59'],
  ['Sat, 03 Feb 2024 04:05:06 GMT', '2024-02-03', '04:05:06'],
  ['3 Feb 2024', '2024-02-03', '00:00:00'],
  ['2024-02-31', undefined, undefined],
  ['02/03/2024', undefined, undefined],
  ['table 5', undefined, undefined],
])('the date and time of %s', (text, date, time) => {
  expect(compileFormula({ $extractDate: text }).evaluate({})).toBe(date);
  expect(compileFormula({ $extractTime: text }).evaluate({})).toBe(time);
});

it('evaluates only what is chosen', async () => {
  const never: FormulaEnv = { lookup: () => Promise.reject(new Error('asked')) };
  const asking = { $lookup: { query: { a: 1 } } };
  const chosen = {
    $case: [
      { filter: { $eval: { $var: 'a' }, is: 2 }, value: asking },
      {
        value: {
          $firstNotEmpty: [
            { $map: { value: { $var: 'a' }, mapping: [{ from: 1, to: 'x' }], default: asking } },
            asking,
          ],
        },
      },
    ],
  };
  expect(await compileFormula(chosen).evaluate({ a: 1 }, never)).toBe('x');
});

it('waits only for what waits', async () => {
  const env: FormulaEnv = {
    findAppRecordId: ({ dataLinkTable, recordId }) => `${dataLinkTable}-${recordId}`,
  };
  const asking = { $findAppRecordId: { dataLinkTable: { key: 't' }, recordId: { $var: 'item' } } };
  const list = compileFormula({ $iterate: { source: { $var: 'ids' }, item: asking } });
  expect([list.async, compileFormula({ a: { $var: 'x' } }).async, compileFormula({ a: 1 }).constant]).toEqual(
    [true, false, true],
  );
  expect(await list.evaluate({ ids: [1, '2'] }, env)).toEqual(['t-1', 't-2']);
});

it('copies with the variables of the whole value, inside of $iterate too', () => {
  const value = {
    name: { $var: 'name' },
    all: { $iterate: { source: [1], item: { $iterate: { source: [1], item: { $copy: 'name' } } } } },
  };
  expect(compileFormula(value).evaluate({ name: 'x' })).toEqual({ name: 'x', all: [['x']] });
});

it('reads the older form of $iterate', () => {
  const older = {
    $iterate: {
      locator: '$.input.phones',
      items: { n: { $var: '$.input.phones.$current.number' }, of: { $var: '$.input.name' } },
    },
  };
  const variables = { input: { name: 'Ada', phones: [{ number: '1' }, { number: '2' }] } };
  expect(compileFormula(older).evaluate(variables)).toEqual([
    { n: '1', of: 'Ada' },
    { n: '2', of: 'Ada' },
  ]);
  expect(compileFormula(older).evaluate({})).toBeUndefined();
});

it('reads own properties only', () => {
  const names = [
    'constructor',
    '__proto__',
    'toString',
    'a.constructor.name',
    'list.map',
    'list.length',
    'text.length',
    'call',
  ];
  const variables = { a: {}, list: [1, 2], text: 'x', call: () => 1 };
  expect(names.map((name) => compileFormula({ $var: name }).evaluate(variables))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    2,
    undefined,
    undefined,
  ]);
  expect(compileFormula({ $var: 'a.constructor' }).evaluate({ a: JSON.parse('{"constructor": 1}') })).toBe(1);
});

it('takes __proto__ as a name like any other', async () => {
  const value = JSON.parse(
    '{"__proto__": {"polluted": {"$var": "x"}}, "a": {"$mergeObjects": [{"__proto__": {"y": 1}}]}}',
  );
  const result = compileFormula(value).evaluate({ x: 1 }) as object;
  expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":1},"a":{"__proto__":{"y":1}}}');
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  const later = await evaluateFormula({ ...value, b: { $jsonata: '{"__proto__": {"z": 1}}' } }, { x: 1 });
  expect(JSON.stringify(later)).toBe(
    '{"__proto__":{"polluted":1},"a":{"__proto__":{"y":1}},"b":{"__proto__":{"z":1}}}',
  );
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

/** [formula, code, message, path of the formula]; over `{ text: 'x' }`. */
const failures: [unknown, string, string, unknown[]][] = [
  [
    { a: { $lookup: { query: { a: 1 } } } },
    'formula/port',
    '"$lookup" needs the records of an external app, which are not available here',
    ['a'],
  ],
  [
    { $findAppRecordId: { dataLinkTable: { key: 't' }, recordId: 1 } },
    'formula/port',
    '"$findAppRecordId" needs the data link table "t", which is not available here',
    [],
  ],
  [
    { $dataSchemaRef: { type: 'data-collection', key: 'k' } },
    'formula/port',
    '"$dataSchemaRef" needs the schema "k", which is not available here',
    [],
  ],
  [{ a: [{ $concat: { $var: 'text' } }] }, 'formula/shape', '"$concat" takes a list, not a text', ['a', 0]],
  [
    { $iterate: { source: { $var: 'text' }, item: 1 } },
    'formula/shape',
    '"source" of "$iterate" takes a list, not a text',
    [],
  ],
  [{ a: { $eval: 1, oneOf: { $var: 'text' } } }, 'formula/shape', '"oneOf" takes a list, not a text', ['a']],
  [{ a: { $eval: 1 } }, 'formula/operator', '"$eval" has no operator', ['a']],
  [{ a: { $var: 'x', b: 1 } }, 'formula/shape', '"b" cannot stand beside "$var"', ['a', 'b']],
  [
    { a: { $jsonata: 'a +' } },
    'formula/jsonata',
    'the JSONata expression fails: Unexpected end of expression (at character 3)',
    ['a'],
  ],
  [
    { a: { $jsonata: '1 + "a"' } },
    'formula/jsonata',
    'the JSONata expression fails: The right side of the "+" operator must evaluate to a number',
    ['a'],
  ],
  [
    { a: { $jsonata: '$sum' } },
    'formula/jsonata',
    'the JSONata expression gives a function, not a value',
    ['a'],
  ],
];

it.each(failures)('fails where it stands: %j', async (formula, code, message, path) => {
  const error = await evaluateFormula(formula, { text: 'x' }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MembraneError);
  const { code: actual, message: said, data } = error as MembraneError;
  expect({ code: actual, message: said, path: data?.['path'] }).toEqual({ code, message, path });
});

it('finds formulas', () => {
  expect([
    isFormula({ $var: 'x' }),
    isFormula({ a: 1, $var: 'x' }),
    isFormula({ $top: 1 }),
    isFormula([]),
  ]).toEqual(['$var', undefined, undefined, undefined]);
  expect([usesFormula({ a: [{ $var: 'x' }] }), usesFormula({ a: [{ $top: 1 }] }), usesFormula('x')]).toEqual([
    true,
    false,
    false,
  ]);
});
