import { literalSchema } from '../core/type-literal.js';
import { surely } from '../core/type.js';
import { defineFormula } from './formula.js';
import { constantNode } from './node.js';

export const plainFormula = defineFormula({
  name: '$plain',
  summary: 'Its argument as it is: nothing inside is a formula, and no $ key is questioned.',
  schema: { literal: true },
  examples: [
    {
      title: 'a query of another language',
      formula: { $plain: { $set: { name: { $var: 'x' } } } },
      variables: { x: 1 },
      result: { $set: { name: { $var: 'x' } } },
    },
  ],
  compile: (argument) => constantNode(argument),
  type: (argument, { types }) => surely(literalSchema(types, argument)),
});
