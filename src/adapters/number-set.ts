/** A set of whole numbers that mostly follow each other: it takes as much room as there are gaps. */
export interface NumberSet {
  has(number: number): boolean;
  add(number: number): void;
  /** First and last of each stretch, in order. */
  ranges(): readonly (readonly [number, number])[];
}

export function numberSet(initial: readonly (readonly [number, number])[]): NumberSet {
  const ranges = initial.map(([from, to]): [number, number] => [from, to]);

  /** The first stretch that ends at `number` or later. */
  function at(number: number): number {
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.[1] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    has(number) {
      const range = ranges[at(number)];
      return range !== undefined && range[0] <= number;
    },
    add(number) {
      const index = at(number);
      const [before, here] = [ranges[index - 1], ranges[index]];
      if (here !== undefined && here[0] <= number) return;
      const joinsBefore = before?.[1] === number - 1;
      const joinsHere = here?.[0] === number + 1;
      if (before !== undefined && here !== undefined && joinsBefore && joinsHere) {
        before[1] = here[1];
        ranges.splice(index, 1);
      } else if (before !== undefined && joinsBefore) before[1] = number;
      else if (here !== undefined && joinsHere) here[0] = number;
      else ranges.splice(index, 0, [number, number]);
    },
    ranges: () => ranges,
  };
}
