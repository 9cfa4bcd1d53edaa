import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import { scopesOf, type OAuth2Config } from '../core/oauth.js';
import type { AuthBinding } from './auth-context.js';
import type { Engine } from './engine.js';
import { discover } from './oauth2-discovery.js';
import { configSpan } from './oauth2-failure.js';

const addresses = ['authorizeUri', 'tokenUri', 'deviceAuthorizationUri', 'revocationUri'] as const;
type Address = (typeof addresses)[number];

/** A configuration of OAuth, checked. */
export interface Settings {
  readonly config: OAuth2Config;
  /** The scopes as they are sent. */
  readonly scope: string | undefined;
  /** Parameters for the first request to the provider, beyond the usual ones. */
  readonly extra: Readonly<Record<string, string>>;
  /** A text of the configuration; undefined where there is none. */
  text(name: string): string | undefined;
  /** The same, for what cannot be missing: rejects with `auth/config`. */
  required(name: string): string;
  /** What the provider is told as its addresses. */
  readonly server: { readonly issuer: string; readonly [endpoint: string]: string };
  fault(message: string, hint: string): MembraneError;
}

/** Metadata of a provider (RFC 8414) by our names. */
const endpoints: Readonly<Record<Address, string>> = {
  authorizeUri: 'authorization_endpoint',
  tokenUri: 'token_endpoint',
  deviceAuthorizationUri: 'device_authorization_endpoint',
  revocationUri: 'revocation_endpoint',
};

/** What a configuration says, and what the provider says of itself where it names an `issuer`; the former wins. */
export async function readSettings(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
): Promise<Settings> {
  const { signal } = binding;
  const fault = (message: string, hint: string) =>
    new MembraneError('auth/config', message, {
      hint,
      span: configSpan(engine, binding),
      class: 'configuration',
    });
  const text = (name: string) => {
    const value = config[name];
    return typeof value === 'number' || (typeof value === 'string' && value !== '')
      ? String(value)
      : undefined;
  };
  const required = (name: string) => {
    const value = text(name);
    if (value !== undefined) return value;
    const otherwise = 'is it made of a parameter of the connector that has no value yet?';
    throw fault(`"getOAuthConfig" gives no "${name}"`, didYouMean(name, Object.keys(config)) ?? otherwise);
  };
  const issuer = text('issuer');
  const known: Record<string, string> = issuer === undefined ? {} : await discover(engine, issuer, signal);
  const server: { issuer: string; [endpoint: string]: string } = {
    ...known,
    issuer: known['issuer'] ?? 'none',
  };
  for (const name of addresses) {
    const url = text(name);
    if (url === undefined) continue;
    if (!URL.canParse(url) || !/^https?:/.test(url)) {
      throw fault(`"${name}" of "getOAuthConfig" is "${url}", which is no address`, 'write it as https://…');
    }
    server[endpoints[name]] = url;
  }
  const { extra } = config;
  const scopes = scopesOf(config);
  const separator = text('scopeSeparator') ?? ' ';
  return {
    config,
    server,
    text,
    required,
    fault,
    scope: scopes.length === 0 ? undefined : scopes.join(separator),
    extra: isObject(extra) ? textsOf(extra) : {},
  };
}

/** The address of a step. Rejects with `auth/config` where nobody says it. */
export function addressOf(settings: Settings, name: Address): string {
  const known = settings.server[endpoints[name]];
  if (known !== undefined || name !== 'deviceAuthorizationUri') return known ?? settings.required(name);
  const near = didYouMean(name, Object.keys(settings.config));
  const hint =
    near ?? 'add "deviceAuthorizationUri" (or "issuer") to "getOAuthConfig", or connect without --device';
  throw settings.fault(`"getOAuthConfig" gives no "${name}"`, hint);
}

/** The same where a provider need not have it. */
export function addressIfAny(settings: Settings, name: Address): string | undefined {
  return settings.server[endpoints[name]];
}

function textsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const plain = Object.entries(values).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  return Object.fromEntries(plain.map(([name, value]) => [name, String(value)]));
}
