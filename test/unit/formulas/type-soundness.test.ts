import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSchemas } from '../../../src/adapters/schemas-ajv.js';
import { MembraneError } from '../../../src/core/error.js';
import { formatPath, type Json, type JsonObject, type JsonPath } from '../../../src/core/json.js';
import type { JsonSchema } from '../../../src/core/schema.js';
import { compileFormula } from '../../../src/formulas/compile.js';
import { typeOf } from '../../../src/formulas/type-of.js';

const runs = Number(process.env['TYPE_RUNS'] ?? 300);
const schemas = createSchemas();

/** A schema, values that fit it, and the paths of what is in it. */
interface Sample {
  readonly schema: JsonObject;
  readonly value: fc.Arbitrary<Json>;
  readonly paths: readonly JsonPath[];
}

const names = ['email', 'name', 'items', 'address', 'constructor', 'a.b'];

/** `whole`: nothing is optional, null or empty. */
function samples(whole: boolean, depth = 3): fc.Arbitrary<Sample> {
  const leaf = (schema: JsonObject, value: fc.Arbitrary<Json>): Sample => ({ schema, value, paths: [[]] });
  const enumerated = fc.uniqueArray(fc.constantFrom<Json>('open', 'won', 1, 2, true), { minLength: 1 });
  const leaves = fc.oneof(
    fc.constant(
      leaf({ type: 'string' }, fc.constantFrom('', '5', 'true', 'Ada Lovelace', '2024-02-03', 'a@b.c')),
    ),
    fc.constant(leaf({ type: 'integer' }, fc.integer({ min: -2, max: 3 }))),
    fc.constant(leaf({ type: 'number' }, fc.constantFrom(0, 1.5, 2))),
    fc.constant(leaf({ type: 'boolean' }, fc.boolean())),
    enumerated.map((values) => leaf({ enum: values }, fc.constantFrom(...values))),
  );
  if (depth === 0) return leaves;
  const inner = samples(whole, depth - 1);
  const all = [
    { weight: 3, arbitrary: leaves },
    { weight: 2, arbitrary: inner.map((item) => listOf(item, whole)) },
    { weight: 5, arbitrary: objects(inner, whole) },
  ];
  if (!whole) {
    all.push({ weight: 1, arbitrary: fc.tuple(inner, inner).map(eitherOf) });
    all.push({ weight: 1, arbitrary: inner.map(nullable) });
  }
  return fc.oneof(...all);
}

function listOf(item: Sample, whole: boolean): Sample {
  return {
    schema: { type: 'array', items: item.schema },
    value: fc.array(item.value, { minLength: whole ? 1 : 0, maxLength: 3 }),
    paths: [[], ...item.paths.map((path) => [0, ...path])],
  };
}

function objects(inner: fc.Arbitrary<Sample>, whole: boolean): fc.Arbitrary<Sample> {
  const field = fc.record({
    name: fc.constantFrom(...names),
    sample: inner,
    required: whole ? fc.constant(true) : fc.boolean(),
  });
  return fc.uniqueArray(field, { selector: ({ name }) => name, maxLength: 4 }).map((fields) => {
    const required = fields.filter((one) => one.required).map(({ name }) => name);
    return {
      schema: {
        type: 'object',
        properties: Object.fromEntries(fields.map(({ name, sample }) => [name, sample.schema])),
        required,
        additionalProperties: false,
      },
      value: fc.record(Object.fromEntries(fields.map(({ name, sample }) => [name, sample.value])), {
        requiredKeys: required,
        noNullPrototype: true,
      }) as fc.Arbitrary<Json>,
      paths: [[], ...fields.flatMap(({ name, sample }) => sample.paths.map((path) => [name, ...path]))],
    };
  });
}

function eitherOf([one, other]: [Sample, Sample]): Sample {
  return {
    schema: { anyOf: [one.schema, other.schema] },
    value: fc.oneof(one.value, other.value),
    paths: [...one.paths, ...other.paths],
  };
}

