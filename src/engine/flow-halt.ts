/** How a run is ended before its time. */
export interface Halt {
  /** Aborted first: no node run begins any more. */
  readonly starting: AbortSignal;
  /** Aborted then: what is under way ends. */
  readonly running: AbortSignal;
  /** Why; undefined while it goes on. */
  reason(): unknown;
  /** Lets what is under way come to its end, for `graceMs` at most. */
  soon(reason: unknown, graceMs: number): void;
  now(reason: unknown): void;
  /** Counts what is under way. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

export function openHalt(sleep: (ms: number) => Promise<void>): Halt {
  const starting = new AbortController();
  const running = new AbortController();
  let underWay = 0;
  const now = (reason: unknown): void => {
    starting.abort(reason);
    running.abort(starting.signal.reason);
  };
  return {
    starting: starting.signal,
    running: running.signal,
    reason: () => (starting.signal.aborted ? (starting.signal.reason as unknown) : undefined),
    soon(reason, graceMs) {
      if (starting.signal.aborted) return;
      starting.abort(reason);
      if (underWay === 0) return now(reason);
      void sleep(graceMs).then(
        () => now(reason),
        () => undefined,
      );
    },
    now,
    async during(work) {
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
        if (underWay === 0 && starting.signal.aborted) now(starting.signal.reason);
      }
    },
  };
}
