import type { JsonSchema } from '../../core/schema.js';
import { anyObject, objectType, textType } from './parts.js';

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
