import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { FoundEvent, Look, LookEnd, Pull } from '../../core/subscription.js';
import { readerOf } from '../records/reader.js';
import type { DataRecord } from '../records/record.js';
import { contentOf, eventFor, timeFor, type Watched } from './watched.js';

/** Records are remembered for so long before the newest one: also a clock that is put back hides nothing. */
const windowMs = 2 * 3_600_000;
/** How often a look goes back through all of that time. */
const deepEveryMs = 900_000;
/** So many old records one after the other say that only older ones follow. */
const oldInARow = 10;
/** So many records are remembered at most. */
const rememberedAtMost = 50_000;
/** A first look at a list without times reads so many pages. */
const firstPages = 20;

/**
 * Asks for the newest records, newest first, until those come that are older than everything that could be new. What
 * is new is told by remembering every record of the last hours, not by one time or one record: several may have the
 * same time, the last one may be deleted, and a late one may turn up among those that were there.
 */
export function lookAtLatest(watched: Watched): Required<Pull>['look'] {
  return (look) => lookOnce(watched, look);
}

/** What is remembered of a record: its time (null without one), its content, and how often it was an event. */
type Memory = readonly [time: number | null, text: string, count: number];

interface Reading {
  readonly watched: Watched;
  readonly look: Look;
  readonly known: Map<string, Memory>;
  /** What is older is not new, whatever is known of it. */
  readonly floor: number;
  /** What is older ends the reading. */
  readonly depth: number;
  readonly isFirst: boolean;
  readonly fresh: { readonly record: DataRecord; readonly time: number | undefined; readonly text: string }[];
  /** What is remembered, and is no event. */
  readonly quiet: { readonly record: DataRecord; readonly time: number | undefined; readonly text: string }[];
  /** Records without a time that nobody knows, since the last one that is known. */
  unsure: { readonly record: DataRecord; readonly text: string }[];
  row: number;
  newest: number;
  pagesWithNews: number;
  /** Something came that was known before: nothing is left out between that and what is new. */
  met: boolean;
}

async function lookOnce(watched: Watched, look: Look): Promise<LookEnd> {
  const { cursor, now, firstRun } = look;
  const isFirst = cursor === undefined;
  const mark = numberOr(cursor?.['newest'], -Infinity);
  const sure = numberOr(cursor?.['sure'], mark);
  const isDeep = now - numberOr(cursor?.['deepAt'], -Infinity) >= deepEveryMs;
  const oldest = numberOr(cursor?.['oldest'], -Infinity);
  const from = firstRun === 'all' ? -Infinity : firstRun === 'latest' ? undefined : firstRun.since;
  const floor = isFirst ? (from ?? -Infinity) : Math.max(sure - windowMs, oldest);
  const remembered = isFirst ? new Map<string, JsonObject>() : await look.parts();
  const reading: Reading = {
    watched,
    look,
    known: new Map(Object.entries((remembered.get('known') ?? {}) as unknown as Record<string, Memory>)),
    floor,
    depth: isFirst ? (from ?? NaN) : isDeep ? floor : sure - watched.overlapMs,
    isFirst,
    fresh: [],
    quiet: [],
    unsure: [],
    row: 0,
    newest: mark,
    pagesWithNews: 0,
    met: false,
  };
  const end = await readPages(reading);
  const again = isDoubtful(reading);
  await save(reading, { mark, oldest, isDeep, deepAt: numberOr(cursor?.['deepAt'], now), again });
  return { ...end, again };
}

async function readPages(reading: Reading): Promise<Omit<LookEnd, 'again'>> {
  const { watched, isFirst, look } = reading;
  const { collection } = watched;
  const guard = collection.ctx.pageGuard();
  const reader = readerOf(collection);
  let [pages, records, withoutId] = [0, 0, 0];
  let cursor: Json = null;
  for (;;) {
    collection.ctx.signal.throwIfAborted();
    guard.ask(JSON.stringify(cursor));
    const given = await watched.call('pullLatestRecords', { cursor });
    const items = isObject(given) ? given['records'] : given;
    const list = Array.isArray(items) ? items : [];
    const before = reading.fresh.length;
    let ended = false;
    for (const [index, item] of list.entries()) {
      const record = await reader.read(item, `record ${index + 1} of a page`);
      records += 1;
      if (record.id === '') withoutId += 1;
      else ended = take(reading, record) || ended;
    }
    pages += 1;
    if (reading.fresh.length > before) reading.pagesWithNews += 1;
    const next = isObject(given) ? given['cursor'] : undefined;
    if (ended || next === undefined || next === null || next === '' || next === false) break;
    if (isFirst && look.firstRun === 'latest' && pages >= firstPages) break;
    cursor = JSON.parse(JSON.stringify(next)) as Json;
  }
  // Nothing that is known followed: they are new, unless this is the first look, or they follow what is known.
  if (reading.known.size === 0 || reading.row === 0) settle(reading);
  reader.end();
  return { pages, records, withoutId };
}

