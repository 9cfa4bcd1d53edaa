import { Buffer } from 'node:buffer';
import type { JsonObject } from '../../core/json.js';
import { fingerprint } from './fingerprint.js';
import { snapshotTable, width, type SnapshotTable } from './snapshot-table.js';

/** So many records are stored as one part at most; parts have about half as many when they are made. */
const perPart = 1000;

/** What became of a record since the last scan. `repeated`: this scan met it before. `back`: it was missing, and is the same. */
export type Met = 'new' | 'same' | 'changed' | 'back' | 'repeated';

/**
 * What a scan knows of all records, in parts of some hundred. A part has the fingerprints of ids and contents, which
 * are all that is kept while a scan goes on, and the ids themselves, which are read when one is missing.
 */
export interface Snapshot {
  readonly size: number;
  /** How many were not met by this scan. */
  readonly unmet: number;
  /** Takes note of a record that this scan meets. */
  meet(id: string, content: unknown): Met;
  /** Those that were not met; `missing`: the last scan did not meet them either. They may be changed meanwhile. */
  unmetIds(): AsyncIterable<{ readonly id: string; readonly missing: boolean }>;
  /** The next scan has to make sure of it. */
  miss(id: string): void;
  forget(id: string): void;
  /** What differs from what is stored, by name; what comes next differs from that. */
  changed(): Promise<Map<string, JsonObject>>;
}

type Read = (name: string) => Promise<JsonObject | undefined>;

/** `read` gives what is stored by a name; `expected` is how many records there may be. */
export async function openSnapshot(read: Read, expected = 0): Promise<Snapshot> {
  const table = snapshotTable(expected);
  const content = { high: 0, low: 0 };
  /** Parts whose fingerprints are to be written, and those whose ids are. */
  const [dirty, renamed] = [new Set<number>(), new Set<number>()];
  const stored = await load(table, read);
  // Also a list without records is known as such.
  if (stored === 0) dirty.add(0);
  let count = Math.max(1, stored);
  /** Ids that are not stored yet, by part. */
  let added: string[][] = lists(count);
  const touch = (place: number): void => void dirty.add(table.partOf(place, count));

  /** Calls `take` with every id of a part that is still known, and its place. */
  async function eachId(part: number, take: (id: string, place: number) => void): Promise<void> {
    const known = ((await read(idsName(part)))?.['ids'] ?? []) as string[];
    for (const ids of [known, added[part] ?? []]) {
      for (const id of ids) {
        const place = table.find(id);
        if (place !== -1) take(id, place);
      }
    }
  }

  /** All parts anew, so that each has fewer records. Their number is a power of two. */
  async function spread(): Promise<Map<string, JsonObject>> {
    let more = count;
    while (table.size > more * (perPart / 2)) more *= 2;
    const groups: string[][] = lists(more);
    for (let part = 0; part < count; part += 1)
      await eachId(part, (id, place) => groups[table.partOf(place, more)]?.push(id));
    count = more;
    const made = statesOf(table, count, () => true);
    for (const [part, ids] of groups.entries()) made.set(idsName(part), { ids });
    return made;
  }

  return {
    get size() {
      return table.size;
    },
    get unmet() {
      return table.size - table.met;
    },
    meet(id, value) {
      const { high, low } = fingerprint(value, content);
      const place = table.find(id);
      if (place === -1) {
        const made = table.add(id, high, low);
        table.meet(made);
        touch(made);
        added[table.partOf(made, count)]?.push(id);
        return 'new';
      }
      if (table.isMet(place)) return 'repeated';
      table.meet(place);
      const [same, missing] = [table.isSame(place, high, low), table.isMissing(place)];
      if (same && !missing) return 'same';
      table.setState(place, high, low);
      table.setMissing(place, false);
      touch(place);
      return same ? 'back' : 'changed';
    },
    async *unmetIds() {
      const parts = new Set<number>();
      table.each((place) => {
        if (!table.isMet(place)) parts.add(table.partOf(place, count));
      });
      for (const part of parts) {
        const unmet: { id: string; missing: boolean }[] = [];
        await eachId(part, (id, place) => {
          if (!table.isMet(place)) unmet.push({ id, missing: table.isMissing(place) });
        });
        yield* unmet;
      }
    },
    miss(id) {
      const place = table.find(id);
      table.setMissing(place, true);
      touch(place);
    },
    forget(id) {
      const place = table.find(id);
      touch(place);
      renamed.add(table.partOf(place, count));
      table.remove(place);
    },
    async changed() {
      let made = new Map<string, JsonObject>();
      if (table.size > count * perPart) made = await spread();
      else if (dirty.size > 0) {
        made = statesOf(table, count, (part) => dirty.has(part));
        for (const part of dirty) {
          if (!renamed.has(part) && added[part]?.length === 0) continue;
          const ids: string[] = [];
          await eachId(part, (id) => ids.push(id));
          made.set(idsName(part), { ids });
        }
      }
      dirty.clear();
      renamed.clear();
      added = lists(count);
      return made;
    },
  };
}

function lists(count: number): string[][] {
  return Array.from({ length: count }, () => []);
}

function idsName(part: number): string {
  return `${part}/ids`;
}

/** Reads all fingerprints; how many parts there are. */
async function load(table: SnapshotTable, read: Read): Promise<number> {
  let count = 1;
  for (let number = 0; number < count; number += 1) {
    const part = await read(String(number));
    if (part === undefined) return number;
    count = Number(part['of']);
    const numbers = numbersIn(String(part['states']));
    const missing = new Set((part['missing'] ?? []) as number[]);
    for (let at = 0; at < numbers.length; at += width) {
      const place = table.restore(numbers, at);
      if (missing.size > 0 && missing.has(at / width)) table.setMissing(place, true);
    }
  }
  return count;
}

/** Of each part that is wanted: how many there are, the numbers of its records, and which of these are missing. */
function statesOf(
  table: SnapshotTable,
  count: number,
  isWanted: (part: number) => boolean,
): Map<string, JsonObject> {
  const sizes = new Int32Array(count);
  table.each((place) => void ((sizes[table.partOf(place, count)] as number) += 1));
  const parts = Array.from(sizes, (size, part) =>
    isWanted(part)
      ? { numbers: new Int32Array(size * width), missing: [] as number[], filled: 0 }
      : undefined,
  );
  table.each((place) => {
    const part = parts[table.partOf(place, count)];
    if (part === undefined) return;
    table.copy(place, part.numbers, part.filled * width);
    if (table.isMissing(place)) part.missing.push(part.filled);
    part.filled += 1;
  });
  const made = new Map<string, JsonObject>();
  for (const [number, part] of parts.entries()) {
    if (part === undefined) continue;
    const states = Buffer.from(part.numbers.buffer).toString('base64');
    const { missing } = part;
    made.set(String(number), { of: count, states, ...(missing.length === 0 ? {} : { missing }) });
  }
  return made;
}

function numbersIn(states: string): Int32Array {
  const bytes = Buffer.from(states, 'base64');
  const numbers = new Int32Array(bytes.length / Int32Array.BYTES_PER_ELEMENT);
  // Buffers may begin anywhere, arrays of integers may not.
  bytes.copy(Buffer.from(numbers.buffer));
  return numbers;
}
