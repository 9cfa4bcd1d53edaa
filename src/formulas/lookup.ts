import type { LookupRequest } from '../core/formula-env.js';
import { isObject } from '../core/json.js';
import { perhaps } from '../core/type.js';
import { describe } from './describe.js';
import { defineFormula } from './formula.js';
import { afterAsync } from './node.js';

export const lookupFormula = defineFormula({
  name: '$lookup',
  summary:
    'The id of the record of the external app that fits a query, created when there is none and that is wanted.',
  schema: {
    type: 'object',
    properties: {
      query: { type: 'object' },
      createIfNotFound: { type: 'boolean' },
      create: { type: 'object', properties: { fields: { type: 'object' } }, additionalProperties: false },
    },
    required: ['query'],
    additionalProperties: false,
    literal: true,
  },
  examples: [
    {
      title: 'the owner by email',
      formula: { $lookup: { query: { email: { $var: 'owner.email' } } } },
      variables: { owner: { email: 'ada@analytical.example' } },
      env: { lookup: () => 'u-1' },
      result: 'u-1',
    },
  ],
  compile(argument, scope) {
    return afterAsync(scope.compile(argument), (request, env) => {
      // A query of which nothing is known would find any record.
      if (!isObject(request) || !Object.hasOwn(request, 'query')) return undefined;
      if (!isObject(request['query'])) {
        throw scope.error(
          'formula/shape',
          `"query" of "$lookup" takes an object, not ${describe(request['query'])}`,
        );
      }
      if (env.lookup === undefined) {
        throw scope.error(
          'formula/port',
          '"$lookup" needs the records of an external app, which are not available here',
          {
            hint: 'it works in field mappings and in actions that write data records',
          },
        );
      }
      const { createIfNotFound, ...rest } = request;
      return env.lookup(
        { ...rest, createIfNotFound: createIfNotFound === true } as LookupRequest,
        scope.path,
      );
    });
  },
  type(argument, scope) {
    scope.typeOf(argument);
    return perhaps({ type: ['string', 'number'] });
  },
});
