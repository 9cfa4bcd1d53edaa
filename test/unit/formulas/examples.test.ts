import { describe, expect, it } from 'vitest';
import { checkFormula } from '../../../src/formulas/check.js';
import { compileFormula } from '../../../src/formulas/compile.js';
import { formulas } from '../../../src/formulas/index.js';

describe.each([...formulas.values()])('$name', (formula) => {
  it.each(formula.examples)('$title', async (example) => {
    expect(await checkFormula(example.formula)).toEqual([]);
    expect(await compileFormula(example.formula).evaluate(example.variables, example.env)).toStrictEqual(
      example.result,
    );
  });
});
