import type { JsonObject } from '../../core/json.js';

/** So many records are stored as one part at most; parts have about half as many when they are made. */
const perPart = 1000;

/** What a scan knows of all records: an id, and a short text for its content. It is kept in parts of some hundred. */
export interface Snapshot {
  readonly size: number;
  get(id: string): string | undefined;
  set(id: string, text: string): void;
  delete(id: string): void;
  ids(): Iterable<string>;
  /** The parts that differ from what is stored; what comes next differs from these. */
  changed(): Map<string, JsonObject | null>;
}

export function openSnapshot(parts: ReadonlyMap<string, JsonObject>): Snapshot {
  let buckets: Map<string, string>[] = [];
  const dirty = new Set<number>();
  let size = 0;
  for (let index = 0; ; index += 1) {
    const part = parts.get(String(index));
    if (part === undefined) break;
    buckets.push(new Map(Object.entries(part) as [string, string][]));
    size += buckets[index]?.size ?? 0;
  }
  if (buckets.length === 0) buckets.push(new Map());
  const bucketOf = (id: string): number => numberOf(id) & (buckets.length - 1);

  /** Fewer records are in each part afterwards. Their number is a power of two. */
  function spread(): void {
    if (size <= buckets.length * perPart) return;
    let count = buckets.length;
    while (size > count * (perPart / 2)) count *= 2;
    const before = buckets;
    buckets = Array.from({ length: count }, () => new Map<string, string>());
    for (const bucket of before) for (const [id, text] of bucket) buckets[bucketOf(id)]?.set(id, text);
    for (const index of buckets.keys()) dirty.add(index);
  }

  return {
    get size() {
      return size;
    },
    get: (id) => buckets[bucketOf(id)]?.get(id),
    set(id, text) {
      const index = bucketOf(id);
      const bucket = buckets[index] as Map<string, string>; // there is one for each number
      if (!bucket.has(id)) size += 1;
      bucket.set(id, text);
      dirty.add(index);
    },
    delete(id) {
      const index = bucketOf(id);
      if (buckets[index]?.delete(id) !== true) return;
      size -= 1;
      dirty.add(index);
    },
    *ids() {
      for (const bucket of buckets) yield* bucket.keys();
    },
    changed() {
      spread();
      const made = new Map<string, JsonObject | null>();
      for (const index of dirty) made.set(String(index), Object.fromEntries(buckets[index] ?? []));
      dirty.clear();
      return made;
    },
  };
}

/** FNV-1a: spreads ids evenly, the same everywhere and always. */
function numberOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1)
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
