import { lifetimeOf, scopesOf, type OAuth2Config, type TokenResponse } from '../../../core/oauth.js';

/** What the user should know of tokens that work for now. */
export function warningsAbout(
  config: OAuth2Config,
  tokenResponse: TokenResponse,
  byPerson: boolean,
): string[] {
  const missing = missingScopes(config, tokenResponse);
  const scopes = missing.map((scope) => `"${scope}"`).join(', ');
  return [
    ...(missing.length === 0
      ? []
      : [`asked for ${scopes}, which was not granted: what needs it will be refused`]),
    ...(byPerson ? noRefreshToken(config, tokenResponse) : []),
  ];
}

/** A response without `scope` grants all that was asked for (RFC 6749 5.1). */
function missingScopes(
  config: OAuth2Config,
  { scope, refresh_token: refreshToken }: TokenResponse,
): string[] {
  if (typeof scope !== 'string') return [];
  const granted = scope.split(/[\s,]+/);
  return scopesOf(config).filter((asked) => {
    // some give the refresh token that it stands for, and do not list it
    if (asked === 'offline_access' && refreshToken !== undefined) return false;
    // Google answers "email" with "https://www.googleapis.com/auth/userinfo.email"
    return !granted.some((one) => one === asked || one.endsWith(`/${asked}`) || one.endsWith(`.${asked}`));
  });
}

/** A token without an end needs no renewal. */
function noRefreshToken(config: OAuth2Config, tokenResponse: TokenResponse): string[] {
  const seconds = lifetimeOf(tokenResponse);
  const renewable =
    typeof tokenResponse['refresh_token'] === 'string' && tokenResponse['refresh_token'] !== '';
  if (config['noRefreshToken'] === true || seconds === undefined || renewable) return [];
  const advice =
    'many providers give one for the scope "offline_access", or for "extra: {access_type: offline}"';
  return [`no refresh token: you will have to connect again in ${duration(seconds)}; ${advice}`];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 120 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
