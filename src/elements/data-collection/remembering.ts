/** What was asked before, by name. */
export interface Remembered<T> {
  /**
   * Does the work once for each name, also for those who ask at the same time. What failed is done again for the
   * next one who asks.
   */
  once(name: string, work: () => Promise<T>): Promise<T>;
  set(name: string, value: T): void;
}

/** Of more than `limit` names the oldest is forgotten. */
export function remembering<T>(limit: number): Remembered<T> {
  const known = new Map<string, Promise<T>>();
  const keep = (name: string, result: Promise<T>): void => {
    known.set(name, result);
    if (known.size > limit) known.delete(known.keys().next().value ?? '');
  };
  return {
    once(name, work) {
      const before = known.get(name);
      if (before !== undefined) return before;
      const result = work().catch((error: unknown) => {
        known.delete(name);
        throw error;
      });
      keep(name, result);
      return result;
    },
    set: (name, value) => keep(name, Promise.resolve(value)),
  };
}
