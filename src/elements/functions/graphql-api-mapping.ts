import type { FunctionType } from '../../core/function.js';
import { formulasIn, within } from '../places.js';
import { anyFormula, choice, formulaOr, object, text } from '../schema-parts.js';
import { typeField } from './type-field.js';

export const graphqlApiMapping: FunctionType = {
  name: 'graphql-api-mapping',
  files: ['.graphql.yml', '.graphql.yaml'],
  content: 'mapping',
  summary: 'One GraphQL operation, as a tree of fields with formulas.',
  schema: object(
    'A mapping to a GraphQL operation.',
    {
      type: typeField('graphql-api-mapping'),
      mapping: object('The operation, and what its response means.', {
        path: formulaOr(text('Path of the GraphQL endpoint below the base address.')),
        operationType: choice(['query', 'mutation'], 'What the operation does. Default: query.'),
        requestMapping: anyFormula('The tree of fields that are asked for, with their arguments.'),
        responseMapping: anyFormula(
          'The result; its formulas also see response.data, response.headers and response.statusCode.',
        ),
      }),
    },
    ['type', 'mapping'],
  ),
  places: (value) => within(['mapping'], formulasIn(value['mapping'])),
};
