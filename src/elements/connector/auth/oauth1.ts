import type { AuthContext, AuthType, Issued } from '../../../core/auth.js';
import { MembraneError } from '../../../core/error.js';
import type { JsonObject } from '../../../core/json.js';
import { callForObject } from './credentials.js';
import { commonFunctions, consentFunctions } from './functions.js';
import { inputSchema } from './input-schema.js';
import { authSchema } from './schema.js';

const summary = 'The user gives consent at the external app, and every request is signed (OAuth 1.0a).';
const functions = ['getOAuthConfig', ...consentFunctions, ...commonFunctions];

export const oauth1: AuthType = {
  name: 'oauth1',
  summary,
  schema: authSchema(summary, functions),
  functions,
  inputSchema,
  redirects: true,
  credentialFields: ['oauth_token', 'oauth_token_secret'],
  connect,
  sign: async (ctx, credentials, request) => ctx.oauth1.sign(await configOf(ctx), credentials, request),
};

/** Whatever the connector makes of the answer, the token stays: requests are signed with it. */
async function connect(ctx: AuthContext): Promise<Issued> {
  const tokenResponse = await ctx.oauth1.authorize(await configOf(ctx));
  const { oauth_token: token, oauth_token_secret: secret } = tokenResponse;
  if (typeof token !== 'string' || typeof secret !== 'string') {
    throw new MembraneError(
      'auth/server',
      'the token response has no "oauth_token" and "oauth_token_secret"',
      {
        hint: `it has ${Object.keys(tokenResponse).join(', ') || 'nothing'}`,
        class: 'dependency',
      },
    );
  }
  const names = ['getCredentialsFromAccessTokenResponse', 'getCredentialsFromTokenResponse'];
  const name = names.find((one) => ctx.has(one));
  const made = name === undefined ? tokenResponse : await callForObject(ctx, name, { tokenResponse });
  return { credentials: { ...made, oauth_token: token, oauth_token_secret: secret } };
}

async function configOf(ctx: AuthContext): Promise<JsonObject> {
  if (ctx.has('getOAuthConfig')) return callForObject(ctx, 'getOAuthConfig', {}, 'nobody knows where to ask');
  throw new MembraneError('auth/config', 'the connector has no "getOAuthConfig"', {
    hint: 'write auth/get-oauth-config.map.yml with consumerKey, consumerSecret, requestTokenUri, authorizeUri and tokenUri',
    class: 'configuration',
  });
}
