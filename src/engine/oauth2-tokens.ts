import type { OAuth2Config, TokenResponse } from '../core/oauth.js';
import type { AuthBinding } from './auth-context.js';
import type { Engine } from './engine.js';
import { failureOf, fieldsOrFail } from './oauth2-answer.js';
import { signAssertion } from './oauth2-assertion.js';
import { askProvider } from './oauth2-request.js';
import { addressIfAny, readSettings, type Settings } from './oauth2-settings.js';

/** The client credentials grant (RFC 6749 4.4). */
export async function clientTokens(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
): Promise<TokenResponse> {
  const settings = await readSettings(engine, binding, config);
  settings.required('clientId');
  const { clientCredentialsGrantRequest } = await import('oauth4webapi');
  const answer = await askProvider(engine, binding, settings, 'tokenUri', (request) =>
    clientCredentialsGrantRequest(
      request.server,
      request.client,
      request.clientAuth,
      { ...parameters(settings), ...audience(settings) },
      request.options,
    ),
  );
  return fieldsOrFail(answer, 'check what this client may do at the provider');
}

/** The JWT bearer grant (RFC 7523): a signed statement instead of a person's agreement. */
export async function assertionTokens(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
): Promise<TokenResponse> {
  const { assertion, settings, isServiceAccount } = await signAssertion(engine, binding, config);
  const { genericTokenEndpointRequest } = await import('oauth4webapi');
  const type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  // Google reads the scope of a service account in the assertion only
  const sent = isServiceAccount ? settings.extra : parameters(settings);
  const answer = await askProvider(
    engine,
    binding,
    settings,
    'tokenUri',
    ({ server, client, clientAuth, options }) => {
      // the statement says who asks; some refuse a client that is named without a secret
      const authentication = settings.text('clientSecret') === undefined ? () => undefined : clientAuth;
      return genericTokenEndpointRequest(
        server,
        client,
        authentication,
        type,
        { ...sent, assertion },
        options,
      );
    },
  );
  const hint = 'check the key, "subject", "audience" and "scopes", and the clock of this machine';
  return fieldsOrFail(answer, hint);
}

/** New tokens for a refresh token (RFC 6749 6). */
export async function refreshedTokens(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
  refreshToken: string,
): Promise<TokenResponse> {
  const settings = await readSettings(engine, binding, config);
  settings.required('clientId');
  const { refreshTokenGrantRequest } = await import('oauth4webapi');
  const answer = await askProvider(
    engine,
    binding,
    settings,
    'tokenUri',
    ({ server, client, clientAuth, options }) =>
      refreshTokenGrantRequest(server, client, clientAuth, refreshToken, options),
  );
  return fieldsOrFail(answer, 'connect it again');
}

/** Ends a token, and with a refresh token its grant (RFC 7009). False where the provider has no address for it. */
export async function revokeToken(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
  token: string,
): Promise<boolean> {
  const settings = await readSettings(engine, binding, config);
  if (addressIfAny(settings, 'revocationUri') === undefined) return false;
  settings.required('clientId');
  const { revocationRequest } = await import('oauth4webapi');
  const answer = await askProvider(engine, binding, settings, 'revocationUri', (request) =>
    revocationRequest(request.server, request.client, request.clientAuth, token, request.options),
  );
  // any body is fine, and so is a token that the provider does not know any more
  if (answer.status >= 300) throw failureOf(answer, 'end the access in the settings of your account there');
  return true;
}

function parameters({ scope, extra }: Settings): Record<string, string> {
  return { ...(scope === undefined ? {} : { scope }), ...extra };
}

function audience(settings: Settings): Record<string, string> {
  const value = settings.text('audience');
  return value === undefined ? {} : { audience: value };
}
