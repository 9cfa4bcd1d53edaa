import { faultyFields, fieldHint } from '../../core/error-fields.js';
import { MembraneError } from '../../core/error.js';
import type { FunctionContext, FunctionType } from '../../core/function.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { ClientRequest } from '../../core/kind.js';
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
        path: formulaOr(
          text('Path of the GraphQL endpoint below the base address. Default: the base address itself.'),
        ),
        operationType: choice(['query', 'mutation'], 'What the operation does. Default: query.'),
        requestMapping: anyFormula(
          'The tree of fields that are asked for: {contacts: {__args: {first: 10}, id: true}}; or {query, variables} with the operation as text.',
        ),
        responseMapping: anyFormula(
          'The result; its formulas also see response.data, response.headers and response.statusCode.',
        ),
      }),
    },
    ['type', 'mapping'],
  ),
  places: (value) => within(['mapping'], formulasIn(value['mapping'])),
  run,
};

type GraphqlWriter = typeof import('json-to-graphql-query');

async function run(ctx: FunctionContext, value: JsonObject): Promise<unknown> {
  if (ctx.client === undefined) {
    throw new MembraneError(
      'run/unsupported',
      'a "graphql-api-mapping" function cannot send a request here',
      {
        hint: 'here a function only computes: write it as a "mapping"',
      },
    );
  }
  const mapping = isObject(value['mapping']) ? value['mapping'] : {};
  const type = mapping['operationType'] === 'mutation' ? 'mutation' : 'query';
  const path = mapping['path'] === undefined ? '' : await ctx.evaluate(['mapping', 'path']);
  const asked = await ctx.evaluate(['mapping', 'requestMapping']);
  const sent = await operation(type, asked);
  const request: ClientRequest = {
    path: typeof path === 'string' ? path : '',
    method: 'POST',
    data: sent,
    idempotent: type === 'query',
    // the text of an operation may do something else than its type says
    reads: type === 'query' && !/\bmutation\b/.test(String(sent['query'])),
    at: ['mapping'],
  };
  const { status: statusCode, headers, data: body } = await ctx.client.send(request);
  refuseErrors(body);
  const data = isObject(body) ? body['data'] : body;
  if (mapping['responseMapping'] === undefined) return data;
  return ctx.evaluate(['mapping', 'responseMapping'], {
    ...ctx.variables,
    response: { data, headers, statusCode },
  });
}

/** The body of the request. */
async function operation(type: 'query' | 'mutation', asked: unknown): Promise<Record<string, unknown>> {
  if (!isObject(asked)) {
    throw new MembraneError('http/request', 'a "graphql-api-mapping" function asks for no fields', {
      hint: 'give it a requestMapping, such as {contacts: {id: true}}',
      class: 'configuration',
    });
  }
  if (typeof asked['query'] === 'string') {
    return { query: asked['query'], variables: isObject(asked['variables']) ? asked['variables'] : {} };
  }
  // a CommonJS module: where it is bundled, it has its `default` only, of which its types know nothing
  const loaded = (await import('json-to-graphql-query')) as unknown as { default: GraphqlWriter };
  const { jsonToGraphQLQuery } = loaded.default;
  return { query: jsonToGraphQLQuery({ [type]: asked }) };
}

/** An API says with status 200 that it failed (GraphQL, section "Errors" of its response format). */
function refuseErrors(body: unknown): void {
  const errors = isObject(body) ? body['errors'] : undefined;
  if (!Array.isArray(errors) || errors.length === 0) return;
  const [first] = errors;
  const message = isObject(first) && typeof first['message'] === 'string' ? first['message'] : 'no reason';
  const extensions = isObject(first) && isObject(first['extensions']) ? first['extensions'] : {};
  const path = isObject(first) && Array.isArray(first['path']) ? first['path'].join('.') : undefined;
  const fields = faultyFields({ errors });
  throw new MembraneError('http/status', `the API answered with an error: ${message}`, {
    hint: fieldHint(fields) ?? (path === undefined ? undefined : `at "${path}" of what was asked for`),
    class: 'bad_request',
    key: keys[String(extensions['code'])],
    data: { errors: errors.slice(0, 5), ...(fields.length === 0 ? {} : { fields }) },
  });
}

/** Codes that servers agree on, by what they mean here. */
const keys: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'not_authenticated',
  FORBIDDEN: 'access_denied',
  NOT_FOUND: 'not_found',
  CONFLICT: 'already_exists',
  ALREADY_EXISTS: 'already_exists',
  THROTTLED: 'rate_limit_exceeded',
};
