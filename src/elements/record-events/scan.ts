import { MembraneError } from '../../core/error.js';
import type { FoundEvent, Look, LookEnd, Pull } from '../../core/subscription.js';
import { allPages } from '../records/all-records.js';
import { methodOf } from '../records/collection.js';
import { findRecord } from '../records/read.js';
import type { DataRecord } from '../records/record.js';
import { openSnapshot, type Snapshot } from './snapshot.js';
import { contentOf, eventFor, timeFor, type Watched } from './watched.js';

/** So many events are stored at once, so that a scan takes the same memory however much has changed. */
const eventsAtOnce = 5000;
/** So many records that are missing are asked for one by one in a scan; of others the next scan says more. */
const askedAtMost = 200;
/** In front of the text of a record that was missing once. */
const missingOnce = '!';

/**
 * Reads the whole list and compares it with what was there. A record that is not in the list any more is only taken
 * for deleted when the API says so, or when the next scan does not find it either: lists move while they are read.
 */
export function lookAtAll(watched: Watched): Required<Pull>['look'] {
  return (look) => scan(watched, look);
}

interface Scan {
  readonly watched: Watched;
  readonly look: Look;
  readonly snapshot: Snapshot;
  readonly seen: Set<string>;
  /** Whether there is something to compare with. */
  readonly learned: boolean;
  /** Grows with everything that is saved: the same state of a record may come again. */
  number: number;
  events: FoundEvent[];
}

async function scan(watched: Watched, look: Look): Promise<LookEnd> {
  const { cursor } = look;
  const learned = cursor?.['learned'] === true;
  const now: Scan = {
    watched,
    look,
    snapshot: openSnapshot(learned ? await look.parts() : new Map()),
    seen: new Set(),
    learned,
    number: Number(cursor?.['scan'] ?? 0) + 1,
    events: [],
  };
  let [pages, records, withoutId] = [0, 0, 0];
  for await (const page of allPages(watched.collection)) {
    pages += 1;
    for (const record of page.records) {
      records += 1;
      if (record.id === '') withoutId += 1;
      else {
        const version = compare(now, record);
        if (version !== undefined) now.events.push(await eventFor(watched, record, version, now.number));
      }
    }
    if (now.learned && now.events.length >= eventsAtOnce) await save(now);
  }
  const again = learned ? await compareMissing(now) : false;
  await save(now);
  return { records, pages, withoutId, again };
}

/** Compares a record with what is known of it; its version where that makes an event. */
function compare(scan: Scan, record: DataRecord): string | undefined {
  const { watched, look, snapshot, seen, learned } = scan;
  const { change } = watched;
  seen.add(record.id);
  const before = snapshot.get(record.id);
  const text = change === 'updated' ? look.digest(contentOf(watched, record)) : '1';
  if (before === text) return undefined;
  snapshot.set(record.id, text);
  const isNew = before === undefined;
  const wanted = !learned
    ? isWantedFirst(watched, look, record)
    : change === 'created'
      ? isNew
      : change === 'updated' && !isNew && before !== `${missingOnce}${text}`;
  return wanted ? versionOf(scan, record, text) : undefined;
}

/** The first scan learns what is there; what of it counts as an event was said before. */
function isWantedFirst({ change }: Watched, { firstRun }: Look, record: DataRecord): boolean {
  if (change !== 'created' || firstRun === 'latest') return false;
  if (firstRun === 'all') return true;
  const time = timeFor(change, record);
  return time !== undefined && time >= firstRun.since;
}

function versionOf({ watched, look }: Scan, record: DataRecord, text: string): string {
  if (record.updatedTime !== undefined) return record.updatedTime;
  return text === '1' ? look.digest(contentOf(watched, record)) : text;
}

/** Whether something is left that the next scan has to make sure of. */
async function compareMissing(scan: Scan): Promise<boolean> {
  const { snapshot, seen, watched } = scan;
  if (seen.size >= snapshot.size) return false;
  const canAsk = methodOf(watched.collection, 'findById') !== undefined;
  let again = false;
  let asked = 0;
  for (const id of [...snapshot.ids()].filter((one) => !seen.has(one))) {
    const text = snapshot.get(id) ?? '';
    const second = text.startsWith(missingOnce);
    const ask = canAsk && asked < askedAtMost;
    if (ask) asked += 1;
    const gone = ask ? await isGone(scan, id) : second ? true : undefined;
    if (gone === true) {
      snapshot.delete(id);
      if (watched.change === 'deleted') scan.events.push(deletedEvent(scan, id));
    } else if (gone === undefined) {
      if (!second) snapshot.set(id, `${missingOnce}${text}`);
      again = true;
    }
  }
  return again;
}

/** Undefined where the API gives no answer that says so. */
async function isGone({ watched }: Scan, id: string): Promise<boolean | undefined> {
  try {
    const { deletedTime } = await findRecord(watched.collection, id);
    return deletedTime !== undefined;
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    return error.key === 'not_found' || error.code === 'record/not-found' ? true : undefined;
  }
}

function deletedEvent({ number }: Scan, record: string): FoundEvent {
  const payload = { type: 'deleted', record: { id: record, fields: {} } };
  return { type: 'deleted', record, version: 'deleted', generation: number, payload };
}

async function save(scan: Scan): Promise<void> {
  const { look, snapshot, events, number } = scan;
  const parts = snapshot.changed();
  await look.save({ events, cursor: { learned: true, scan: number, records: snapshot.size }, parts });
  scan.events = [];
  scan.number += 1;
}
