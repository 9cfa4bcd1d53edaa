import type { MembraneError } from './error.js';
import { isObject, type JsonObject } from './json.js';

/** What `getOAuthConfig` gives: the provider's addresses and the client that is registered there. */
export type OAuth2Config = JsonObject;

/** The answer of a token endpoint, as it came: `access_token`, `refresh_token`, `expires_in` (seconds), … */
export type TokenResponse = JsonObject;

/** A person's agreement, as the callback brought it. */
export interface Authorization {
  readonly redirectUri: string;
  readonly state: string;
  readonly codeVerifier?: string;
  /** Of the callback: `code`, and whatever else the provider sends along. */
  readonly queryParameters: Readonly<Record<string, string>>;
}

/** The protocol steps of OAuth 2. Failures are MembraneErrors `auth/…`; none of them names a secret. */
export interface OAuth2 {
  /** How the person at hand can agree; see `Consent`. */
  readonly way: Consent['way'];
  /** RFC 6749 4.1, RFC 7636: sends a person to the provider and waits for the callback. */
  authorize(config: OAuth2Config): Promise<Authorization>;
  exchangeCode(config: OAuth2Config, authorization: Authorization): Promise<TokenResponse>;
  /** RFC 8628: shows a code, and asks until somebody has typed it in elsewhere. */
  device(config: OAuth2Config): Promise<TokenResponse>;
  /** RFC 6749 4.4. */
  clientCredentials(config: OAuth2Config): Promise<TokenResponse>;
  /** RFC 7523. */
  jwtBearer(config: OAuth2Config): Promise<TokenResponse>;
  /** RFC 6749 6. Rejects with `auth/invalid-grant` when the grant is dead, `auth/server` when nobody can tell. */
  refresh(config: OAuth2Config, refreshToken: string): Promise<TokenResponse>;
  /** RFC 7009. Gives false, and nothing happens, where the provider has no address for it. */
  revoke(config: OAuth2Config, token: string): Promise<boolean>;
}

/** The protocol steps of OAuth 1.0a (RFC 5849). */
export interface OAuth1 {
  /** The three-legged dance: request token, a person's agreement, access token (the fields of its answer). */
  authorize(config: JsonObject): Promise<JsonObject>;
  /** The headers that sign a request with `oauth_token` and `oauth_token_secret` of the credentials. */
  sign(
    config: JsonObject,
    credentials: JsonObject,
    request: Signable,
  ): Promise<Readonly<Record<string, string>>>;
}

/** What is signed of a request: RFC 5849 leaves out bodies that are no forms. */
export interface Signable {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  /** The fields of a form body. */
  readonly form?: Readonly<Record<string, string>>;
}

/** Where a person has to go to agree. */
export interface Visit {
  readonly url: string;
  readonly redirectUri: string;
  /** The answer arrives by itself; otherwise it has to be pasted. */
  readonly listening: boolean;
  /** How long the answer is waited for: milliseconds since 1970. */
  readonly until: number;
}

/** What a person types in on another device. */
export interface DeviceCode {
  readonly userCode: string;
  readonly url: string;
  /** The same address with the code in it. */
  readonly completeUrl?: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Where a person comes back to when nothing else is said: on a free port of this machine. */
export const defaultRedirectUri = 'http://127.0.0.1/callback';

/** The person who agrees. A front gives this: it knows the terminal, the engine knows the protocol. */
export interface Consent {
  /** `device`: only by a code; `either`: there is no browser here, so by a code where the connector says how. */
  readonly way: 'browser' | 'device' | 'either';
  /** How long a person may take, in milliseconds; default: 5 minutes. */
  readonly timeoutMs?: number;
  /**
   * Sends the person to an address. Resolves with what they paste (the address they were sent back to, or the
   * code in it), or with undefined where nobody can paste. `signal` aborts when the answer came another way.
   */
  visit(visit: Visit, signal: AbortSignal): Promise<string | undefined>;
  /** Says what is wrong with what was pasted, and asks again; absent where nobody can be asked. */
  again?(problem: MembraneError, signal: AbortSignal): Promise<string | undefined>;
  /** `visit` asks for what is pasted, so that nothing need arrive by itself. */
  readonly pastes?: boolean;
  /** Shows a code until `signal` aborts. */
  showCode(code: DeviceCode, signal: AbortSignal): Promise<void>;
}

/** The scopes that a configuration asks for: a list, or a text in which `scopeSeparator` stands between them. */
export function scopesOf({ scopes, scopeSeparator }: OAuth2Config): string[] {
  if (Array.isArray(scopes))
    return scopes.filter((scope) => typeof scope === 'string' && scope !== '') as string[];
  if (typeof scopes !== 'string') return [];
  return scopes
    .split(typeof scopeSeparator === 'string' ? scopeSeparator : /\s+/)
    .filter((scope) => scope !== '');
}

/** How long a token lives, in seconds; undefined where its answer does not say so in numbers. */
export function lifetimeOf(response: unknown): number | undefined {
  const seconds = isObject(response) ? response['expires_in'] : undefined;
  const given = typeof seconds === 'number' || (typeof seconds === 'string' && seconds.trim() !== '');
  return given && Number(seconds) > 0 && Number.isFinite(Number(seconds)) ? Number(seconds) : undefined;
}
