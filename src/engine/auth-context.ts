import type { AuthContext, Issued } from '../core/auth.js';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { Consent, OAuth1 } from '../core/oauth.js';
import { secretStrings } from '../core/redact.js';
import { secretTexts } from './connection-redactor.js';
import type { Engine } from './engine.js';
import { authFunction } from './auth-function.js';
import { callFunction } from './functions.js';
import type { Auth, Integration } from './integration.js';
import { createOAuth2 } from './oauth2.js';
import { webClient } from './unbound-clients.js';

/** For whom credentials are made, renewed or ended. */
export interface AuthBinding {
  readonly integration: Integration;
  readonly auth: Auth;
  /** What the user typed in. */
  readonly parameters: JsonObject;
  readonly signal: AbortSignal;
  /** Who can be asked to agree; nobody can where it is absent. */
  readonly consent?: Consent | undefined;
  /** Of a connection that is there already. */
  readonly connectionKey?: string | undefined;
}

/** What an authentication type can touch, for one account. */
export function authContext(engine: Engine, binding: AuthBinding): AuthContext {
  const { integration, auth, parameters, signal } = binding;
  const { connectorParameters } = integration;
  const own = { connectorParameters, connectionParameters: parameters, connectionInput: parameters };
  return {
    connectorParameters,
    connectionParameters: parameters,
    has: (name) => authFunction(auth, name) !== undefined,
    call: (name, variables) => {
      const given = { ...own, ...variables };
      // what such a function sends is secret: the code, the tokens, the client's secret
      const typed = secretTexts({ credentials: {}, parameters }, auth);
      const secrets = [...integration.parameterSecrets, ...typed, ...secretStrings({ ...variables })];
      return callFunction(engine, {
        ...(authFunction(auth, name) ?? { element: integration.connector, at: [...auth.at, name] }),
        variables: given,
        client: webClient(engine, { signal }, secrets),
        signal,
      });
    },
    oauth2: createOAuth2(engine, binding),
    oauth1: lazyOAuth1(engine, binding),
    now: () => engine.ports.clock.now(),
    signal,
  };
}

/** Credentials for an account that has none yet. Rejects with `auth/unsupported` for types that cannot do it. */
export async function issueCredentials(engine: Engine, binding: AuthBinding): Promise<Issued> {
  const { integration, auth } = binding;
  if (auth.type.connect !== undefined) {
    return auth.type.connect(authContext(engine, binding), auth.value);
  }
  const able = engine.authTypes.filter((type) => type.connect !== undefined).map(({ name }) => name);
  throw new MembraneError(
    'auth/unsupported',
    `authentication of type "${auth.type.name}" cannot be used by this version`,
    {
      hint: `the types that can are ${able.join(', ')}`,
      span: engine.project.locate(integration.connector, [...auth.at, 'type']),
    },
  );
}

/** Few connectors need it, so that it is loaded by those that do. */
function lazyOAuth1(engine: Engine, binding: AuthBinding): OAuth1 {
  const load = async () => (await import('./oauth1.js')).createOAuth1(engine, binding);
  return {
    authorize: async (config) => (await load()).authorize(config),
    sign: async (config, credentials, request) => (await load()).sign(config, credentials, request),
  };
}