/** Judges one record; whether nothing new can follow. */
function take(reading: Reading, record: DataRecord): boolean {
  const { watched, look, known, isFirst, floor } = reading;
  const { change } = watched;
  const time = timeFor(change, record);
  const text =
    change !== 'updated' ? '1' : look.digest([record.updatedTime ?? null, contentOf(watched, record)]);
  const memory = known.get(record.id);
  const isKnown = memory?.[1] === text;
  if (memory !== undefined) reading.met = true;
  // One record whose time lies ahead must not make all others look old.
  if (time !== undefined) reading.newest = Math.max(reading.newest, Math.min(time, look.now));
  if (isFirst) reading.fresh.push({ record, time, text });
  else if (time === undefined) {
    if (isKnown) settle(reading);
    else reading.unsure.push({ record, text });
  } else if (!isKnown && time > floor) {
    (isCreation(reading, record) ? reading.quiet : reading.fresh).push({ record, time, text });
  }
  const depth = Number.isNaN(reading.depth) ? reading.newest - windowMs : reading.depth;
  const isOld = time === undefined ? isKnown : time < depth;
  reading.row = isOld ? reading.row + 1 : time === undefined && !isKnown ? reading.row : 0;
  return reading.row >= oldInARow;
}

/** Who waits for updates is not told of records that are new: they came to be what they are at once. */
function isCreation({ watched, known }: Reading, { id, createdTime, updatedTime }: DataRecord): boolean {
  return (
    watched.change === 'updated' && !known.has(id) && createdTime !== undefined && createdTime === updatedTime
  );
}

/** Records without a time are new when one that is known comes after them. */
function settle(reading: Reading): void {
  for (const { record, text } of reading.unsure) reading.fresh.push({ record, text, time: undefined });
  reading.unsure = [];
}

/**
 * A list that moves while several pages of it are read may hide a record, and so may one that ends before anything
 * comes that was known: the next look reads them again.
 */
function isDoubtful({ isFirst, pagesWithNews, fresh, known, met }: Reading): boolean {
  if (isFirst) return false;
  return pagesWithNews > 1 || (fresh.length > 0 && known.size > 0 && !met);
}

interface Before {
  readonly mark: number;
  readonly oldest: number;
  readonly isDeep: boolean;
  readonly deepAt: number;
  readonly again: boolean;
}

async function save(reading: Reading, { mark, oldest, isDeep, deepAt, again }: Before): Promise<void> {
  const { look, known, fresh, quiet, unsure, newest } = reading;
  const sure = again && Number.isFinite(mark) ? mark : newest;
  const events = await eventsOf(reading);
  for (const { record, time, text } of [
    ...fresh,
    ...quiet,
    ...unsure.map((one) => ({ ...one, time: undefined })),
  ]) {
    const count = known.get(record.id)?.[2] ?? -1;
    known.delete(record.id);
    known.set(record.id, [time ?? null, text, count + 1]);
  }
  const kept = forget(known, sure - windowMs);
  const changed = fresh.length + quiet.length + unsure.length > 0 || kept.gone;
  await look.save({
    events,
    cursor: {
      ...(Number.isFinite(newest) ? { newest } : {}),
      ...(Number.isFinite(sure) ? { sure } : {}),
      ...(Math.max(oldest, kept.oldest) > -Infinity ? { oldest: Math.max(oldest, kept.oldest) } : {}),
      deepAt: isDeep ? look.now : deepAt,
    },
    ...(changed ? { parts: new Map([['known', Object.fromEntries(known) as unknown as JsonObject]]) } : {}),
  });
}

/** Oldest first. What a list gives twice is one event: the newer one of a record. */
async function eventsOf({ watched, look, known, fresh, isFirst, floor }: Reading): Promise<FoundEvent[]> {
  if (isFirst && look.firstRun === 'latest') return [];
  const inOrder = fresh
    .filter(({ time }) => !isFirst || look.firstRun === 'all' || (time !== undefined && time >= floor))
    .map((one, index) => ({ ...one, index }))
    .sort(
      (a, b) => (a.time !== undefined && b.time !== undefined ? a.time - b.time : 0) || b.index - a.index,
    );
  const texts = new Map<string, Set<string>>();
  const events: FoundEvent[] = [];
  for (const { record, text } of inOrder) {
    const before = texts.get(record.id) ?? new Set();
    if (before.has(text)) continue;
    texts.set(record.id, before.add(text));
    const memory = known.get(record.id);
    // The same time with another content is another event; so is a content that comes again, without a time.
    const generation = watched.change !== 'updated' ? 0 : memory === undefined ? 0 : memory[2] + 1;
    const version = record.updatedTime ?? look.digest(contentOf(watched, record));
    events.push(await eventFor(watched, record, version, generation));
  }
  return events;
}

/** Forgets what is too old, or too much. */
function forget(known: Map<string, Memory>, before: number): { gone: boolean; oldest: number } {
  let gone = false;
  for (const [id, [time]] of known) {
    if (time !== null && time < before) gone = known.delete(id);
  }
  if (known.size <= rememberedAtMost) return { gone, oldest: -Infinity };
  const byTime = [...known].sort(([, [a]], [, [b]]) => (b ?? Infinity) - (a ?? Infinity));
  let oldest = -Infinity;
  for (const [id, [time]] of byTime.slice(rememberedAtMost)) {
    known.delete(id);
    oldest = Math.max(oldest, time ?? -Infinity);
  }
  return { gone: true, oldest };
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
