import type { FunctionType } from '../../core/function.js';
import { placesIn } from '../places.js';
import { anyFormula, object } from '../schema-parts.js';
import { typeField } from './type-field.js';

export const mapping: FunctionType = {
  name: 'mapping',
  files: ['.map.yml', '.map.yaml'],
  content: 'mapping',
  summary: 'A value with formulas over the arguments of the function.',
  schema: object(
    'A mapping.',
    {
      type: typeField('mapping'),
      mapping: anyFormula('The result; its formulas see the arguments of the function.'),
    },
    ['type', 'mapping'],
  ),
  places: (value) => placesIn(value, { formulas: [['mapping']] }),
  types: (_, { variables, result }) => [{ at: ['mapping'], variables, target: result }],
  run: (ctx) => ctx.evaluate(['mapping']),
};
