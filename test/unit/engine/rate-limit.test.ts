import { describe, expect, it } from 'vitest';
import { createHttp } from '../../../src/adapters/http-got.js';
import { createClient } from '../../../src/engine/client.js';
import { createThrottle, rateLimitOf } from '../../../src/engine/rate-limit.js';
import { fakeClock, memoryStore } from '../../support/memory-ports.js';
import { withServer, type Answer } from '../../support/server.js';
import { failure } from './world.js';

const ok =
  (headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end('{}');
  };

/** Sends requests one after another; gives when each was sent, in milliseconds from the first. */
async function paced(rateLimit: unknown, answers: readonly Answer[], count: number): Promise<number[]> {
  const clock = fakeClock();
  const start = clock.now();
  const store = memoryStore(clock);
  const waiting = {
    now: () => clock.now(),
    sleep: async (ms: number) => clock.move(ms),
  };
  const times: number[] = [];
  const stamped = answers.map<Answer>((answer) => (response, request) => {
    times.push(clock.now() - start);
    return answer(response, request);
  });
  await withServer({ '/': stamped }, async ({ url }) => {
    const client = createClient({
      http: createHttp(),
      clock: waiting,
      emit: () => undefined,
      base: async () => ({ baseUri: url, rateLimit: rateLimitOf(rateLimit) }),
      throttle: createThrottle({
        store: async () => store,
        clock: waiting,
        emit: () => undefined,
        name: 'crm',
      }),
      redact: (text) => text,
    });
    for (let index = 0; index < count; index += 1) await client.send({ path: '/' });
  });
  return times;
}

describe('a rate limit', () => {
  it('lets a burst through, and then one request after another', async () => {
    expect(await paced({ requests: 2, seconds: 1 }, [ok()], 5)).toEqual([0, 0, 500, 1000, 1500]);
    expect(await paced({ requests: 60, seconds: 60, burst: 1 }, [ok()], 3)).toEqual([0, 1000, 2000]);
  });

  it('waits where the server says that none is left', async () => {
    const headers = { remaining: 'X-RateLimit-Remaining', reset: 'X-RateLimit-Reset' };
    const limit = { requests: 100, seconds: 1, headers };
    const empty = ok({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' });
    expect(await paced(limit, [ok({ 'x-ratelimit-remaining': '1' }), empty, ok()], 4)).toEqual([
      0, 0, 30_000, 30_010,
    ]);
    const epoch = String((fakeClock().now() + 5_000) / 1000);
    const until = ok({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch });
    expect(await paced(limit, [until, ok()], 2)).toEqual([0, 5_000]);
  });

  it('is none where nothing is declared', async () => {
    expect(await paced(undefined, [ok()], 3)).toEqual([0, 0, 0]);
  });

  it('holds back every request after a 429, not only the one that got it', async () => {
    const refused: Answer = (response) => {
      response.writeHead(429, { 'retry-after': '7' }).end();
    };
    expect(await paced({ requests: 1000, seconds: 1 }, [refused, ok()], 2)).toEqual([0, 7_000, 7_001]);
  });

  it('that would hold a request back for long is an error at once, for every process', async () => {
    const refused: Answer = (response) => {
      response.writeHead(429, { 'retry-after': '100' }).end();
    };
    const late = {
      message: 'the API asked to slow down, and nothing may be sent yet',
      hint: 'try again in 100 s',
    };
    expect(await failure(paced({ requests: 1000, seconds: 1 }, [refused, ok()], 1))).toMatchObject({
      code: 'http/rate-limit',
    });
    const clock = fakeClock();
    const store = memoryStore(clock);
    const limit = rateLimitOf({ requests: 1, seconds: 100 })!;
    const waits: unknown[] = [];
    const emit = (event: unknown) => void waits.push(event);
    const throttle = createThrottle({ store: async () => store, clock, emit, name: 'crm' });
    await throttle.wait(limit, 30_000, undefined);
    for (let index = 0; index < 3; index += 1) {
      expect(await failure(throttle.wait(limit, 30_000, undefined))).toEqual({
        code: 'http/rate-limit',
        ...late,
      });
    }
    const patient = throttle.wait(limit, 200_000, undefined);
    await clock.move(100_000);
    await patient;
    expect(waits).toEqual([{ type: 'wait', reason: 'the rate limit of the connection', waitMs: 100_000 }]);
  });

  it.each([{}, { requests: 0 }, { requests: 5, seconds: 0 }, { requests: 5, burst: 0 }, 'fast'])(
    'that says nothing is an error: %j',
    async (given) => {
      expect(await failure(Promise.resolve().then(() => rateLimitOf(given)))).toEqual({
        code: 'http/request',
        message: '"rateLimit" of the connector says no number of requests',
        hint: 'write it as "rateLimit: {requests: 10, seconds: 1}"',
      });
    },
  );
});
