import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { checkFormula } from '../../../src/formulas/check.js';
import { compileFormula, evaluateFormula } from '../../../src/formulas/compile.js';
import { formulas } from '../../../src/formulas/index.js';
import { operators } from '../../../src/formulas/operators.js';

const words = [
  ...formulas.keys(),
  ...Object.keys(operators),
  'values',
  'cases',
  'filter',
  'value',
  'mapping',
  'from',
];
const key = fc.oneof(
  fc.constantFrom(...words, 'source', 'item', 'locator', 'items', '__proto__', 'constructor', '$.a'),
  fc.string(),
);
/** Values that look like formulas much more often than chance would have it. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', '$', '', 'a.b[0]', null, 0, true, '2024-02-03'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
}));

it('gives a result or a MembraneError for every value', async () => {
  const property = fc.asyncProperty(
    fc.oneof(value, fc.json().map(JSON.parse as () => unknown)),
    value,
    async (formula, variables) => {
      const problems = await checkFormula(formula);
      expect(
        problems.every(
          ({ code, message }) => /^formula\/|^element\/deprecated$/.test(code) && !message.includes('\n'),
        ),
      ).toBe(true);
      const result = await evaluateFormula(formula, variables).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(MembraneError);
    },
  );
  await fc.assert(property, { numRuns: 2_000 });
});

it('checks what it compiles: what has no error of shape compiles', async () => {
  const property = fc.asyncProperty(value, async (formula) => {
    const problems = await checkFormula(formula);
    const refused = problems.some(
      ({ code }) =>
        !['formula/unknown', 'formula/plain', 'formula/jsonata', 'element/deprecated'].includes(code),
    );
    expect(compiles(formula)).toBe(!refused);
  });
  await fc.assert(property, { numRuns: 1_000 });
});

function compiles(formula: unknown): boolean {
  try {
    compileFormula(formula);
    return true;
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    return false;
  }
}

it('is bounded in depth', async () => {
  const nested = (times: number) =>
    Array.from({ length: times }).reduce<unknown>((inner) => ({ $concat: [inner] }), 'x');
  expect(compileFormula(nested(100)).evaluate({})).toBe('x');
  expect(await checkFormula(nested(50_000))).toMatchObject([
    { code: 'formula/depth', message: 'formulas are nested more than 100 deep' },
  ]);
  const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as unknown;
  const attempts = [
    () => compileFormula(deep),
    () => compileFormula({ $concat: [{ $var: '$' }] }).evaluate(deep),
    () => compileFormula({ $eval: { $var: '$' }, is: { $var: 'a' } }).evaluate(deep),
  ];
  const messages = attempts.map((attempt) => {
    try {
      return attempt();
    } catch (error) {
      return `${(error as MembraneError).code}: ${(error as Error).message}`;
    }
  });
  expect(messages).toEqual([
    'formula/depth: the value is nested too deep',
    'formula/depth: a value is nested too deep for a formula',
    'formula/depth: a value is nested too deep for a formula',
  ]);
});

it('ends nested lists that multiply, and never runs them in a check', async () => {
  const list = Array.from({ length: 10 }, (_, index) => index);
  const nested = Array.from({ length: 20 }).reduce<unknown>(
    (item) => ({ $iterate: { source: list, item } }),
    1,
  );
  expect(await checkFormula(nested)).toEqual([]);
  expect(() => compileFormula(nested, { timeMs: 50 }).evaluate({})).toThrow(
    '"$iterate" ran for more than 0.05 s',
  );
});

it('ends texts that are too long', async () => {
  const long = 'x'.repeat(1 << 20);
  const formula = { a: { $tpl: { template: '{a}'.repeat(1_000), values: { a: long } } } };
  expect(await checkFormula(formula)).toEqual([
    {
      code: 'formula/shape',
      message: 'a formula makes a text that is too long',
      path: ['a'],
      target: 'value',
    },
  ]);
});

it.each([
  ['a loop without an end', '($f := function($n) { $f($n + 1) }; $f(0))', 'formula/time'],
  ['the same in its own $eval', '$eval("($f := function($n) { $f($n + 1) }; $f(0))")', 'formula/time'],
  ['a recursion without an end', '($f := function($n) { 1 + $f($n + 1) }; $f(0))', 'formula/depth'],
  [
    'a regular expression that backtracks',
    '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)',
    'formula/time',
  ],
  ['a long loop', '$sum($map([1..1000000], function($v) { $v * 2 }))', 'formula/time'],
  ['a text that doubles', '($f := function($s) { $f($s & $s) }; $f("xx"))', 'formula/jsonata'],
])('JSONata is bounded: %s', async (_, expression, code) => {
  const evaluate = compileFormula({ $jsonata: expression }, { timeMs: 150 }).evaluate;
  await expect(evaluate({})).rejects.toMatchObject({ name: 'MembraneError', code });
});

it('JSONata lets others go on', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const endless = compileFormula({ $jsonata: '($f := function($n) { $f($n + 1) }; $f(0))' }, { timeMs: 200 });
  await expect(endless.evaluate({})).rejects.toMatchObject({ code: 'formula/time' });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});

it('JSONata sorts and tells apart long lists', async () => {
  const result = await evaluateFormula(
    {
      sorted: { $jsonata: '$sort(list)[0]' },
      by: { $jsonata: '$sort([{"n": 2}, {"n": 1}, {"n": 2, "b": 1}], function($l, $r) { $l.n > $r.n })' },
      distinct: { $jsonata: '$count($distinct(list))' },
      objects: { $jsonata: '$distinct([{"a": 1, "b": 2}, {"b": 2, "a": 1}, "x", 1, "1"])' },
    },
    { list: Array.from({ length: 100_000 }, (_, index) => 100_000 - index) },
  );
  expect(result).toEqual({
    sorted: 1,
    by: [{ n: 1 }, { n: 2 }, { n: 2, b: 1 }],
    distinct: 100_000,
    objects: [{ a: 1, b: 2 }, 'x', 1, '1'],
  });
});
