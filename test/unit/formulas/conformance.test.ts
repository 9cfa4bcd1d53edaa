import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileFormula } from '../../../src/formulas/compile.js';

interface Cases {
  readonly variables: unknown;
  readonly cases: readonly { name: string; formula: unknown; variables?: unknown; expected?: unknown }[];
}

const file = new URL('../../conformance/formulas.json', import.meta.url);
const { variables, cases } = JSON.parse(readFileSync(file, 'utf8')) as Cases;

describe('the cases of the reference implementation', () => {
  it.each(cases)('$name', async ({ formula, variables: own, expected }) => {
    expect(await compileFormula(formula).evaluate(own ?? variables)).toStrictEqual(expected);
  });
});
