import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { Engine } from './engine.js';
import { oauthFetch } from './oauth2-fetch.js';

/** What providers say of themselves, by issuer: it does not change while a process runs. */
const known = new WeakMap<Engine, Map<string, Record<string, string>>>();

/**
 * The addresses that a provider publishes (OpenID Connect Discovery 1.0, else RFC 8414). Rejects with `auth/server`
 * where it publishes none, and with `auth/config` where these are of another issuer.
 */
export async function discover(
  engine: Engine,
  issuer: string,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const all = known.get(engine) ?? new Map<string, Record<string, string>>();
  known.set(engine, all);
  const before = all.get(issuer);
  if (before !== undefined) return before;
  if (!URL.canParse(issuer)) {
    throw new MembraneError('auth/config', `the issuer "${issuer}" is no address`, {
      hint: 'write it as https://…',
    });
  }
  const found = await ask(engine, issuer, signal);
  all.set(issuer, found);
  return found;
}

async function ask(engine: Engine, issuer: string, signal: AbortSignal): Promise<Record<string, string>> {
  const { customFetch, allowInsecureRequests, discoveryRequest } = await import('oauth4webapi');
  const { host } = new URL(issuer);
  let status = 0;
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const fetch = oauthFetch(engine, signal);
    const insecure = { [allowInsecureRequests]: issuer.startsWith('http:') };
    const answer = await discoveryRequest(new URL(issuer), { algorithm, [customFetch]: fetch, ...insecure });
    status = answer.status;
    const metadata = status === 200 ? ((await answer.json().catch(() => undefined)) as unknown) : undefined;
    if (isObject(metadata)) return addressesIn(metadata, issuer);
  }
  throw new MembraneError(
    'auth/server',
    `"${host}" does not publish its OAuth addresses, it answered ${status}`,
    {
      hint: 'check "issuer", or give authorizeUri and tokenUri instead',
    },
  );
}

function addressesIn(metadata: Record<string, unknown>, issuer: string): Record<string, string> {
  const named = String(metadata['issuer']);
  const same = URL.canParse(named) && new URL(named).href === new URL(issuer).href;
  if (!same) {
    // it may be a provider inside of another one, whose tokens would go to the wrong place
    throw new MembraneError('auth/config', `the issuer "${issuer}" calls itself "${named}"`, {
      hint: `write "issuer: ${named}" if that is the one you mean`,
    });
  }
  return Object.fromEntries(
    Object.entries(metadata).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && URL.canParse(entry[1]),
    ),
  );
}
