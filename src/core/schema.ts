import type { JsonObject, JsonPath } from './json.js';

/** A JSON Schema 2020-12 with our keywords (referenceRecords, isSensitive, …). See docs/schemas.md. */
export type JsonSchema = JsonObject | boolean;

/** One way in which a value misfits a schema, or a schema is none. */
export interface SchemaProblem {
  /** The value at fault: the unknown key's own path, the wrong value's, or the object that lacks a field. */
  readonly path: JsonPath;
  /** What to point at: the key (an unknown field) or the value. */
  readonly target: 'key' | 'value';
  readonly code:
    'schema/unknown-field' | 'schema/missing-field' | 'schema/type' | 'schema/value' | 'schema/invalid';
  readonly message: string;
  readonly help?: string;
}

export interface Checked {
  /** The value with the defaults of the schema filled in; the given value is never changed. */
  readonly value: unknown;
  readonly problems: readonly SchemaProblem[];
}

/** Checks one value. Cheap to call often. */
export type Validate = (value: unknown) => Checked;
