import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { FoundEvent, Look, LookEnd, Pull } from '../../core/subscription.js';
import { readerOf } from '../records/reader.js';
import { contentOf, eventFor, isChange, type Watched } from './watched.js';

/** The connector keeps a state of its own: each pull gives the events since, and the next state. */
export function lookAtCustom(watched: Watched): Required<Pull>['look'] {
  return (look) => pullAll(watched, look);
}

async function pullAll(watched: Watched, look: Look): Promise<LookEnd> {
  const { collection } = watched;
  let state = look.cursor?.['state'];
  let number = Number(look.cursor?.['pull'] ?? 0);
  /** Nobody says where "now" is, so that what there is already is read, and is no news. */
  const learns = look.cursor === undefined && look.firstRun === 'latest';
  if (look.cursor === undefined) {
    state = jsonOf(stateOf(await watched.call('subscribe', {})));
    if (state !== null || !learns) await look.save({ events: [], cursor: { state, pull: number } });
    if (state !== null && learns) return { records: 0, pages: 0, withoutId: 0, again: false };
  }
  const guard = collection.ctx.pageGuard();
  let [pages, records, withoutId] = [0, 0, 0];
  for (;;) {
    collection.ctx.signal.throwIfAborted();
    const before = JSON.stringify(state ?? null);
    guard.ask(before);
    const given = await watched.call('pull', { state: state ?? null });
    const found = await eventsOf(watched, look, given, number);
    pages += 1;
    records += found.records;
    withoutId += found.withoutId;
    const next = isObject(given) && given['state'] !== undefined ? jsonOf(given['state']) : (state ?? null);
    const isSame = JSON.stringify(next) === before;
    if (isSame && found.events.length === 0) break;
    number += 1;
    if (!learns) await look.save({ events: found.events, cursor: { state: next, pull: number } });
    state = next;
    if (isSame || found.records === 0) break;
  }
  if (learns) await look.save({ events: [], cursor: { state: state ?? null, pull: number } });
  return { records, pages, withoutId, again: false };
}

/** `subscribe` gives `{state}`, or the state itself. */
function stateOf(given: unknown): unknown {
  return isObject(given) && Object.hasOwn(given, 'state') ? given['state'] : given;
}

interface Found {
  readonly events: FoundEvent[];
  readonly records: number;
  readonly withoutId: number;
}

async function eventsOf(watched: Watched, look: Look, given: unknown, number: number): Promise<Found> {
  const listed = isObject(given) ? (given['events'] ?? given['records'] ?? []) : given;
  const items = Array.isArray(listed) ? listed : [];
  const reader = readerOf(watched.collection);
  const events: FoundEvent[] = [];
  let withoutId = 0;
  for (const [index, item] of items.entries()) {
    const { type, record: inner } = isObject(item) ? (item as JsonObject) : {};
    if (isChange(type) && type !== watched.change) continue;
    const record = await reader.read(inner ?? item, `event ${index + 1} of a pull`);
    if (record.id === '') {
      withoutId += 1;
      continue;
    }
    const { updatedTime } = record;
    const content = look.digest(contentOf(watched, record));
    // Several changes may have the same time.
    const version =
      updatedTime === undefined || watched.change !== 'updated'
        ? (updatedTime ?? content)
        : `${updatedTime} ${content}`;
    // Without a time the same state of a record may come again in another pull, and is another event then.
    const generation = updatedTime === undefined && watched.change === 'updated' ? number : 0;
    events.push(await eventFor(watched, record, version, generation));
  }
  reader.end();
  return { events: withoutRepeats(events), records: items.length, withoutId };
}

function withoutRepeats(events: readonly FoundEvent[]): FoundEvent[] {
  const seen = new Set<string>();
  return events.filter(({ record, version }) => {
    const name = JSON.stringify([record, version]);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

function jsonOf(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
