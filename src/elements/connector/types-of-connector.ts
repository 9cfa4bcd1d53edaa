import type { Signature } from '../../core/function.js';
import type { JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { typedFunction } from '../functions/typed-function.js';
import { responseType } from '../types/requests.js';
import { anyObject, listType, objectType, partial, textType } from '../types/parts.js';
import { sharedTypes, variablesOf, waysOf, wayTypes, type ConnectorTypes } from './types.js';

/** The types at the places of a connector: of the functions of each way to authenticate, and of those that all share. */
export function typesOfConnector(value: JsonObject, world: TypeWorld): TypedPlace[] {
  const ways = waysOf(value);
  const shared = sharedTypes(value, world);
  const places = ways.flatMap(({ at, way }) => {
    const types = wayTypes(value, way, world);
    const enabled = { at: [...at, 'enabled'], variables: variablesOf(types, {}) };
    // the functions beside the options serve those that have none of their own
    return [enabled, ...functionsAt(value, at, at.length === 1 ? shared : types, world)];
  });
  const hasOwnWay = ways.some(({ at }) => at.length === 1);
  return hasOwnWay ? places : [...places, ...functionsAt(value, ['auth'], shared, world)];
}

function functionsAt(
  value: JsonObject,
  at: readonly string[],
  types: ConnectorTypes,
  world: TypeWorld,
): TypedPlace[] {
  return Object.entries(signatures(types, world)).flatMap(([name, signature]) =>
    typedFunction(value, [...at, name], signature, world),
  );
}

/** What each function of `auth` gets and gives. */
function signatures(types: ConnectorTypes, world: TypeWorld): Record<string, Signature> {
  const { credentials, ...before } = types;
  const consent = {
    redirectUri: textType,
    state: textType,
    codeVerifier: textType,
    queryParameters: anyObject,
  };
  const withCredentials = variablesOf(types, {});
  const made = partial(credentials, world);
  const fromTokens = {
    variables: variablesOf(types, { ...consent, tokenResponse: undefined }),
    result: made,
  };
  return {
    makeApiClient: { variables: variablesOf(types, { response: responseType }), result: apiClient },
    test: { variables: withCredentials },
    disconnect: { variables: withCredentials },
    refreshCredentials: { variables: withCredentials, result: made },
    getCredentialsFromConnectionParameters: { variables: variablesOf(before, {}), result: credentials },
    getOAuthConfig: { variables: variablesOf(before, {}), result: oauthConfig },
    getTokenData: { variables: variablesOf(before, consent), result: anyObject },
    getCredentialsFromAccessTokenResponse: fromTokens,
    getCredentialsFromTokenResponse: fromTokens,
    getCredentialsFromRefreshTokenResponse: {
      variables: variablesOf(types, { tokenResponse: undefined }),
      result: made,
    },
  };
}

/** What `makeApiClient` gives. */
const apiClient: JsonSchema = objectType({
  baseUri: textType,
  baseUrl: textType,
  headers: anyObject,
  query: anyObject,
  auth: objectType({ username: undefined, password: undefined }),
  responseHandlers: listType,
  rateLimit: undefined,
  retry: undefined,
  pagination: undefined,
});

/** What `getOAuthConfig` gives, for OAuth 2 and 1.0a. */
const oauthConfig: JsonSchema = objectType(
  {
    clientId: { type: ['string', 'number'] },
    clientSecret: textType,
    authorizeUri: textType,
    tokenUri: textType,
    scopeSeparator: textType,
    clientAuthLocation: textType,
    noRefreshToken: { type: 'boolean' },
    skipPkce: { type: 'boolean' },
    consumerKey: textType,
    consumerSecret: textType,
    requestTokenUri: textType,
  },
  { others: true },
);
