import { fingerprintOfText } from './fingerprint.js';

/** For each record the fingerprints of its id and of its content, whether this scan met it, and the last one missed it. */
export interface SnapshotTable {
  readonly size: number;
  /** How many of them were met. */
  readonly met: number;
  /** The place of an id; -1 where there is none. Places are good until something is added. */
  find(id: string): number;
  add(id: string, high: number, low: number): number;
  /** Adds what `copy` gave; its place. */
  restore(from: Int32Array, at: number): number;
  remove(place: number): void;
  isSame(place: number, high: number, low: number): boolean;
  setState(place: number, high: number, low: number): void;
  isMet(place: number): boolean;
  meet(place: number): void;
  isMissing(place: number): boolean;
  setMissing(place: number, missing: boolean): void;
  /** Which of so many parts, a power of two, it belongs to: the same always and everywhere. */
  partOf(place: number, parts: number): number;
  each(visit: (place: number) => void): void;
  /** Writes all numbers of a place. */
  copy(place: number, to: Int32Array, at: number): void;
}

/** Integers that a place takes: two for the id, two for the content. */
export const width = 4;
/** A place that was used stays in the way of those behind it. */
const [used, removed, met, missing] = [1, 2, 4, 8];
const fullest = 0.75;

/**
 * A table of ids in some arrays of numbers. A million records take 40 MB in it, and nothing of them has to be walked
 * through when memory is collected; a Map of texts takes three times as much. An id is known by 64 bits.
 */
export function snapshotTable(expected: number): SnapshotTable {
  let places = placesFor(expected);
  let numbers = new Int32Array(places * width);
  let flags = new Uint8Array(places);
  /** Places that are in use, or were. */
  let taken = 0;
  let [size, seen] = [0, 0];
  const key = { high: 0, low: 0 };

  /** Where an id is, or else where it would go, as -1 - place. */
  function search(high: number, low: number): number {
    let free = -1;
    for (let place = low & (places - 1); ; place = (place + 1) & (places - 1)) {
      const flag = flags[place] as number;
      if (flag === 0) return -1 - (free === -1 ? place : free);
      if (flag === removed) free = free === -1 ? place : free;
      else if (numbers[place * width] === high && numbers[place * width + 1] === low) return place;
    }
  }

  function place(high: number, low: number): number {
    if (taken >= places * fullest) grow();
    const found = search(high, low);
    if (found >= 0) return found;
    const free = -1 - found;
    if (flags[free] === 0) taken += 1;
    flags[free] = used;
    size += 1;
    return free;
  }

  function grow(): void {
    const [before, had] = [numbers, flags];
    places = placesFor(size * 1.5);
    numbers = new Int32Array(places * width);
    flags = new Uint8Array(places);
    taken = size;
    for (let old = 0; old < had.length; old += 1) {
      const flag = had[old] as number;
      if ((flag & used) === 0) continue;
      const from = old * width;
      const to = -1 - search(before[from] as number, before[from + 1] as number);
      flags[to] = flag;
      for (let index = 0; index < width; index += 1)
        numbers[to * width + index] = before[from + index] as number;
    }
  }

  return {
    get size() {
      return size;
    },
    get met() {
      return seen;
    },
    find(id) {
      fingerprintOfText(id, key);
      return Math.max(-1, search(key.high, key.low));
    },
    add(id, high, low) {
      fingerprintOfText(id, key);
      const at = place(key.high, key.low) * width;
      numbers[at] = key.high;
      numbers[at + 1] = key.low;
      numbers[at + 2] = high;
      numbers[at + 3] = low;
      return at / width;
    },
    restore(from, at) {
      const to = place(from[at] as number, from[at + 1] as number);
      for (let index = 0; index < width; index += 1) numbers[to * width + index] = from[at + index] as number;
      return to;
    },
    remove(at) {
      if (((flags[at] as number) & met) !== 0) seen -= 1;
      flags[at] = removed;
      size -= 1;
    },
    isSame: (at, high, low) => numbers[at * width + 2] === high && numbers[at * width + 3] === low,
    setState(at, high, low) {
      numbers[at * width + 2] = high;
      numbers[at * width + 3] = low;
    },
    isMet: (at) => ((flags[at] as number) & met) !== 0,
    meet(at) {
      if (((flags[at] as number) & met) !== 0) return;
      flags[at] = (flags[at] as number) | met;
      seen += 1;
    },
    isMissing: (at) => ((flags[at] as number) & missing) !== 0,
    setMissing(at, is) {
      flags[at] = is ? (flags[at] as number) | missing : (flags[at] as number) & ~missing;
    },
    partOf: (at, parts) => (numbers[at * width] as number) & (parts - 1),
    each(visit) {
      for (let at = 0; at < flags.length; at += 1) if (((flags[at] as number) & used) !== 0) visit(at);
    },
    copy(at, to, start) {
      for (let index = 0; index < width; index += 1)
        to[start + index] = numbers[at * width + index] as number;
    },
  };
}

/** A power of two. */
function placesFor(records: number): number {
  let places = 1024;
  while (places * fullest <= records) places *= 2;
  return places;
}
