import type { AuthContext } from '../../../src/core/auth.js';
import type { OAuth2 } from '../../../src/core/oauth.js';

/** A context whose functions give what is said here (an error is thrown), one second after 1970, and what was called in it. */
export function authContext(functions: Readonly<Record<string, unknown>>, oauth2: Partial<OAuth2> = {}) {
  const calls: unknown[][] = [];
  const step =
    (name: keyof OAuth2) =>
    (...given: unknown[]) => {
      calls.push([name, ...given]);
      const taken = oauth2[name] as ((...given: unknown[]) => Promise<never>) | undefined;
      return taken === undefined ? Promise.reject(new Error(`${name} was not expected`)) : taken(...given);
    };
  const ctx: AuthContext = {
    connectorParameters: { region: 'eu' },
    connectionParameters: { apiKey: 'k' },
    has: (name) => functions[name] !== undefined,
    call: (name, variables) => {
      calls.push([name, variables]);
      const given = functions[name];
      return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
    },
    oauth2: {
      way: oauth2.way ?? 'browser',
      authorize: step('authorize'),
      exchangeCode: step('exchangeCode'),
      device: step('device'),
      clientCredentials: step('clientCredentials'),
      jwtBearer: step('jwtBearer'),
      refresh: step('refresh'),
      revoke: step('revoke'),
    },
    oauth1: {
      authorize: step('authorize') as never,
      sign: () => {
        throw new Error('OAuth 1 was not expected');
      },
    },
    now: () => 1000,
    signal: new AbortController().signal,
  };
  return { ctx, calls };
}
