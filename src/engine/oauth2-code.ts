import type { AuthorizationServer, Client } from 'oauth4webapi';
import { MembraneError } from '../core/error.js';
import type { Authorization, OAuth2Config, TokenResponse } from '../core/oauth.js';
import type { AuthBinding } from './auth-context.js';
import { askConsent, type Query } from './consent.js';
import type { Engine } from './engine.js';
import { failureOf, fieldsOrFail } from './oauth2-answer.js';
import { askProvider } from './oauth2-request.js';
import { addressOf, readSettings, type Settings } from './oauth2-settings.js';

/** Sends a person to the provider with PKCE (RFC 7636) and `state`; resolves with what the callback brought. */
export async function authorize(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
): Promise<Authorization> {
  const settings = await readSettings(engine, binding, config);
  const clientId = settings.required('clientId');
  addressOf(settings, 'tokenUri'); // nobody should agree to what cannot go on
  const library = await import('oauth4webapi');
  const state = library.generateRandomState();
  const codeVerifier = config['skipPkce'] === true ? undefined : library.generateRandomCodeVerifier();
  const audience = settings.text('audience');
  const challenge =
    codeVerifier === undefined
      ? {}
      : {
          code_challenge: await library.calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: 'S256',
        };
  const { redirectUri, query } = await askConsent(engine, binding, {
    address(redirectUri) {
      const url = new URL(addressOf(settings, 'authorizeUri'));
      const parameters = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        ...(settings.scope === undefined ? {} : { scope: settings.scope }),
        ...(audience === undefined ? {} : { audience }),
        ...challenge,
        ...settings.extra,
        state,
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
    isAnswer: ({ code, error, state: given }) =>
      code !== undefined || error !== undefined || given !== undefined,
    bareAnswer: (code) => ({ code, state }),
    judge: (given) => void checkCallback(library, settings, clientId, given, state),
  });
  return {
    redirectUri,
    state,
    queryParameters: query,
    ...(codeVerifier === undefined ? {} : { codeVerifier }),
  };
}

/** The code for tokens (RFC 6749 4.1.3). */
export async function exchangeCode(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
  { redirectUri, state, codeVerifier, queryParameters }: Authorization,
): Promise<TokenResponse> {
  const settings = await readSettings(engine, binding, config);
  const library = await import('oauth4webapi');
  const checked = checkCallback(library, settings, settings.required('clientId'), queryParameters, state);
  const answer = await askProvider(
    engine,
    binding,
    settings,
    'tokenUri',
    ({ server, client, clientAuth, options }) =>
      library.authorizationCodeGrantRequest(
        server,
        client,
        clientAuth,
        checked,
        redirectUri,
        codeVerifier ?? library.nopkce,
        options,
      ),
  );
  return fieldsOrFail(answer, 'connect again: a code works once, for a short time, and for one redirect URI');
}

/** What a callback brought, if it is the answer to what was asked, and a good one. */
function checkCallback(
  library: typeof import('oauth4webapi'),
  settings: Settings,
  clientId: string,
  query: Query,
  state: string,
): URLSearchParams {
  const server: AuthorizationServer = settings.server;
  const client: Client = { client_id: clientId };
  const parameters = new URLSearchParams(query);
  // who calls itself what can only be compared where "issuer" says it
  if (settings.text('issuer') === undefined) parameters.delete('iss');
  try {
    const checked = library.validateAuthResponse(server, client, parameters, state);
    if (query['code'] !== undefined) return checked;
  } catch (error) {
    if (error instanceof library.AuthorizationResponseError) throw refusal(settings, query);
    if (!(error instanceof library.OperationProcessingError)) throw error;
    throw new MembraneError(
      'auth/callback',
      `the answer is not the one that was asked for: ${reason(error, query, state)}`,
      {
        hint: 'connect again, and use the address that is shown then',
      },
    );
  }
  throw new MembraneError('auth/callback', 'the answer holds no code', { hint: 'connect again' });
}

function reason({ message }: Error, query: Query, state: string): string {
  if (query['state'] === state) return message.replaceAll('"', '').replace(/^unexpected/, 'an unexpected');
  return query['state'] === undefined ? 'it has no "state"' : 'its "state" is another one';
}

/** An error in the callback (RFC 6749 4.1.2.1). */
function refusal(settings: Settings, { error, error_description: description }: Query): MembraneError {
  const clean = (text: string) =>
    text
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, 200);
  return failureOf(
    {
      from: `authorization endpoint of "${new URL(addressOf(settings, 'authorizeUri')).host}"`,
      status: 400,
      type: 'a redirect',
      data: undefined,
      error: clean(error ?? ''),
      description: description === undefined ? undefined : clean(description),
    },
    'connect again',
  );
}
