import type { DataSchemaRequest } from '../core/formula-env.js';
import { isObject } from '../core/json.js';
import { perhaps } from '../core/type.js';
import { defineFormula } from './formula.js';
import { afterAsync } from './node.js';

export const dataSchemaRefFormula = defineFormula({
  name: '$dataSchemaRef',
  summary: 'The schema of a data-schema element, or of the fields of a data collection.',
  schema: {
    type: 'object',
    properties: {
      type: { enum: ['internal-data-schema', 'data-collection'], literal: true },
      key: { type: ['string', 'null'] },
      parameters: { type: 'object' },
    },
    required: ['type', 'key'],
    additionalProperties: false,
    literal: true,
  },
  examples: [
    {
      title: 'fields of the collection that the user picked',
      formula: { $dataSchemaRef: { type: 'data-collection', key: { $var: 'parameters.object' } } },
      variables: { parameters: { object: 'contacts' } },
      env: { dataSchema: () => ({ type: 'object', properties: { email: { type: 'string' } } }) },
      result: { type: 'object', properties: { email: { type: 'string' } } },
    },
  ],
  compile(argument, scope) {
    return afterAsync(scope.compile(argument), (request, env) => {
      // No schema is known while nothing has been picked.
      if (!isObject(request) || typeof request['key'] !== 'string') return undefined;
      if (env.dataSchema === undefined) {
        throw scope.error(
          'formula/port',
          `"$dataSchemaRef" needs the schema "${request['key']}", which is not available here`,
          { hint: 'put the schema itself in the place of the formula, or a "$ref" to a data-schema' },
        );
      }
      return env.dataSchema(request as unknown as DataSchemaRequest);
    });
  },
  type(argument, scope) {
    scope.typeOf(argument);
    return perhaps({ type: ['object', 'boolean'] });
  },
});
