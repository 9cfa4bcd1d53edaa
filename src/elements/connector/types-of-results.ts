import type { JsonSchema } from '../../core/schema.js';
import { anyObject, listOf, listType, objectType, textType } from '../types/parts.js';

const number: JsonSchema = { type: 'number' };
const flag: JsonSchema = { type: 'boolean' };

const pagination: JsonSchema = objectType({
  type: { enum: ['link-header', 'next-url', 'cursor', 'offset', 'page'] },
  in: { enum: ['query', 'body', 'header'] },
  parameter: textType,
  limit: number,
  limitParameter: textType,
  items: textType,
  next: textType,
  hasMore: textType,
  total: textType,
  firstPage: number,
});

/** A run refuses other fields of these two. */
const closed = { others: false };

const rateLimit: JsonSchema = objectType(
  {
    requests: number,
    seconds: number,
    burst: number,
    headers: objectType({ remaining: textType, reset: textType }),
  },
  closed,
);

const retry: JsonSchema = objectType(
  { tries: number, baseMs: number, maxWaitMs: number, notAccepted: listOf(number) },
  closed,
);

/** What `makeApiClient` gives. */
export const apiClientType: JsonSchema = objectType({
  baseUri: textType,
  baseUrl: textType,
  headers: anyObject,
  query: anyObject,
  auth: objectType({ username: undefined, password: undefined }),
  responseHandlers: listType,
  rateLimit,
  retry,
  pagination,
});

/** What `getOAuthConfig` gives, for OAuth 2 and 1.0a. */
export const oauthConfigType: JsonSchema = objectType({
  clientId: { type: ['string', 'number'] },
  clientSecret: textType,
  authorizeUri: textType,
  tokenUri: textType,
  issuer: textType,
  scopes: { type: ['array', 'string'] },
  scopeSeparator: textType,
  extra: anyObject,
  audience: textType,
  grantType: {
    enum: [
      'authorization_code',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ],
  },
  clientAuthLocation: { enum: ['headers', 'body'] },
  skipPkce: flag,
  noRefreshToken: flag,
  deviceAuthorizationUri: textType,
  revocationUri: textType,
  privateKey: undefined,
  keyId: textType,
  subject: textType,
  consumerKey: textType,
  consumerSecret: textType,
  requestTokenUri: textType,
});
