import type { JsonObject } from '../../core/json.js';
import type { Change, FoundEvent } from '../../core/subscription.js';
import type { Collection } from '../records/collection.js';
import type { Import } from '../records/import.js';
import type { DataRecord } from '../records/record.js';
import { instant } from '../../formulas/instant.js';

/** The records of one subscription. */
export interface Watched {
  readonly collection: Collection;
  readonly change: Change;
  /** Makes what the app gets of a record. */
  readonly map: Import;
  /** Fields whose changes do not count. */
  readonly ignored: readonly string[];
  /** Calls a function of the event; undefined where it has none of this name. */
  call(name: string, args: JsonObject): Promise<unknown> | undefined;
  /** How long after its time a record may turn up in the list, for looks that come one after the other. */
  readonly overlapMs: number;
}

export function isChange(value: unknown): value is Change {
  return value === 'created' || value === 'updated' || value === 'deleted';
}

/** What counts as the content of a record. */
export function contentOf({ ignored }: Watched, { fields }: DataRecord): unknown {
  if (ignored.length === 0) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !ignored.includes(name)));
}

/** The event that something happened to a record. */
export async function eventFor(
  { change, map }: Watched,
  record: DataRecord,
  version: string,
  generation: number,
): Promise<FoundEvent> {
  const mapped = await map(record);
  const payload = JSON.parse(JSON.stringify({ type: change, record: mapped })) as JsonObject;
  return { type: change, record: record.id, version, generation, payload };
}

/** The time of a record by which its list is sorted; undefined where it has none that can be understood. */
export function timeFor(
  change: Change,
  { createdTime, updatedTime, deletedTime }: DataRecord,
): number | undefined {
  const inOrder = {
    created: [createdTime, updatedTime],
    updated: [updatedTime, createdTime],
    deleted: [deletedTime, updatedTime],
  }[change];
  const written = inOrder.find((time) => time !== undefined);
  return written === undefined ? undefined : instant(written);
}
