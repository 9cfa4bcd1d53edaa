/** Work that many wait for, and that is done once. */
export interface Flights<T> {
  /**
   * The result of the work that is under way for this key; begun where none is. Who waits can stop waiting by
   * `signal`; the work is told by its own signal when nobody waits any more.
   */
  join(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way any more, however it ended. */
  settled(): Promise<void>;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

export function createFlights<T>(): Flights<T> {
  const open = new Map<string, Flight<T>>();
  const working = new Set<Flight<T>>();

  function begin(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { controller, waiting: 0, result: work(controller.signal) };
    open.set(key, flight);
    working.add(flight);
    const end = (): void => {
      close(key, flight);
      working.delete(flight);
    };
    flight.result.then(end, end);
    return flight;
  }

  function close(key: string, flight: Flight<T>): void {
    if (open.get(key) === flight) open.delete(key);
  }

  return {
    async join(key, signal, work) {
      signal.throwIfAborted();
      const flight = open.get(key) ?? begin(key, work);
      flight.waiting += 1;
      try {
        return await unlessAborted(flight.result, signal);
      } finally {
        flight.waiting -= 1;
        if (flight.waiting === 0) {
          // Who comes now does not want work that has been told to stop.
          close(key, flight);
          flight.controller.abort(signal.reason);
        }
      }
    },
    async settled() {
      while (working.size > 0) await Promise.allSettled([...working].map(({ result }) => result));
    },
  };
}

async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
