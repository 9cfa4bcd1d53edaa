import { describe, expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { parseRetryAfter, waitBeforeRetry } from '../../../src/engine/client-retry.js';

const now = Date.parse('2024-05-01T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['5', 5000],
    ['+5', 5000],
    [' 5 ', 5000],
    ['0.25', 250],
    ['1e9', undefined],
    ['99999999999', 99999999999000],
    ['Wed, 01 May 2024 12:00:07 GMT', 7000],
    ['Wednesday, 01-May-24 12:00:07 GMT', 7000],
    ['2024-05-01T12:00:07Z', 7000],
    ['Wed, 01 May 2024 11:00:00 GMT', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});

describe('the wait before the next try', () => {
  const failed = (status: number | undefined, key?: string, retryAfter?: string) => ({
    error: new MembraneError('http/status', 'x', { key }),
    ...(status === undefined ? {} : { status }),
    retryAfter,
    final: false,
  });
  const waits = (failure: ReturnType<typeof failed>, idempotent: boolean, policy = {}, random = 0) =>
    [1, 2, 3, 4, 5].map((tries) => waitBeforeRetry(failure, policy, { tries, idempotent, now, random }));
  const never = [undefined, undefined, undefined, undefined, undefined];

  it('doubles, with chance in its second half, for a number of tries', () => {
    expect(waits(failed(503), true)).toEqual([250, 500, 1000, undefined, undefined]);
    expect(waits(failed(503), true, {}, 1)).toEqual([500, 1000, 2000, undefined, undefined]);
    expect(waits(failed(503), true, { tries: 6, baseMs: 1000, maxWaitMs: 3000 }, 1)).toEqual([
      1000, 2000, 3000, 3000, 3000,
    ]);
    expect(waits(failed(503), true, { tries: 1 })).toEqual(never);
  });

  it('is what the server asks for, and none where that is longer than the cap', () => {
    expect(waits(failed(429, 'rate_limit_exceeded', '7'), false)).toEqual([
      7000,
      7000,
      7000,
      undefined,
      undefined,
    ]);
    expect(waits(failed(429, 'rate_limit_exceeded', '86400'), false)).toEqual(never);
  });

  it('does not exist where a second request could do harm', () => {
    expect(waits(failed(500), false)).toEqual(never);
    expect(waits(failed(503), false)).toEqual(never);
    expect(waits(failed(undefined), false)).toEqual(never);
    expect(waits(failed(404), true)).toEqual(never);
    expect(waits(failed(503), false, { notAccepted: [503] })).toEqual([250, 500, 1000, undefined, undefined]);
  });

  it('takes no nonsense from YAML', () => {
    const nonsense = { tries: '9', baseMs: -1, maxWaitMs: null, notAccepted: 503 } as object;
    expect(waits(failed(503), true, nonsense)).toEqual(waits(failed(503), true));
  });
});
