import type { FunctionType } from '../../core/function.js';
import { placesIn } from '../places.js';
import { anyFormula, object, text } from '../schema-parts.js';
import { typeField } from './type-field.js';

export const operationMapping: FunctionType = {
  name: 'operation-mapping',
  files: ['.op.yml', '.op.yaml'],
  content: 'mapping',
  summary: 'A call of an operation of the same connector.',
  schema: object(
    'A mapping to an operation.',
    {
      type: typeField('operation-mapping'),
      mapping: object(
        'The operation, its input, and what its output means.',
        {
          operationKey: text('Key of an operation of the connector.'),
          inputMapping: anyFormula('The input of the operation.'),
          outputMapping: anyFormula('The result; its formulas also see the output of the operation.'),
        },
        ['operationKey'],
      ),
    },
    ['type', 'mapping'],
  ),
  places: (value) =>
    placesIn(value, {
      formulas: [
        ['mapping', 'inputMapping'],
        ['mapping', 'outputMapping'],
      ],
    }),
};