function nullable({ schema, value, paths }: Sample): Sample {
  return { schema: { anyOf: [schema, { type: 'null' }] }, value: fc.oneof(value, fc.constant(null)), paths };
}

/** A value with formulas over variables that have these paths, some of them misspelt. */
function mappings(paths: readonly JsonPath[]): fc.Arbitrary<unknown> {
  const locator = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...paths.map((path) => formatPath(path) || '$')) },
    { weight: 1, arbitrary: fc.constantFrom('emial', 'items.length', 'items[0]', 'address.name') },
  );
  const operator = fc.constantFrom('is', 'isNot', 'contains', 'oneOf', 'gt', 'lte', 'isEmpty', 'isNotEmpty');
  return fc.letrec<{ part: unknown; item: unknown }>((tie) => {
    const part = tie('part');
    const condition = fc
      .tuple(part, operator, part)
      .map(([left, name, right]) => ({ $eval: left, [name]: name.includes('Empty') ? true : right }));
    const one = fc.oneof(
      { maxDepth: 3, withCrossShrink: true, depthIdentifier: 'mapping' },
      { weight: 6, arbitrary: locator.map(($var) => ({ $var })) },
      { weight: 2, arbitrary: fc.constantFrom<unknown>('open', '', 5, true, null, [], {}) },
      {
        weight: 2,
        arbitrary: fc.record({ x: part, y: part }, { requiredKeys: ['x'], noNullPrototype: true }),
      },
      { weight: 1, arbitrary: fc.array(part, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.array(part, { maxLength: 3 }).map(($concat) => ({ $concat })) },
      {
        weight: 2,
        arbitrary: fc.array(part, { maxLength: 3 }).map(($firstNotEmpty) => ({ $firstNotEmpty })),
      },
      { weight: 2, arbitrary: fc.array(part, { maxLength: 3 }).map(($mergeObjects) => ({ $mergeObjects })) },
      { weight: 1, arbitrary: fc.array(condition, { maxLength: 2 }).map(($and) => ({ $and })) },
      { weight: 1, arbitrary: condition },
      {
        weight: 2,
        arbitrary: fc.tuple(condition, part, part).map(([filter, value, otherwise]) => ({
          $case: { cases: [{ filter, value }], default: otherwise },
        })),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(part, part, part).map(([value, to, otherwise]) => ({
          $map: { value, mapping: [{ from: 'open', to }], default: otherwise },
        })),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(part, tie('item')).map(([source, item]) => ({ $iterate: { source, item } })),
      },
      { weight: 1, arbitrary: fc.tuple(part, part).map(([a, b]) => ({ a, b: [b, { $copy: '$.part' }] })) },
      { weight: 1, arbitrary: part.map(($extractDate) => ({ $extractDate })) },
      { weight: 1, arbitrary: part.map(($lastName) => ({ $lastName })) },
      { weight: 1, arbitrary: part.map((id) => ({ $record: { id } })) },
      { weight: 1, arbitrary: part.map((a) => ({ $tpl: { template: '{a}!', values: { a } } })) },
    );
    const item = fc.oneof(
      fc.constantFrom('item', 'item.name', 'index', 'parent', 'item[0]').map(($var) => ({ $var })),
      locator.map((text) => ({ $var: text === '$' ? 'parent' : `parent.${text}` })),
      fc.record(
        { v: fc.constant({ $var: 'item' }), i: fc.constant({ $var: 'index' }) },
        { noNullPrototype: true },
      ),
    );
    return { part: one, item };
  }).part;
}

function evaluated(mapping: unknown, variables: unknown): { value: unknown } | undefined {
  try {
    return { value: compileFormula(mapping).evaluate(variables) };
  } catch (error) {
    // What the arguments are wrong for at run time has no type.
    if (error instanceof MembraneError) return undefined;
    throw error;
  }
}

const codesOf = (value: unknown, variables: JsonSchema | undefined, target?: JsonSchema): string[] => {
  const found: string[] = [];
  typeOf(value, { variables, target, report: ({ code, message }) => found.push(`${code} ${message}`) });
  return found;
};

