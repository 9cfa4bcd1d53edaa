import type { MembraneError } from '../core/error.js';
import type { Failure } from './client-error.js';

/** How often and how patiently a request is tried again; `retry` of a connector. Times in milliseconds. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly tries?: number | undefined;
  /** The wait after the first try; it doubles with each try. */
  readonly baseMs?: number | undefined;
  /** No wait is longer, whatever the server asks for. */
  readonly maxWaitMs?: number | undefined;
  /** Statuses by which this API says that it has done nothing: safe to send again with any method. */
  readonly notAccepted?: readonly number[] | undefined;
}

const defaults = { tries: 4, baseMs: 500, maxWaitMs: 30_000, notAccepted: [] as readonly number[] };

export interface RetryFacts {
  /** Tries made so far. */
  readonly tries: number;
  readonly idempotent: boolean;
  readonly now: number;
  /** From 0 to 1: spreads the tries of many clients that failed together. */
  readonly random: number;
}

/** How long to wait before the next try; undefined when there must be none. */
export function waitBeforeRetry(
  failure: Failure,
  policy: RetryPolicy,
  facts: RetryFacts,
): number | undefined {
  const { tries, baseMs, maxWaitMs, notAccepted } = complete(policy);
  if (facts.tries >= tries || !mayRepeat(failure, notAccepted, facts.idempotent)) return undefined;
  const asked = parseRetryAfter(failure.retryAfter, facts.now);
  if (asked !== undefined && asked > maxWaitMs) return undefined; // coming back sooner would only be refused again
  // Half of it is certain, half is chance.
  const backoff = baseMs * 2 ** (facts.tries - 1) * (0.5 + facts.random / 2);
  return Math.min(maxWaitMs, asked ?? Math.round(backoff));
}

/** The one place that decides whether a request is sent twice. POST and PATCH never are on doubt. */
function mayRepeat(failure: Failure, notAccepted: readonly number[], idempotent: boolean): boolean {
  if (failure.error.key === 'rate_limit_exceeded') return true;
  if (failure.final) return false;
  if (failure.status === undefined) return idempotent;
  return notAccepted.includes(failure.status) || (idempotent && failure.status >= 500);
}

/**
 * Milliseconds that `Retry-After` asks to wait: seconds (also with a fraction, which RFC 9110 does not know) or
 * a date. Undefined for garbage, and for a time that is over: our own back-off is kinder then.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const wait = /^[+-]?\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : /[a-z]/i.test(text)
      ? Date.parse(text) - now
      : NaN;
  return wait > 0 ? Math.ceil(wait) : undefined;
}

/** No server means a longer time, in milliseconds. */
const askedAtMost = 86_400_000;

/** Milliseconds that the server asked to wait when it failed with this error; 0 where it did not. */
export function waitAsked({ data }: MembraneError): number {
  const waitMs = data?.['waitMs'];
  return typeof waitMs === 'number' ? Math.min(waitMs, askedAtMost) : 0;
}

/** No wait is longer, in milliseconds: what would take longer is an error at once. */
export function longestWait(policy: RetryPolicy = {}): number {
  return complete(policy).maxWaitMs;
}

/** The policy comes from YAML: what is no sensible number there leaves the default. */
function complete(policy: RetryPolicy): typeof defaults {
  const number = (value: unknown, otherwise: number) =>
    typeof value === 'number' && value >= 0 ? value : otherwise;
  return {
    tries: number(policy.tries, defaults.tries),
    baseMs: number(policy.baseMs, defaults.baseMs),
    maxWaitMs: number(policy.maxWaitMs, defaults.maxWaitMs),
    notAccepted: Array.isArray(policy.notAccepted) ? policy.notAccepted : defaults.notAccepted,
  };
}
