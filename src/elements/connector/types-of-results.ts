import type { JsonSchema } from '../../core/schema.js';
import { anyObject, listType, objectType, textType } from '../types/parts.js';

const positive: JsonSchema = { type: 'number', exclusiveMinimum: 0 };
const flag: JsonSchema = { type: 'boolean' };

const pagination: JsonSchema = objectType({
  type: { enum: ['link-header', 'next-url', 'cursor', 'offset', 'page'] },
  in: { enum: ['query', 'body', 'header'] },
  parameter: textType,
  limit: positive,
  limitParameter: textType,
  items: textType,
  next: textType,
  hasMore: textType,
  total: textType,
  firstPage: { type: 'number', minimum: 0 },
});

const rateLimit: JsonSchema = objectType({
  requests: positive,
  seconds: positive,
  burst: { type: 'number', minimum: 1 },
  headers: objectType({ remaining: textType, reset: textType }),
});

const retry: JsonSchema = objectType({
  tries: { type: 'number', minimum: 1 },
  baseMs: { type: 'number', minimum: 0 },
  maxWaitMs: { type: 'number', minimum: 0 },
  notAccepted: { type: 'array', items: { type: 'number' } },
});

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
