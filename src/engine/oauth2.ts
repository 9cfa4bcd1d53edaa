import type { OAuth2 } from '../core/oauth.js';
import type { AuthBinding } from './auth-context.js';
import type { Engine } from './engine.js';
import { explainingClient } from './oauth2-failure.js';

/** The protocol steps of OAuth 2, for one account. Each is loaded by the first who takes it. */
export function createOAuth2(engine: Engine, binding: AuthBinding): OAuth2 {
  const codes = () => import('./oauth2-code.js');
  const tokens = () => import('./oauth2-tokens.js');
  return explainingClient(engine, binding, {
    way: binding.consent?.way ?? 'browser',
    authorize: async (config) => (await codes()).authorize(engine, binding, config),
    exchangeCode: async (config, given) => (await codes()).exchangeCode(engine, binding, config, given),
    device: async (config) => (await import('./oauth2-device.js')).deviceTokens(engine, binding, config),
    clientCredentials: async (config) => (await tokens()).clientTokens(engine, binding, config),
    jwtBearer: async (config) => (await tokens()).assertionTokens(engine, binding, config),
    refresh: async (config, token) => (await tokens()).refreshedTokens(engine, binding, config, token),
    revoke: async (config, token) => (await tokens()).revokeToken(engine, binding, config, token),
  });
}
