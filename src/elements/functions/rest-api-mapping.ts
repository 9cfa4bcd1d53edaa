import { MembraneError } from '../../core/error.js';
import type { FunctionContext, FunctionType } from '../../core/function.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { ClientRequest } from '../../core/kind.js';
import { fileFields, methodField, responseType, responseTypeField, sentFiles } from '../config/request.js';
import { checkPathParameters } from '../config/path-parameters.js';
import { formulasIn, within } from '../places.js';
import { anyFormula, formulaOr, object, text } from '../schema-parts.js';
import { requestTypes } from './request-types.js';
import { typeField } from './type-field.js';

const content = object(
  'One request to the API, and what its response means.',
  {
    path: formulaOr(text('Path below the base address; {name} stands for a path parameter.')),
    method: methodField('The HTTP method. Default: GET, or POST with a file or a form.'),
    requestMapping: formulaOr(
      object('What is sent.', {
        pathParameters: anyFormula('Values for the {name} parts of the path.'),
        query: anyFormula('Parameters of the query string.'),
        headers: anyFormula('Request headers.'),
        data: anyFormula('The body; objects and lists are sent as JSON.'),
        ...fileFields,
      }),
    ),
    responseType: responseTypeField,
    responseMapping: anyFormula(
      'The result; its formulas also see response.data, response.headers and response.statusCode. Default: the data.',
    ),
  },
  ['path'],
);

export const restApiMapping: FunctionType = {
  name: 'rest-api-mapping',
  files: ['.rest.yml', '.rest.yaml', '.api.yml', '.api.yaml'],
  content: 'mapping',
  summary: 'One request to the API, with formulas for what is sent and what comes back.',
  schema: object('A mapping to a request.', { type: typeField('rest-api-mapping'), mapping: content }, [
    'type',
    'mapping',
  ]),
  places: (value) => within(['mapping'], formulasIn(value['mapping'])),
  check: (value) =>
    checkPathParameters(value, ['mapping', 'path'], ['mapping', 'requestMapping', 'pathParameters']),
  types: requestTypes,
  run,
};

async function run(ctx: FunctionContext, value: JsonObject): Promise<unknown> {
  if (ctx.client === undefined) {
    throw new MembraneError('run/unsupported', 'a "rest-api-mapping" function cannot send a request here', {
      hint: 'here a function only computes: write it as a "mapping"',
    });
  }
  const response = await ctx.client.send(await request(ctx));
  const given = isObject(value['mapping']) ? value['mapping']['responseMapping'] : undefined;
  if (given === undefined) return response.data;
  const { status: statusCode, data, headers } = response;
  return ctx.evaluate(['mapping', 'responseMapping'], {
    ...ctx.variables,
    response: { data, headers, statusCode },
  });
}

async function request(ctx: FunctionContext): Promise<ClientRequest> {
  const path = await ctx.evaluate(['mapping', 'path']);
  if (typeof path !== 'string') {
    throw new MembraneError(
      'http/request',
      'the "path" of a "rest-api-mapping" function is no text once its formulas are resolved',
    );
  }
  const method = await ctx.evaluate(['mapping', 'method']);
  const mapped = await ctx.evaluate(['mapping', 'requestMapping']);
  const wanted = await ctx.evaluate(['mapping', 'responseType']);
  const sent = isObject(mapped) ? mapped : {};
  const files = sentFiles(sent);
  return {
    path,
    method:
      typeof method === 'string' ? method.toUpperCase() : Object.keys(files).length > 0 ? 'POST' : 'GET',
    ...(isObject(sent['pathParameters']) ? { pathParameters: sent['pathParameters'] } : {}),
    ...(isObject(sent['query']) ? { query: sent['query'] } : {}),
    ...(isObject(sent['headers']) ? { headers: sent['headers'] } : {}),
    ...(sent['data'] === undefined ? {} : { data: sent['data'] }),
    ...files,
    ...responseType(wanted),
    at: ['mapping'],
  };
}
