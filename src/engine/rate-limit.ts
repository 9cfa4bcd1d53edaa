import { MembraneError } from '../core/error.js';
import type { Emit } from '../core/event.js';
import { isObject } from '../core/json.js';
import type { Clock, HttpResponse, Pace, Store } from '../core/ports.js';
import { parseRetryAfter } from './client-retry.js';

/** `rateLimit` of `makeApiClient`: so many requests in so many seconds, for each connection. */
export interface RateLimit {
  readonly pace: Pace;
  /** Names of response headers, in small letters: how many are left, and when there are more. */
  readonly remaining: string | undefined;
  readonly reset: string | undefined;
}

/** Keeps the requests of one connection to a pace, together with all other processes. */
export interface Throttle {
  /** Resolves when the next request may go; rejects with `http/rate-limit` where that is in more than `maxMs`. */
  wait(limit: RateLimit, maxMs: number, signal: AbortSignal | undefined): Promise<void>;
  /** Learns from what the server says of its limits. */
  learn(limit: RateLimit, response: HttpResponse): Promise<void>;
}

export function createThrottle(options: {
  readonly store: () => Promise<Store>;
  readonly clock: Clock;
  /** Of the connection. */
  readonly name: string;
  /** Told of waits that a person would notice. */
  readonly emit: Emit;
}): Throttle {
  const { clock, name, emit } = options;
  return {
    async wait({ pace }, maxMs, signal) {
      const waitMs = await (await options.store()).turn(name, pace, maxMs);
      if (waitMs > maxMs) throw tooLong(waitMs);
      if (waitMs > noticedMs) emit({ type: 'wait', reason: 'the rate limit of the connection', waitMs });
      if (waitMs > 0) await clock.sleep(waitMs, signal);
    },
    async learn(limit, response) {
      const until = heldUntil(limit, response, clock.now());
      if (until !== undefined) await (await options.store()).pause(name, limit.pace, until);
    },
  };
}

const noticedMs = 1000;

function tooLong(waitMs: number): MembraneError {
  return new MembraneError('http/rate-limit', 'the API asked to slow down, and nothing may be sent yet', {
    hint: `try again in ${Math.ceil(waitMs / 1000)} s`,
    class: 'connection',
    key: 'rate_limit_exceeded',
    data: { waitMs: Math.ceil(waitMs) },
  });
}

/** Rejects with `http/request` for a declaration that says nothing. Undefined where there is none. */
export function rateLimitOf(given: unknown): RateLimit | undefined {
  if (given === undefined || given === null) return undefined;
  const { requests, seconds = 1, burst = requests, headers } = isObject(given) ? given : {};
  const [count, time, atOnce] = [Number(requests), Number(seconds), Number(burst)];
  if (!(count > 0) || !(time > 0) || !(atOnce >= 1)) {
    throw new MembraneError('http/request', '"rateLimit" of the connector says no number of requests', {
      hint: 'write it as "rateLimit: {requests: 10, seconds: 1}"',
      class: 'configuration',
    });
  }
  const header = (field: string): string | undefined => {
    const value = isObject(headers) ? headers[field] : undefined;
    return typeof value === 'string' ? value.toLowerCase() : undefined;
  };
  return {
    pace: { everyMs: (time * 1000) / count, burst: Math.floor(atOnce) },
    remaining: header('remaining'),
    reset: header('reset'),
  };
}

/** The time before which another request would be refused; undefined where the server does not say so. */
function heldUntil(limit: RateLimit, { status, headers }: HttpResponse, now: number): number | undefined {
  if (status === 429) {
    const asked = parseRetryAfter(headers['retry-after'], now);
    if (asked !== undefined) return now + asked;
  }
  const { remaining, reset } = limit;
  if (remaining === undefined || reset === undefined) return undefined;
  const left = headers[remaining];
  if (left === undefined || Number(left) > 0 || left.trim() === '') return undefined;
  return resetTime(headers[reset], now);
}

/** A time in seconds since 1970, or seconds from now: no API means a time 30 years ago. */
function resetTime(value: string | undefined, now: number): number | undefined {
  const seconds = Number(value);
  if (value === undefined || value.trim() === '' || !(seconds > 0)) return undefined;
  const until = seconds > 1e9 ? (seconds > 1e12 ? seconds : seconds * 1000) : now + seconds * 1000;
  return until > now ? Math.min(until, now + longestMs) : undefined;
}

/** A reset further away than this is a mistake of the server or of a clock, in milliseconds. */
const longestMs = 60 * 60_000;