it('what a mapping gives fits the type that it has', () => {
  const cases = samples(false).chain(({ schema, value, paths }) =>
    fc.record({ schema: fc.constant(schema), value, mapping: mappings(paths) }),
  );
  fc.assert(
    fc.property(cases, ({ schema, value, mapping }) => {
      // Beside something that is always there, a part that is missing is seen.
      const whole = { always: 1, part: mapping };
      const type = typeOf(whole, { variables: schema, report: () => {} });
      const result = evaluated(whole, value);
      if (result === undefined || type === undefined) return;
      expect(schemas.compile(type)(result.value).problems).toEqual([]);
    }),
    { numRuns: runs },
  );
});

it('a locator that is reported gives nothing, and one that is not finds what is there', () => {
  const cases = samples(true).chain(({ schema, value, paths }) =>
    fc.record({
      schema: fc.constant(schema),
      value,
      path: fc.oneof(
        fc.constantFrom(...paths),
        fc.array(fc.constantFrom<string | number>(...names, 0, 1, '0', 'length'), { maxLength: 4 }),
      ),
    }),
  );
  fc.assert(
    fc.property(cases, ({ schema, value, path }) => {
      const mapping = { $var: formatPath(path) || '$' };
      const result = evaluated(mapping, value)?.value;
      const found = codesOf(mapping, schema);
      if (found.length > 0) expect(result).toBeUndefined();
      else if (!path.some((part) => part === 1)) expect(result).not.toBeUndefined();
    }),
    { numRuns: runs },
  );
});

it('a value that fits a schema is never reported, written out or by a locator', () => {
  const cases = samples(false).chain(({ schema, value }) =>
    fc.record({ schema: fc.constant(schema), value }),
  );
  fc.assert(
    fc.property(cases, ({ schema, value }) => {
      expect(codesOf(value, undefined, schema)).toEqual([]);
      expect(codesOf({ $plain: value }, undefined, schema)).toEqual([]);
      expect(codesOf({ $var: '$' }, schema, schema)).toEqual([]);
    }),
    { numRuns: runs },
  );
});

it('a type whose values can fit another one is not reported', () => {
  const cases = fc
    .tuple(samples(true, 2), samples(true, 2))
    .chain(([given, wanted]) =>
      fc.record({ given: fc.constant(given.schema), wanted: fc.constant(wanted.schema), value: given.value }),
    );
  fc.assert(
    fc.property(cases, ({ given, wanted, value }) => {
      if (schemas.compile(wanted)(value).problems.length > 0) return;
      expect(codesOf({ $var: '$' }, given, wanted)).toEqual([]);
    }),
    { numRuns: runs * 3 },
  );
});

it('a condition that is said to have one answer has one', () => {
  const operators = [
    'is',
    'isNot',
    'contains',
    'doesNotContain',
    'oneOf',
    'noneOf',
    'gt',
    'lte',
    'isEmpty',
    'isNotEmpty',
  ];
  const cases = samples(true, 2).chain(({ schema, value, paths }) =>
    fc.record({
      schema: fc.constant(schema),
      values: fc.array(value, { minLength: 5, maxLength: 5 }),
      path: fc.constantFrom(...paths),
      name: fc.constantFrom(...operators),
      other: fc.constantFrom<Json>('open', 'Ada', '', '5', 'true', 1, 2.5, true, null, {}),
    }),
  );
  fc.assert(
    fc.property(cases, ({ schema, values, path, name, other }) => {
      const right = name.includes('Empty') ? true : name.endsWith('Of') ? [other] : other;
      const condition = { $eval: { $var: formatPath(path) || '$' }, [name]: right };
      const found = codesOf(condition, schema).map((line) => line.split(' ')[0]);
      // That a number contains a digit makes no sense, and may be so nevertheless.
      if (found.length === 0 || (found[0] === 'type/operator' && name.toLowerCase().includes('contain')))
        return;
      const results = values.flatMap((value) => evaluated(condition, value) ?? []);
      expect(new Set(results.map(({ value }) => value)).size).toBeLessThanOrEqual(1);
    }),
    { numRuns: runs * 3 },
  );
});
