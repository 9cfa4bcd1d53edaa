/** So many may be at it at once; the others wait, and come in the order in which they asked. */
export interface Permits {
  /** Undefined where nobody is in the way. */
  take(): Promise<void> | undefined;
  give(): void;
}

export function permits(count: number): Permits {
  let free = count;
  const waiting: (() => void)[] = [];
  let first = 0;
  return {
    take() {
      if (free > 0) {
        free -= 1;
        return undefined;
      }
      return new Promise((resolve) => void waiting.push(resolve));
    },
    give() {
      const next = waiting[first];
      if (next === undefined) {
        free += 1;
        return;
      }
      first += 1;
      // What was served is let go now and then, not at each turn.
      if (first > 1000) {
        waiting.splice(0, first);
        first = 0;
      }
      next();
    },
  };
}
