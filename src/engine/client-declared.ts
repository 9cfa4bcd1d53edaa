import type { Span } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import { checkedPagination } from './client-pages-check.js';
import type { ClientBase } from './client-request.js';
import type { RetryPolicy } from './client-retry.js';
import { rateLimitOf } from './rate-limit.js';

/**
 * `rateLimit`, `retry` and `pagination` as `makeApiClient` gives them, checked: a slip in one would otherwise leave
 * the default, and nobody would know. Errors point at `span`, where that function is written.
 */
export function declaredFor(
  made: Readonly<Record<string, unknown>>,
  span: () => Span,
): Pick<ClientBase, 'retry' | 'pagination' | 'rateLimit'> {
  const { retry, pagination, rateLimit } = made;
  try {
    if (isObject(rateLimit)) knownFields('rateLimit', rateLimit, ['requests', 'seconds', 'burst', 'headers']);
    return {
      ...(retry === undefined || retry === null ? {} : { retry: checkedRetry(retry) }),
      ...(pagination === undefined ? {} : { pagination: checkedPagination(pagination) }),
      rateLimit: rateLimitOf(rateLimit),
    };
  } catch (error) {
    throw error instanceof MembraneError ? error.at(span()) : error;
  }
}

/** The least that each number of `retry` can be. */
const least = { tries: 1, baseMs: 0, maxWaitMs: 0 };

function checkedRetry(retry: unknown): RetryPolicy {
  const shape = 'write it as "retry: {tries: 4, baseMs: 500, maxWaitMs: 30000}"';
  if (!isObject(retry)) throw wrong('"retry" is no object', shape);
  knownFields('retry', retry, [...Object.keys(least), 'notAccepted']);
  for (const [name, smallest] of Object.entries(least)) {
    const value = retry[name];
    if (value === undefined || (typeof value === 'number' && value >= smallest)) continue;
    throw wrong(`"${name}" of "retry" is ${JSON.stringify(value)}`, `it is a number from ${smallest} on`);
  }
  const { notAccepted } = retry;
  const areNumbers = Array.isArray(notAccepted) && notAccepted.every((status) => typeof status === 'number');
  if (notAccepted !== undefined && !areNumbers) {
    throw wrong('"notAccepted" of "retry" is no list of statuses', 'write it as "notAccepted: [503]"');
  }
  return retry;
}

function knownFields(of: string, given: object, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, names) ?? `it has ${names.join(', ')}`;
  throw wrong(`"${of}" of the connector has no field "${unknown}"`, hint);
}

function wrong(message: string, hint: string): MembraneError {
  return new MembraneError('http/request', message, { hint, class: 'configuration' });
}
