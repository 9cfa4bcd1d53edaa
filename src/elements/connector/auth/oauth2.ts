import type { AuthContext, AuthType, Issued } from '../../../core/auth.js';
import { MembraneError } from '../../../core/error.js';
import type { JsonObject } from '../../../core/json.js';
import type { OAuth2Config, TokenResponse } from '../../../core/oauth.js';
import { callForObject, expiry, refreshedByFunction } from './credentials.js';
import { commonFunctions, consentFunctions } from './functions.js';
import { inputSchema } from './input-schema.js';
import { warningsAbout } from './oauth2-warnings.js';
import { authSchema } from './schema.js';

const summary = 'The user gives consent at the external app, which gives tokens (OAuth 2).';
const functions = ['getOAuthConfig', ...consentFunctions, ...commonFunctions];

export const oauth2: AuthType = {
  name: 'oauth2',
  summary,
  schema: authSchema(summary, functions),
  functions,
  inputSchema,
  redirects: true,
  credentialFields: ['access_token', 'refresh_token'],
  connect,
  refresh,
  revoke,
};

const grants = {
  code: 'authorization_code',
  client: 'client_credentials',
  device: 'urn:ietf:params:oauth:grant-type:device_code',
  jwt: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
};

async function connect(ctx: AuthContext): Promise<Issued> {
  const config = await configOf(ctx);
  const grant = grantOf(ctx, config);
  const { tokenResponse, variables } = await firstTokens(ctx, config, grant);
  const made = await credentialsFrom(ctx, tokenResponse, variables);
  const byPerson = grant === grants.code || grant === grants.device;
  const warnings = warningsAbout(config, tokenResponse, byPerson);
  return { credentials: made, ...expiry(ctx, tokenResponse), ...(warnings.length === 0 ? {} : { warnings }) };
}

async function refresh(
  ctx: AuthContext,
  _auth: JsonObject,
  credentials: JsonObject,
): Promise<Issued | undefined> {
  if (ctx.has('refreshCredentials')) return refreshedByFunction(ctx, credentials);
  const config = await configOf(ctx);
  const grant = grantOf(ctx, config);
  const token = refreshTokenOf(credentials);
  if (token === undefined) {
    if (grant !== grants.client && grant !== grants.jwt) return undefined;
    const { tokenResponse, variables } = await firstTokens(ctx, config, grant);
    const made = await credentialsFrom(ctx, tokenResponse, variables);
    return { credentials: made, ...expiry(ctx, tokenResponse) };
  }
  const tokenResponse = await ctx.oauth2.refresh(config, token);
  const again = 'getCredentialsFromRefreshTokenResponse';
  const made = ctx.has(again)
    ? await callForObject(ctx, again, { tokenResponse, credentials })
    : await credentialsFrom(ctx, tokenResponse, { credentials });
  return {
    credentials: { ...credentials, ...newRefreshToken(tokenResponse), ...made },
    ...expiry(ctx, tokenResponse),
  };
}

async function revoke(ctx: AuthContext, _auth: JsonObject, credentials: JsonObject): Promise<boolean> {
  const token = refreshTokenOf(credentials) ?? credentials['access_token'];
  return typeof token === 'string' && ctx.oauth2.revoke(await configOf(ctx), token);
}

async function configOf(ctx: AuthContext): Promise<OAuth2Config> {
  if (ctx.has('getOAuthConfig')) return callForObject(ctx, 'getOAuthConfig', {}, 'nobody knows where to ask');
  throw new MembraneError('auth/config', 'the connector has no "getOAuthConfig"', {
    hint: 'write auth/get-oauth-config.map.yml with clientId, clientSecret, authorizeUri and tokenUri',
    class: 'configuration',
  });
}

/** The declared one; a device code takes the place of a browser that is not there, or not wanted. */
function grantOf(ctx: AuthContext, config: OAuth2Config): string {
  const declared = config['grantType'] ?? grants.code;
  if (!Object.values(grants).includes(String(declared))) {
    throw new MembraneError('auth/config', `"${String(declared)}" is no grant type that is known`, {
      hint: `"grantType" of "getOAuthConfig" is one of ${Object.values(grants).join(', ')}`,
      class: 'configuration',
    });
  }
  const { way } = ctx.oauth2;
  const byCode = way === 'device' || (way === 'either' && config['deviceAuthorizationUri'] !== undefined);
  return declared === grants.code && byCode ? grants.device : String(declared);
}

/** The token response, and what the functions that make credentials of it can see. */
async function firstTokens(
  ctx: AuthContext,
  config: OAuth2Config,
  grant: string,
): Promise<{ tokenResponse: TokenResponse; variables: JsonObject }> {
  if (grant === grants.device) return { tokenResponse: await ctx.oauth2.device(config), variables: {} };
  const authorization = grant === grants.code ? await ctx.oauth2.authorize(config) : undefined;
  const variables = { ...authorization } as JsonObject;
  if (ctx.has('getTokenData')) {
    return {
      tokenResponse: await callForObject(ctx, 'getTokenData', variables, 'there is no token'),
      variables,
    };
  }
  if (authorization !== undefined) {
    return { tokenResponse: await ctx.oauth2.exchangeCode(config, authorization), variables };
  }
  const ask = grant === grants.jwt ? ctx.oauth2.jwtBearer : ctx.oauth2.clientCredentials;
  return { tokenResponse: await ask(config), variables };
}

/** The credentials that the connector makes of a token response; without a function for it, the response itself. */
async function credentialsFrom(
  ctx: AuthContext,
  tokenResponse: TokenResponse,
  variables: JsonObject,
): Promise<JsonObject> {
  const names = ['getCredentialsFromAccessTokenResponse', 'getCredentialsFromTokenResponse'];
  const name = names.find((one) => ctx.has(one));
  if (name !== undefined) {
    const made = await callForObject(ctx, name, { ...variables, tokenResponse });
    return { ...newRefreshToken(tokenResponse), ...made };
  }
  if (typeof tokenResponse['access_token'] === 'string' && tokenResponse['access_token'] !== '')
    return tokenResponse;
  throw new MembraneError('auth/server', 'the token response has no "access_token"', {
    hint: `it has ${Object.keys(tokenResponse).join(', ') || 'nothing'}; "getCredentialsFromAccessTokenResponse" can find it there`,
    class: 'dependency',
  });
}

/** Kept whatever the connector makes of a response: without it, nobody could ask for new tokens. */
function newRefreshToken({ refresh_token: token }: TokenResponse): JsonObject {
  return typeof token === 'string' && token !== '' ? { refresh_token: token } : {};
}

function refreshTokenOf({ refresh_token: token, refreshToken }: JsonObject): string | undefined {
  const found = token ?? refreshToken;
  return typeof found === 'string' && found !== '' ? found : undefined;
}
