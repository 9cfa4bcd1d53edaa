import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { ClientRequest } from '../../core/kind.js';
import { anyFormula, choice, formulaOr, object, text, when } from '../schema-parts.js';

const upperCase = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const lowerCase = upperCase.map((method) => method.toLowerCase());

/** An HTTP method, in capitals or all in small letters. */
export function methodField(description: string): JsonObject {
  return formulaOr({
    description,
    ...when({ type: 'string', pattern: '^[a-z]+$' }, { enum: lowerCase }, { enum: upperCase }),
  });
}

/** Fields with which any request can send and store files. */
export const fileFields: JsonObject = {
  bodyFile: anyFormula('A stored file whose bytes are the body: its reference, "membrane-file:ID".'),
  multipart: anyFormula(
    'A form of several parts: texts, {file, name, type} of a stored file, {data, type} or {base64, name, type}.',
  ),
};

/** What becomes of the body of a response. */
export const responseTypeField: JsonObject = formulaOr(
  choice(
    ['auto', 'text', 'base64', 'file'],
    'What becomes of the body of the response: "auto" (default) reads it by its type, "file" stores it and gives its reference.',
  ),
);

const sentFields: JsonObject = {
  method: methodField('The HTTP method. Default: POST with a body, else GET.'),
  query: anyFormula('Parameters of the query string; a list gives a parameter several times.'),
  headers: anyFormula('Request headers.'),
  data: anyFormula('The body; objects and lists are sent as JSON.'),
  body: anyFormula('Another name of "data".'),
  ...fileFields,
  responseType: responseTypeField,
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
  const files = sentFiles(request);
  const bodiless = method === 'GET' || method === 'HEAD' || Object.keys(files).length > 0;
  const data = given ?? (bodiless ? undefined : defaultData);
  return {
    path,
    method: method ?? (data === undefined && Object.keys(files).length === 0 ? 'GET' : 'POST'),
    ...pick(request, 'pathParameters'),
    ...pick(request, 'query'),
    ...pick(request, 'headers'),
    ...(data === undefined ? {} : { data }),
    ...files,
    ...responseType(request['responseType']),
    at: ['config', 'request'],
  };
}

/** What a request sends of files; a form whose formulas give nothing is none. */
export function sentFiles(request: Record<string, unknown>): Pick<ClientRequest, 'bodyFile' | 'multipart'> {
  const { bodyFile, multipart } = request;
  return {
    ...(bodyFile === undefined || bodyFile === null ? {} : { bodyFile }),
    ...(isObject(multipart) ? { multipart } : {}),
  };
}

/** Anything but the names that are known is "auto". */
export function responseType(given: unknown): Pick<ClientRequest, 'responseType'> {
  return given === 'text' || given === 'base64' || given === 'file' ? { responseType: given } : {};
}

function pick<Name extends string>(
  request: Record<string, unknown>,
  name: Name,
): { [key in Name]?: Record<string, unknown> } {
  const value = request[name];
  return isObject(value) ? ({ [name]: value } as { [key in Name]: Record<string, unknown> }) : {};
}
