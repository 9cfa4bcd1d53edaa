/** What a simulated day is like: everything that may go wrong, drawn from the seed. */
import { MembraneError } from '../../../src/core/error.js';
import type { Http, HttpRequest, HttpResponse } from '../../../src/core/ports.js';
import type { Api } from '../api.js';
import type { Random } from './random.js';
import type { VirtualClock } from './virtual-clock.js';

export interface Weather {
  /** The watcher wakes this often, in milliseconds; longer makes days short. */
  readonly wakeMs: number;
  /** The longest time that an answer takes. */
  readonly latencyMs: number;
  /** How often something is wrong with the API, and with the app. */
  readonly apiFaults: number;
  readonly appFaults: number;
  readonly watchers: number;
  /** How likely a watcher dies at each write. */
  readonly deadly: number;
  readonly halts: boolean;
  /** Between two changes at most. */
  readonly pauseMs: number;
  /** Times of records are wrong by so much at most. */
  readonly skewMs: number;
  /** Records turn up in lists after so long at most. */
  readonly lateMs: number;
}

export function weatherOf(random: Random): Weather {
  return {
    wakeMs: random.pick([10_000, 60_000, 60_000]),
    latencyMs: random.pick([20, 200, 2_000, 8_000]),
    apiFaults: random.pick([0, 0.1, 0.3, 0.6]),
    appFaults: random.pick([0, 0.1, 0.3]),
    watchers: random.whole(1, 2),
    deadly: random.pick([0, 0, 0.0005, 0.003]),
    halts: random.chance(0.3),
    pauseMs: random.pick([120_000, 500_000, 1_500_000]),
    skewMs: random.pick([0, 0, 60_000, 300_000]),
    lateMs: random.pick([0, 60_000, 540_000]),
  };
}

const kinds = ['500', '503', '429', '401', 'cut', 'reset', 'silent', 'hollow'] as const;
/** So long one kind of trouble lasts. */
const slotMs = 250_000;

export interface SimulatedApi extends Http {
  /** Nothing goes wrong before `storm`, and after `calm`. */
  storm(): void;
  calm(): void;
  readonly faults: () => number;
}

/** The API and the app without a network: answers take their time, and some are not what was asked for. */
export function simulatedHttp(
  api: Api,
  { clock, random, weather }: { clock: VirtualClock; random: Random; weather: Weather },
): SimulatedApi {
  let isCalm = true;
  let faults = 0;
  let slot = -1;
  let trouble: { api?: (typeof kinds)[number]; app?: number; often: number } = { often: 0 };

  function look(): void {
    const now = Math.floor(clock.now() / slotMs);
    if (now === slot) return;
    slot = now;
    trouble = {
      often: random.pick([0.1, 0.5, 1]),
      ...(random.chance(weather.apiFaults) ? { api: random.pick(kinds) } : {}),
      ...(random.chance(weather.appFaults) ? { app: random.pick([422, 500, 429]) } : {}),
    };
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const url = new URL(request.url);
    const isApp = url.pathname.startsWith('/app/');
    const started = clock.now();
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      ms: clock.now() - started,
    });
    await clock.sleep(random.whole(1, weather.latencyMs), request.signal);
    look();
    api.now = clock.now();
    // What a flow sends must arrive: that a run fails when it cannot is not about events.
    if (isApp) api.appStatus = isCalm || url.pathname.endsWith('-flow') ? 200 : (trouble.app ?? 200);
    if (isApp && api.appStatus !== 200) faults += 1;
    else if (!isApp && !isCalm && trouble.api !== undefined && random.chance(trouble.often)) {
      faults += 1;
      switch (trouble.api) {
        case '429':
          return answer(429, {}, { 'retry-after': String(random.pick([0, 1, 20, 120, 1800])) });
        case '503':
          return answer(503, {}, random.chance(0.5) ? { 'retry-after': String(random.pick([5, 300])) } : {});
        case '500':
        case '401':
          return answer(Number(trouble.api), { message: 'oh no' });
        case 'cut':
          return answer(200, '{"records": [{"id": "10');
        case 'reset':
          throw new MembraneError('http/unreachable', 'the connection was cut off', {
            data: { code: 'ECONNRESET' },
          });
        case 'hollow':
          if (!url.pathname.startsWith('/items/')) return answer(200, {});
          break;
        case 'silent':
          await clock.sleep(request.timeoutMs, request.signal);
          throw new MembraneError('http/timeout', 'no answer');
      }
    }
    const key = request.headers['idempotency-key'];
    const text = typeof request.body === 'string' ? request.body : Buffer.from(request.body ?? '').toString();
    const { status, body } = api.reply(url, text, key);
    await clock.sleep(random.whole(0, weather.latencyMs), request.signal);
    return answer(status, body);
  }

  return { send, storm: () => void (isCalm = false), calm: () => void (isCalm = true), faults: () => faults };
}
