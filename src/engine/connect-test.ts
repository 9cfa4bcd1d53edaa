import type { Issued } from '../core/auth.js';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Consent } from '../core/oauth.js';
import { authContext } from './auth-context.js';
import { authFunction, functionMentions } from './auth-function.js';
import { authVariables, bindClient } from './bound-client.js';
import type { Engine } from './engine.js';
import { callFunction } from './functions.js';
import type { Auth, Integration } from './integration.js';

/** An account that has credentials, and is not saved yet. */
export interface NewAccount {
  readonly integration: Integration;
  readonly auth: Auth;
  readonly parameters: JsonObject;
  readonly issued: Issued;
  readonly signal: AbortSignal;
}

/** Sends the test request of the connector, where it has one. `saved`: what is said of what stays behind a failure. */
export async function testAccount(engine: Engine, account: NewAccount, saved: string): Promise<void> {
  const { integration, auth, parameters, issued, signal } = account;
  const secrets = { parameters, credentials: issued.credentials };
  const test = authFunction(auth, 'test');
  if (test === undefined) return;
  const { client } = bindClient(engine, { integration, auth, secrets, signal });
  const variables = authVariables(integration, secrets);
  try {
    await callFunction(engine, { ...test, variables, client, signal });
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const refused =
      error.code === 'auth/rejected' || error.key === 'not_authenticated' || error.key === 'access_denied';
    const check = auth.type.redirects === true ? '"scopes" of "getOAuthConfig"' : 'what you typed in';
    throw new MembraneError(
      refused ? 'auth/rejected' : 'connection/test',
      `the test request failed: ${error.message}`,
      {
        hint: refused
          ? `check ${check}; ${saved}`
          : `${error.hint === undefined ? '' : `${error.hint}; `}${saved}`,
        cause: error,
        span: refused ? undefined : error.span,
        class: error.class,
        key: error.key,
        data: error.data,
      },
    );
  }
}

/** A person of whom it is known afterwards whether they were asked to agree. */
export function observed(consent: Consent | undefined): {
  readonly consent: Consent | undefined;
  hasAgreed(): boolean;
} {
  let asked = false;
  if (consent === undefined) return { consent, hasAgreed: () => false };
  const visit: Consent['visit'] = (...where) => {
    asked = true;
    return consent.visit(...where);
  };
  const showCode: Consent['showCode'] = (...code) => {
    asked = true;
    return consent.showCode(...code);
  };
  return { consent: { ...consent, visit, showCode }, hasAgreed: () => asked };
}

/** How long a provider is waited for that is told of a grant which nobody will use, in milliseconds. */
const goodbyeMs = 10_000;

/**
 * Ends the grant of an account that will not be saved, as well as it can be done. Somebody who gives up by Ctrl-C
 * has agreed, too. Says where it stays.
 */
export async function endNewGrant(engine: Engine, account: Omit<NewAccount, 'signal'>): Promise<void> {
  const { integration, auth, parameters, issued } = account;
  if (auth.type.revoke === undefined) return;
  const signal = AbortSignal.timeout(goodbyeMs);
  const context = authContext(engine, { integration, auth, parameters, signal });
  const ended = await auth.type.revoke(context, auth.value, issued.credentials).catch((error: unknown) => {
    if (error instanceof MembraneError || signal.aborted) return false;
    throw error;
  });
  if (ended) return;
  const message = `${integration.name} may still list the access that was given: end it in the settings of your account there`;
  engine.emit({ type: 'warning', message });
}

/** What is wrong with an address, or behind it. */
const addressCodes: ReadonlySet<string> = new Set(['http/unreachable', 'http/tls', 'http/request']);

/**
 * The same error, naming the way to change parameters of the connector: where they were asked for just now, or where
 * an address fails that is made of them.
 */
export function namingParameters(
  error: unknown,
  { key }: Integration,
  auth: Auth,
  { configured = false }: { readonly configured?: boolean | undefined },
): unknown {
  if (!(error instanceof MembraneError)) return error;
  const command = `membrane integration configure ${key}`;
  if (error.hint?.includes(command) === true) return error;
  const made = ['makeApiClient', 'getOAuthConfig'].some((name) =>
    functionMentions(auth, name, /connectorParameters/),
  );
  const isAddress = made && codesOf(error).some((code) => addressCodes.has(code));
  if (!configured && !isAddress) return error;
  const hint = configured
    ? `what you gave for the connector was kept; change it with "${command}"`
    : `the address is made of parameters of the connector: change them with "${command}"`;
  return new MembraneError(error.code, error.message, {
    ...error,
    cause: error.cause,
    hint: error.hint === undefined ? hint : `${error.hint}; ${hint}`,
  });
}

/** Of an error and of what caused it. */
function codesOf(error: MembraneError): string[] {
  const { cause } = error;
  return [error.code, ...(cause instanceof MembraneError ? codesOf(cause) : [])];
}
