import type { WebhookTarget } from './webhook-open.js';

/** What is at a path of the receiver. */
export type ReceiverPath =
  | WebhookTarget
  /** Events of the user's own app. */
  | { readonly kind: 'app-events'; readonly key: string }
  /** Whether anybody listens. */
  | { readonly kind: 'health' };

/** What a path could lead to; undefined where it can lead nowhere. `under`: what stands before it at the public url. */
export function receiverPath(path: string, under = ''): ReceiverPath | undefined {
  const inside = under !== '' && path.startsWith(`${under}/`) ? path.slice(under.length) : path;
  if (inside === '/health') return { kind: 'health' };
  const [first, webhooks, sort, ...encoded] = inside.split('/');
  if (first !== '' || webhooks !== 'webhooks') return undefined;
  const rest = encoded.map(decoded);
  if (rest.some((part) => part === undefined || part === '' || part.length > 200)) return undefined;
  const [one = '', two = ''] = rest;
  if (sort === 'hooks' && rest.length === 1) return { kind: 'hook', token: one };
  if (sort === 'global' && rest.length === 2) return { kind: 'global', integration: one, key: two };
  if (sort === 'app-events' && rest.length === 1) return { kind: 'app-events', key: one };
  return undefined;
}

/** Undefined for what is no text that could be stored. */
function decoded(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part);
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
