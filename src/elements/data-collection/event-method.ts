import type { JsonObject } from '../../core/json.js';

/** A way to learn of changed records of a collection. */
export interface EventMethod {
  readonly name: string;
  readonly summary: string;
  /** Its functions, each with the end of its file's name: `webhook-handle` in `events-created-webhook-handle.js`. */
  readonly functions: Readonly<Record<string, string>>;
  /** Schemas of its fields, functions included. */
  readonly fields: JsonObject;
}
