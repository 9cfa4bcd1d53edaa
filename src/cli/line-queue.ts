/** Lines that come at any time, for a stream that takes them one after the other. */
export interface LineQueue {
  add(line: string): void;
  end(): void;
  texts(): AsyncGenerator<string>;
}

export function lineQueue(): LineQueue {
  let waiting: string[] = [];
  let ended = false;
  let wake = (): void => undefined;
  return {
    add(line) {
      waiting.push(`${line}\n`);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async *texts() {
      for (;;) {
        const lines = waiting;
        waiting = [];
        if (lines.length > 0) yield lines.join('');
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
