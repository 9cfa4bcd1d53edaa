import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { ClientRequest } from '../../core/kind.js';
import { anyFormula, formulaOr, object, text, when } from '../schema-parts.js';

const upperCase = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const lowerCase = upperCase.map((method) => method.toLowerCase());

/** An HTTP method, in capitals or all in small letters. */
export function methodField(description: string): JsonObject {
  return formulaOr({
    description,
    ...when({ type: 'string', pattern: '^[a-z]+$' }, { enum: lowerCase }, { enum: upperCase }),
  });
}

const sentFields: JsonObject = {
  method: methodField('The HTTP method. Default: POST with a body, else GET.'),
  query: anyFormula('Parameters of the query string; a list gives a parameter several times.'),
  headers: anyFormula('Request headers.'),
  data: anyFormula('The body; objects and lists are sent as JSON.'),
  body: anyFormula('Another name of "data".'),
};

/** `request` with a path below the base address of a connection. */
export const pathRequest: JsonObject = formulaOr(
  object(
    'The request to send.',
    {
      path: formulaOr(text('Path below the base address of the API; {name} stands for a path parameter.')),
      pathParameters: anyFormula('Values for the {name} parts of the path.'),
      ...sentFields,
    },
    ['path'],
  ),
);

/** `request` with an address. */
export function uriRequest(uri: string, required: readonly string[]): JsonObject {
  return formulaOr(object('The request to send.', { uri: formulaOr(text(uri)), ...sentFields }, required));
}

/** The fields of requests beside their address, for the client. Arguments are resolved values. */
export function clientRequest(request: unknown, path: unknown, defaultData?: unknown): ClientRequest {
  if (!isObject(request) || typeof path !== 'string') {
    const what = isObject(request) ? 'address' : '"request"';
    throw new MembraneError('http/request', `the config gives no ${what} once its formulas are resolved`, {
      hint: 'look at "config.request" with the input that was given',
    });
  }
  const given = request['data'] ?? request['body'];
  const method = typeof request['method'] === 'string' ? request['method'].toUpperCase() : undefined;
  const data = given ?? (method === 'GET' || method === 'HEAD' ? undefined : defaultData);
  return {
    path,
    method: method ?? (data === undefined ? 'GET' : 'POST'),
    ...pick(request, 'pathParameters'),
    ...pick(request, 'query'),
    ...pick(request, 'headers'),
    ...(data === undefined ? {} : { data }),
    at: ['config', 'request'],
  };
}

function pick<Name extends string>(
  request: Record<string, unknown>,
  name: Name,
): { [key in Name]?: Record<string, unknown> } {
  const value = request[name];
  return isObject(value) ? ({ [name]: value } as { [key in Name]: Record<string, unknown> }) : {};
}
