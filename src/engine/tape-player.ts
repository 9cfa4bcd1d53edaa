import { MembraneError } from '../core/error.js';
import type { Http, HttpRequest, HttpResponse } from '../core/ports.js';
import type { RequestPattern, Tape, TapeRequest, TapeResponse, TestResponse } from '../core/tape.js';
import { writeBody } from './tape-body.js';
import { fitsPattern, isRecorded, nearestRequest, partsOf, patternOf, tapeRequest } from './tape-request.js';
import type { Json } from '../core/json.js';

/** A request that nobody has an answer to. */
export interface Miss {
  readonly request: TapeRequest;
  /** The parts of it that can be compared with what comes nearest. */
  readonly shown: Json;
  /** What was recorded, or written down, that comes nearest. */
  readonly nearest: Json | undefined;
  /** The same request is there, but was sent before. */
  readonly spent: boolean;
}

/** The network of a test: it answers what is on the tape, or what the test says, and nothing else. */
export interface Player {
  readonly http: Http;
  /** Everything that was sent, in order. */
  readonly sent: readonly TapeRequest[];
  readonly misses: readonly Miss[];
  /** What is on the tape and was not asked for. */
  unplayed(): readonly TapeRequest[];
}

export interface Recordings {
  readonly tape?: Tape | undefined;
  /** They go before the tape. */
  readonly responses: readonly TestResponse[];
  /** Takes out of a request what differs from run to run. */
  readonly hide: <T>(value: T) => T;
}

export function createPlayer({ tape, responses, hide }: Recordings): Player {
  const sent: TapeRequest[] = [];
  const misses: Miss[] = [];
  const waiting = new Set(tape?.exchanges ?? []);
  const given = responses.map((response) => ({ response, pattern: patternOf(response.request) }));
  const used = new Set<TestResponse>();

  /** Each of those that fit answers once, and the last one goes on. */
  function fromTest(request: TapeRequest): TapeResponse | undefined {
    const fitting = given.filter(({ pattern }) => fitsPattern(request, pattern));
    const next = (fitting.find(({ response }) => !used.has(response)) ?? fitting.at(-1))?.response;
    if (next !== undefined) used.add(next);
    return next;
  }

  function fromTape(request: TapeRequest): TapeResponse | undefined {
    for (const one of waiting) {
      if (!isRecorded(one.request, request)) continue;
      waiting.delete(one);
      return one.response;
    }
    return undefined;
  }

  function miss(request: TapeRequest): MembraneError {
    const recorded = (tape?.exchanges ?? []).map((one) => one.request);
    const spent = recorded.some((one) => isRecorded(one, request));
    const near = nearestRequest(request, recorded);
    const pattern = near === undefined ? nearestPattern(request) : undefined;
    const shown = pattern === undefined ? request : partsOf(request, pattern);
    misses.push({ request, shown: shown as Json, nearest: (near ?? pattern) as Json | undefined, spent });
    const { pathname } = new URL(request.url);
    const where = tape === undefined ? 'among the responses of the test' : 'on the tape';
    const what = spent ? `is ${where} less often than it is sent` : `is not ${where}`;
    return new MembraneError('tape/request', `"${request.method} ${pathname}" ${what}`, {
      hint:
        tape === undefined
          ? 'say in "responses" of the test what is answered, or record a tape with --record'
          : 'record the tape again with --update where the request is right',
      class: 'configuration',
    });
  }

  function nearestPattern(request: TapeRequest): RequestPattern | undefined {
    const same = ({ method }: { method?: string }) => method === undefined || method === request.method;
    return (given.find(({ pattern }) => same(pattern)) ?? given[0])?.pattern;
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    request.signal?.throwIfAborted();
    const asked = await tapeRequest(request, hide);
    sent.push(asked);
    const response = fromTest(asked) ?? fromTape(asked);
    if (response === undefined) throw miss(asked);
    await new Promise((resolve) => void setImmediate(resolve)); // no network answers at once
    request.signal?.throwIfAborted();
    return answer(response, request);
  }
  return { http: { send }, sent, misses, unplayed: () => [...waiting].map((one) => one.request) };
}

function answer(response: TapeResponse, request: HttpRequest): HttpResponse {
  const { status = 200, headers = {}, failure } = response;
  if (failure !== undefined) {
    const { host } = new URL(request.url);
    throw new MembraneError(failure, `"${host}" did not answer, as the test wants it`, {
      class: 'dependency',
    });
  }
  const { bytes, type } = writeBody(response);
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    status,
    headers: type === undefined ? lower : { 'content-type': type, ...lower },
    body: bytes,
    ms: 0,
  };
}
