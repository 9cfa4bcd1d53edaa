import { MembraneError } from '../core/error.js';
import { isDeeperThan, parseJson } from '../core/json.js';
import type { WebhookArguments } from '../core/webhook.js';
import { digest } from './event-identity.js';
import type { IncomingWebhook } from './webhook-rows.js';

/** No message has so many levels. What goes through a deeper one level by level would end the whole process. */
export const levelsAtMost = 200;

/**
 * What a handler gets of a request. Throws `webhook/malformed` for a body that is not what its type says: nobody will
 * ever understand it.
 */
export function argumentsOf(incoming: IncomingWebhook): WebhookArguments {
  const { id, query, headers, deliveryId, body } = incoming;
  const data = dataOf(incoming);
  if (isDeeperThan(levelsAtMost, data))
    throw malformed(`the body has more than ${levelsAtMost} levels of objects and lists`);
  return { id, query, headers, deliveryId, rawBody: body, data, digest };
}

function dataOf({ headers, body, encoding }: IncomingWebhook): unknown {
  if (encoding === 'base64' || body === '') return body === '' ? undefined : body;
  const type = (headers['content-type'] ?? '').toLowerCase();
  if (/[/+]json\b/.test(type)) return json(body);
  if (type.startsWith('application/x-www-form-urlencoded')) return form(body);
  if (type.startsWith('text/') && !type.startsWith('text/plain')) return body;
  // Many say nothing of it, or that it is text.
  try {
    return /^\s*[[{]/.test(body) ? parseJson(body) : body;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return body;
  }
}

function json(body: string): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw malformed('the body says that it is JSON, and is none');
  }
}

function malformed(message: string): MembraneError {
  return new MembraneError('webhook/malformed', message, {
    hint: 'look at it with "membrane event webhooks show ID"',
    class: 'bad_request',
  });
}

/** A name that comes several times is a list. */
function form(body: string): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(body)) {
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}
