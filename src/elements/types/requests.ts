import type { JsonSchema } from '../../core/schema.js';
import { isObject } from '../../core/json.js';
import { anyObject, objectType, textType, type Type } from './parts.js';

/** What a response looks like to formulas. What the API sends is not known. */
export const responseType: JsonSchema = objectType({
  data: undefined,
  headers: anyObject,
  statusCode: { type: 'integer' },
  status: { type: 'integer' },
});

/** What the `request` of an action becomes; its schema says which fields it may have. */
export const requestType: JsonSchema = objectType(
  {
    path: textType,
    uri: textType,
    method: textType,
    pathParameters: anyObject,
    query: anyObject,
    headers: anyObject,
  },
  { others: true },
);

/** What stands in JSON for a file that was downloaded. */
const fileType: JsonSchema = objectType(
  {
    file: { type: 'string', format: 'membrane-file' },
    name: textType,
    type: textType,
    size: { type: 'integer' },
    sha256: textType,
  },
  { required: ['file', 'name', 'type', 'size', 'sha256'] },
);

/** The type of the data that a request gives; it is only known where it asks for a file. */
export function dataType(request: unknown): Type {
  return isObject(request) && request['responseType'] === 'file' ? fileType : undefined;
}
