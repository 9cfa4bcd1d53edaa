/** What goes on for long in an opened project, such as watching. */
export interface UnderWay {
  /** `signal`: aborted with the given one, and when all is to end. */
  during<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Asks all of it to end, and waits for that. */
  end(): Promise<void>;
}

export function openUnderWay(): UnderWay {
  const ending = new AbortController();
  const works = new Set<Promise<unknown>>();
  return {
    during(signal, work) {
      const done = work(AbortSignal.any([signal, ending.signal])).finally(() => works.delete(done));
      works.add(done);
      return done;
    },
    async end() {
      ending.abort(new DOMException('the project is closed', 'AbortError'));
      await Promise.allSettled(works); // who asked for it learns how it ended
    },
  };
}
