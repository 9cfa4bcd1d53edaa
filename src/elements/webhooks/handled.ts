import { MembraneError } from '../../core/error.js';
import { isObject } from '../../core/json.js';
import type { WebhookAnswer } from '../../core/webhook.js';
import { functionAt, type Declared } from './declared.js';

/** What `handle` gave: `{events, response}`, or a list of events. */
export interface Given {
  readonly events: readonly unknown[];
  readonly answer?: WebhookAnswer;
}

/** Throws `function/failed` for what says nothing of events. */
export function givenBy(given: unknown, declared: Declared): Given {
  if (given === undefined || given === null) return { events: [] };
  if (Array.isArray(given)) return { events: given as unknown[] };
  if (isObject(given)) {
    const answer = answerOf(given['response']);
    const listed = given['events'] ?? given['records'] ?? given['event'];
    if (listed !== undefined && listed !== null) {
      const events = Array.isArray(listed) ? (listed as unknown[]) : [listed];
      return { events, ...(answer === undefined ? {} : { answer }) };
    }
    if (answer !== undefined) return { events: [], answer };
    if (Object.keys(given).length === 0 || 'events' in given) return { events: [] };
  }
  throw new MembraneError('function/failed', `"handle" of "${declared.element.key}" gives no events`, {
    hint: 'it gives {events: [{id, payload}]}, and {response: {status, body}} where somebody waits for that',
    span: declared.element.locate(functionAt(declared, 'handle') ?? declared.at, 'key'),
    class: 'configuration',
  });
}

function answerOf(response: unknown): WebhookAnswer | undefined {
  if (response === undefined || response === null) return undefined;
  if (!isObject(response)) return { status: 200, body: response };
  const status = Number(response['status'] ?? response['statusCode'] ?? 200);
  const headers = isObject(response['headers'])
    ? Object.fromEntries(Object.entries(response['headers']).map(([name, value]) => [name, String(value)]))
    : undefined;
  const body = response['body'] ?? response['data'];
  return {
    status: Number.isInteger(status) && status >= 200 && status <= 599 ? status : 200,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  };
}
