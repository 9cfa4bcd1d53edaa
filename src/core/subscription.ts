import type { Json, JsonObject, JsonPath } from './json.js';
import type { Hook } from './webhook.js';

/** What can happen to a record. */
export type Change = 'created' | 'updated' | 'deleted';

/** What an element waits for: that something happens somewhere, or that it is time. */
export interface Trigger {
  /** Unique in the element and kept while it is edited: the key of a node; empty for the element as a whole. */
  readonly key: string;
  /** Where it is written: what its `config` belongs to. */
  readonly at: JsonPath;
  readonly waits: Waits;
}

export type Waits =
  | { readonly for: 'records'; readonly change: Change }
  /** An event of the connector, which comes as a webhook. */
  | { readonly for: 'connector-event' }
  /** `event`: key of what happens in the user's own app. */
  | { readonly for: 'app-event'; readonly event: string }
  | ({ readonly for: 'schedule' } & Schedule);

/** Every so many minutes, or at the times of a cron expression in a time zone (UTC by default). */
export interface Schedule {
  readonly everyMinutes?: number | undefined;
  readonly cron?: string | undefined;
  readonly timezone?: string | undefined;
  /** What becomes of times that passed while nobody watched: one run for all, or one for each. Default: skip. */
  readonly missed?: 'skip' | 'catchUp' | undefined;
}

/** Which records count as events when a subscription looks for the first time. */
export type FirstRun = 'latest' | 'all' | { readonly since: number };

/** Something that happened, as a look finds it. */
export interface FoundEvent {
  readonly type: Change | 'schedule' | 'app-event' | 'connector-event';
  /** Id of the record, as a text; empty where it is of none. */
  readonly record: string;
  /** Tells states of the record apart: when it was updated, or else a digest of its fields. */
  readonly version: string;
  /** Tells events apart that have all else in common; the same when the same look is repeated. 0 counts as none. */
  readonly generation: number;
  readonly payload: JsonObject;
  /** The version that a full scan gives the same state of the record, where it differs. */
  readonly scanned?: string;
}

/** What a look came to. It is stored as a whole or not at all, and before anybody learns of the events. */
export interface LookProgress {
  readonly events: readonly FoundEvent[];
  readonly cursor: JsonObject;
  /** What is too large for the cursor, by name; null removes. */
  readonly parts?: ReadonlyMap<string, JsonObject | null>;
}

/** One look for what is new. */
export interface Look {
  /** What the last look saved; undefined at the first one. */
  readonly cursor: JsonObject | undefined;
  readonly firstRun: FirstRun;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Short, and the same for the same JSON in any order of its keys. */
  digest(value: unknown): string;
  /** What former looks saved beside the cursor. */
  parts(): Promise<ReadonlyMap<string, JsonObject>>;
  /** One of these. */
  part(name: string): Promise<JsonObject | undefined>;
  /** Rejects with `store/fence` where another process has taken over: then nothing was saved. */
  save(progress: LookProgress): Promise<void>;
}

/** What is to be said of a look. */
export interface LookEnd {
  /** Records that were read. */
  readonly records: number;
  readonly pages: number;
  /** Records that cannot be followed, because they have no id. */
  readonly withoutId: number;
  /** The next look should be soon: something has to be made sure of. */
  readonly again: boolean;
}

/** What a trigger on records looks at. */
export interface Pull {
  /** Name of the way in which it learns of changes. */
  readonly method: string;
  /** Names what the cursor is of: with another source it means nothing. */
  readonly source: Json;
  readonly everySeconds: number;
  /** Reads everything each time, and may wait for those that do not. */
  readonly heavy: boolean;
  /** Absent where nothing can be asked: the API tells by itself. */
  look?(look: Look): Promise<LookEnd>;
  /** How the API tells by itself. */
  readonly hook?: Hook;
}
