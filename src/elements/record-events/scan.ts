import { MembraneError } from '../../core/error.js';
import type { FoundEvent, Look, LookEnd, Pull } from '../../core/subscription.js';
import { pagesWithRepeats } from '../records/all-records.js';
import { methodOf } from '../records/collection.js';
import { findRecord } from '../records/read.js';
import type { DataRecord } from '../records/record.js';
import { openSnapshot, type Met, type Snapshot } from './snapshot.js';
import { contentOf, eventFor, timeFor, type Watched } from './watched.js';

/** So many events are stored at once, so that a scan takes the same memory however much has changed. */
const eventsAtOnce = 5000;
/** So many records that are missing are asked for one by one in a scan; of others the next scan says more. */
const askedAtMost = 200;
/** In which form the snapshot is stored; one in another form is made anew. */
const storedAs = 2;

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
  /** Whether there is something to compare with. */
  readonly learned: boolean;
  /** Grows with everything that is saved: the same state of a record may come again. */
  number: number;
  events: FoundEvent[];
}

async function scan(watched: Watched, look: Look): Promise<LookEnd> {
  const { cursor } = look;
  const learned = cursor?.['learned'] === storedAs;
  const now: Scan = {
    watched,
    look,
    snapshot: await openSnapshot(
      async (name) => (learned ? look.part(name) : undefined),
      Number(cursor?.['records'] ?? 0),
    ),
    learned,
    number: Number(cursor?.['scan'] ?? 0) + 1,
    events: [],
  };
  let [pages, records, withoutId] = [0, 0, 0];
  for await (const page of pagesWithRepeats(watched.collection, {}, true)) {
    pages += 1;
    for (const record of page.records) {
      const met = record.id === '' ? 'nameless' : meet(now, record);
      // The list moved while it was read.
      if (met === 'repeated') continue;
      records += 1;
      if (met === 'nameless') withoutId += 1;
      else if (isWanted(now, record, met))
        now.events.push(await eventFor(watched, record, versionOf(now, record), now.number));
    }
    if (now.learned && now.events.length >= eventsAtOnce) await save(now);
  }
  const again = learned ? await compareMissing(now) : false;
  await save(now);
  return { records, pages, withoutId, again };
}

/** Compares a record with what is known of it. */
function meet({ watched, snapshot }: Scan, record: DataRecord): Met {
  return snapshot.meet(record.id, watched.change === 'updated' ? contentOf(watched, record) : null);
}

/** Whether what became of a record is an event. */
function isWanted({ watched, look, learned }: Scan, record: DataRecord, met: Met): boolean {
  if (met === 'same' || met === 'back') return false;
  if (!learned) return isWantedFirst(watched, look, record);
  return (
    met === (watched.change === 'created' ? 'new' : watched.change === 'updated' ? 'changed' : undefined)
  );
}

/** The first scan learns what is there; what of it counts as an event was said before. */
function isWantedFirst({ change }: Watched, { firstRun }: Look, record: DataRecord): boolean {
  if (change !== 'created' || firstRun === 'latest') return false;
  if (firstRun === 'all') return true;
  const time = timeFor(change, record);
  return time !== undefined && time >= firstRun.since;
}

function versionOf({ watched, look }: Scan, record: DataRecord): string {
  return record.updatedTime ?? look.digest(contentOf(watched, record));
}

/** Whether something is left that the next scan has to make sure of. */
async function compareMissing(scan: Scan): Promise<boolean> {
  const { snapshot, watched } = scan;
  if (snapshot.unmet === 0) return false;
  const canAsk = methodOf(watched.collection, 'findById') !== undefined;
  // An outage may look like a list without records: where nobody can be asked, it gets the time to pass.
  const soon = canAsk || snapshot.unmet * 2 <= snapshot.size || snapshot.size === 1;
  const answers = { gone: 0, there: 0, none: 0 };
  let again = false;
  for await (const { id, missing } of snapshot.unmetIds()) {
    const asked = answers.gone + answers.there + answers.none;
    const ask = canAsk && asked < askedAtMost;
    const answer = ask ? await isGone(scan, id) : undefined;
    if (ask) answers[answer === undefined ? 'none' : answer ? 'gone' : 'there'] += 1;
    // Those that were asked for speak for all others, once the API has answered.
    const believed = missing && !ask && (!canAsk || (answers.gone > 0 && answers.there === 0));
    if (answer === true || believed) {
      snapshot.forget(id);
      if (watched.change === 'deleted') scan.events.push(deletedEvent(scan, id));
    } else if (answer === undefined && answers.there === 0) {
      if (!missing) snapshot.miss(id);
      again = soon;
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
  const parts = await snapshot.changed();
  await look.save({ events, cursor: { learned: storedAs, scan: number, records: snapshot.size }, parts });
  scan.events = [];
  scan.number += 1;
}
