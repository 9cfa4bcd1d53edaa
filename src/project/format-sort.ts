import type { Item } from './format-tree.js';

type Named = Pick<Item, 'key' | 'anchors' | 'aliases'>;

/**
 * Entries in the order of `keys`; those of other keys stay behind them in their own order, and merge keys before.
 * An anchor must stand before its aliases: where the order would change that, all stay as they are.
 */
export function sorted<T extends { readonly item: Named }>(
  entries: readonly T[],
  keys: readonly string[],
): readonly T[] {
  if (keys.length === 0) return entries;
  const places = new Map(keys.map((key, index) => [key, index]));
  const rank = ({ item: { key } }: T): number =>
    key === '<<' ? -1 : ((key === undefined ? undefined : places.get(key)) ?? keys.length);
  const ordered = entries.toSorted((a, b) => rank(a) - rank(b));
  return keepsAnchors(entries, ordered) ? ordered : entries;
}

function keepsAnchors<T extends { readonly item: Named }>(
  before: readonly T[],
  after: readonly T[],
): boolean {
  const named = before.filter(({ item }) => item.anchors.size + item.aliases.size > 0);
  return named.every((one, index) =>
    named
      .slice(index + 1)
      .every((later) => !isTied(one.item, later.item) || after.indexOf(one) < after.indexOf(later)),
  );
}

/** Whether two items say something else in another order. */
function isTied(one: Named, other: Named): boolean {
  const meets = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].some((name) => b.has(name));
  return (
    meets(one.anchors, other.aliases) ||
    meets(one.anchors, other.anchors) ||
    meets(one.aliases, other.anchors)
  );
}
