import type { AuthContext, Issued } from '../../../core/auth.js';
import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import { lifetimeOf } from '../../../core/oauth.js';

/** What a function of the connector makes of its variables, which must be an object. */
export async function callForObject(
  ctx: AuthContext,
  name: string,
  variables: Readonly<Record<string, unknown>>,
  what = 'there are no credentials',
): Promise<JsonObject> {
  const made = await ctx.call(name, variables);
  if (isObject(made)) return made as JsonObject;
  throw new MembraneError('function/failed', `"${name}" gave no object, so ${what}`, {
    hint: 'it must give an object, such as {token: …}',
  });
}

/** What `refreshCredentials` gives, over the old credentials. Rejects with `auth/invalid-grant` where these are dead. */
export async function refreshedByFunction(ctx: AuthContext, credentials: JsonObject): Promise<Issued> {
  const made = await callForObject(ctx, 'refreshCredentials', { credentials }).catch((error: unknown) => {
    if (!(error instanceof MembraneError) || !saysDead(error)) throw error;
    throw new MembraneError(
      'auth/invalid-grant',
      `the credentials are not renewed any more: ${error.message}`,
      {
        hint: 'connect it again',
        cause: error,
        class: 'connection',
        data: error.data,
      },
    );
  });
  return { credentials: { ...credentials, ...made }, ...expiry(ctx, made) };
}

/** Whether a server refused the credentials for good; one that does not know the client says nothing of them. */
function saysDead({ data }: MembraneError): boolean {
  const { status, body } = data ?? {};
  const text = typeof body === 'string' ? body : '';
  if (/invalid_client/i.test(text)) return false;
  return (
    status === 401 || (status === 400 && /invalid_grant|bad_refresh_token|invalid_refresh_token/i.test(text))
  );
}

/** When credentials end, where the answer they come from (or they themselves) says `expires_in`. */
export function expiry(ctx: AuthContext, answer: unknown): { expiresAt?: number } {
  const seconds = lifetimeOf(answer);
  return seconds === undefined ? {} : { expiresAt: ctx.now() + seconds * 1000 };
}
