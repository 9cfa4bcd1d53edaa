import { isObject, type JsonPath } from '../core/json.js';

/** What has paths into a value, in the order in which they stand there: what is around comes before what is inside. */
export function inOrder<T extends { readonly path: JsonPath }>(
  value: unknown,
  list: readonly T[],
): readonly T[] {
  if (list.length < 2) return list;
  const ranked = list.map((one) => ({ one, ranks: ranksOf(value, one.path) }));
  return ranked.sort((a, b) => compare(a.ranks, b.ranks)).map(({ one }) => one);
}

/** The place of each part of a path among its siblings. */
function ranksOf(value: unknown, path: JsonPath): number[] {
  let current = value;
  return path.map((name) => {
    const rank = isObject(current) ? Object.keys(current).indexOf(String(name)) : Number(name);
    current = (current as Record<string | number, unknown> | undefined)?.[name];
    return rank;
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, rank] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (rank !== other) return rank - other;
  }
  return a.length - b.length;
}
