import type { Signature } from '../../core/function.js';
import type { JsonObject } from '../../core/json.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { typedFunction } from '../functions/typed-function.js';
import { responseType } from '../types/requests.js';
import { anyObject, partial, textType } from '../types/parts.js';
import { apiClientType, oauthConfigType } from './types-of-results.js';
import { typesOfModels } from './types-of-models.js';
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
  const ofAll = hasOwnWay ? [] : functionsAt(value, ['auth'], shared, world);
  return [...places, ...ofAll, ...typesOfModels(value['udm'], world)];
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
    makeApiClient: { variables: variablesOf(types, { response: responseType }), result: apiClientType },
    test: { variables: withCredentials },
    disconnect: { variables: withCredentials },
    refreshCredentials: { variables: withCredentials, result: made },
    getCredentialsFromConnectionParameters: { variables: variablesOf(before, {}), result: credentials },
    getOAuthConfig: { variables: variablesOf(before, {}), result: oauthConfigType },
    getTokenData: { variables: variablesOf(before, consent), result: anyObject },
    getCredentialsFromAccessTokenResponse: fromTokens,
    getCredentialsFromTokenResponse: fromTokens,
    getCredentialsFromRefreshTokenResponse: {
      variables: variablesOf(types, { tokenResponse: undefined }),
      result: made,
    },
  };
}
