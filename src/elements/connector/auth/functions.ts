/** Functions that every authentication type may have. */
export const commonFunctions = ['makeApiClient', 'test', 'refreshCredentials', 'disconnect'] as const;

/** Functions that lead from a consent to credentials. */
export const consentFunctions = [
  'getTokenData',
  'getCredentialsFromAccessTokenResponse',
  'getCredentialsFromTokenResponse',
  'getCredentialsFromRefreshTokenResponse',
] as const;
