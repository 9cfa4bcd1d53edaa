/**
 * The name that was probably meant: the closest of `names` by edit distance (transposed neighbours count as
 * one edit), at most 2 and less than half of the length, or one with the same letters in another case or
 * with other separators. Undefined when none is near.
 */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  return nearNames(name, names)[0];
}

/** `did you mean "x"?` for the name that is near, `"x" or "y"` for several; undefined where none is. */
export function didYouMean(name: string, names: Iterable<string>): string | undefined {
  const meant = nearNames(name, names)
    .slice(0, 3)
    .map((one) => `"${one}"`);
  return meant.length === 0 ? undefined : `did you mean ${meant.join(' or ')}?`;
}

/** The name in a help of `didYouMean`, where only one was near. */
export function meantBy(help: string | undefined): string | undefined {
  return /^did you mean "([^"]+)"\?/.exec(help ?? '')?.[1];
}

/** The names that are near, the nearest first. One with the same letters leaves no doubt. */
export function nearNames(name: string, names: Iterable<string>): readonly string[] {
  const bare = letters(name);
  const limit = Math.min(2, Math.floor((name.length - 1) / 2)) + 1;
  const found: { candidate: string; distance: number }[] = [];
  for (const candidate of new Set(names)) {
    if (candidate === name) continue;
    if (bare !== '' && letters(candidate) === bare) return [candidate];
    const distance = editDistance(name, candidate, limit);
    if (distance < limit) found.push({ candidate, distance });
  }
  return found.sort((a, b) => a.distance - b.distance).map(({ candidate }) => candidate);
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Optimal string alignment distance; gives `limit` as soon as it cannot be lower. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (previous[j] ?? 0) + 1,
        (current[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    if (Math.min(...current) >= limit) return limit;
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
