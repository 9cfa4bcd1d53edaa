import { unknown } from '../core/type.js';
import { defineFormula } from './formula.js';

export const formulaFormula = defineFormula({
  name: '$formula',
  summary:
    'A formula as the result, to be resolved later by somebody else: only $var inside it is resolved now.',
  schema: { literal: true },
  examples: [
    {
      title: 'a filter for later',
      formula: { $formula: { $concat: [{ $var: 'firstName' }, '!'] } },
      variables: { firstName: 'Grace' },
      result: { $concat: ['Grace', '!'] },
    },
  ],
  compile: (argument, scope) => scope.compileVariables(argument),
  type(argument, scope) {
    scope.typeOfVariables(argument);
    // What becomes of it is known to whoever resolves it.
    return unknown;
  },
});
