import type { Span } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { OAuth2 } from '../core/oauth.js';
import type { AuthBinding } from './auth-context.js';
import { authFunction, functionMentions } from './auth-function.js';
import type { Engine } from './engine.js';

/** Where the configuration of OAuth is written: the file of the function where it has one. */
export function configSpan(
  engine: Engine,
  { integration, auth }: Pick<AuthBinding, 'integration' | 'auth'>,
): Span {
  const made = authFunction(auth, 'getOAuthConfig') ?? { element: integration.connector, at: auth.at };
  const whole = engine.project.locate(made.element, made.at);
  const parts = ['mapping', 'code'].map((field) => engine.project.locate(made.element, [...made.at, field]));
  return parts.find(({ file }) => file !== whole.file) ?? whole;
}

/** The same steps, whose errors say where the client of the connector is written, and point there. */
export function explainingClient(engine: Engine, binding: AuthBinding, steps: OAuth2): OAuth2 {
  const explained =
    <Args extends unknown[], Result>(step: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      try {
        return await step(...args);
      } catch (error) {
        if (!(error instanceof MembraneError) || error.code !== 'auth/client') throw error;
        const hint = error.data?.['error'] === 'unauthorized_client' ? error.hint : whereClientIs(binding);
        throw new MembraneError(error.code, error.message, {
          ...error,
          cause: error.cause,
          hint,
          span: configSpan(engine, binding),
        });
      }
    };
  return {
    way: steps.way,
    authorize: explained(steps.authorize),
    exchangeCode: explained(steps.exchangeCode),
    device: explained(steps.device),
    clientCredentials: explained(steps.clientCredentials),
    jwtBearer: explained(steps.jwtBearer),
    refresh: explained(steps.refresh),
    revoke: explained(steps.revoke),
  };
}

/** Who must give client id and client secret anew: the integration, the user, or the connector itself. */
function whereClientIs({ integration, auth, connectionKey }: AuthBinding): string {
  if (functionMentions(auth, 'getOAuthConfig', /connectorParameters/)) {
    return `check client id and client secret: membrane integration configure ${integration.key}`;
  }
  if (!functionMentions(auth, 'getOAuthConfig', /connection(Parameters|Input)/)) {
    return 'check "clientId" and "clientSecret" of "getOAuthConfig"';
  }
  const again =
    connectionKey === undefined ? 'connect again' : `membrane connection reconnect ${connectionKey}`;
  return `check the client id and client secret that were typed in: ${again}`;
}
