import { defineFormula } from './formula.js';

export const copyFormula = defineFormula({
  name: '$copy',
  summary:
    'The same as another part of the value being built, at a locator from its root. The part may not hold a $copy itself.',
  schema: { type: 'string', minLength: 1, literal: true },
  examples: [
    {
      title: 'shipping goes to the billing address',
      formula: { billing: { city: { $var: 'city' } }, shipping: { $copy: '$.billing' } },
      variables: { city: 'London' },
      result: { billing: { city: 'London' }, shipping: { city: 'London' } },
    },
  ],
  compile(argument, scope) {
    return scope.compileCopy(argument as string);
  },
  type: (argument, scope) => scope.typeOfCopy(argument as string),
});
