import { MembraneError } from '../core/error.js';
import type { Http, HttpRequest, HttpResponse } from '../core/ports.js';
import { tapeFailures, type TapeFailure } from '../core/tape.js';

/** One request that was really sent. */
export interface Captured {
  readonly request: HttpRequest;
  response?: HttpResponse;
  failure?: TapeFailure;
}

/** The real network, listened to. */
export interface Recorder {
  readonly http: Http;
  /** What is sent from now on is kept. */
  start(): void;
  /** In the order in which it was sent. */
  readonly captured: readonly Captured[];
}

export function createRecorder(http: Http): Recorder {
  const captured: Captured[] = [];
  let listening = false;
  return {
    captured,
    start: () => void (listening = true),
    http: {
      async send(request) {
        if (!listening) return http.send(request);
        const one: Captured = { request };
        captured.push(one);
        const { saveTo: _, ...inMemory } = request; // what would go to a file is to be on the tape
        try {
          one.response = await http.send(inMemory);
          return one.response;
        } catch (error) {
          const failure = tapeFailures.find((code) => error instanceof MembraneError && error.code === code);
          if (failure !== undefined) one.failure = failure;
          throw error;
        }
      },
    },
  };
}
