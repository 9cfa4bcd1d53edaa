import { Buffer } from 'node:buffer';
import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';

/** An answer about tokens is some kilobytes; more is no answer. */
const maxBytes = 1_048_576;

/** What `oauth4webapi` asks of a fetch. */
type OAuthFetch = (
  url: string,
  options: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
) => Promise<Response>;

/**
 * Requests through the port, so that its limits hold. A server that cannot be reached rejects with `auth/server`,
 * which says nothing about a grant.
 */
export function oauthFetch(engine: Engine, signal: AbortSignal): OAuthFetch {
  const { limits } = engine.project.config;
  return async (url, { method, headers, body }) => {
    try {
      const answer = await engine.ports.http.send({
        method,
        url,
        headers,
        ...(body instanceof URLSearchParams ? { body: body.toString() } : {}),
        timeoutMs: limits.requestMs,
        maxBytes,
        signal,
      });
      const bodiless = answer.body.length === 0 || [204, 205, 304].includes(answer.status);
      return new Response(bodiless ? null : Buffer.from(answer.body), {
        status: answer.status,
        headers: { ...answer.headers },
      });
    } catch (error) {
      if (!(error instanceof MembraneError) || !error.code.startsWith('http/')) throw error;
      throw new MembraneError(
        'auth/server',
        `the authorization server could not be asked: ${error.message}`,
        {
          // its address is not the base address of the API
          hint: error.hint?.replace(
            /the base address( of the connector)?/,
            'its address in "getOAuthConfig"',
          ),
          cause: error,
          class: 'dependency',
        },
      );
    }
  };
}
