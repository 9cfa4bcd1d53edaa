import type { JsonPath } from './json.js';
import type { JsonSchema } from './schema.js';

/** What formulas can ask of the world. A formula that needs a port which is not there fails with `formula/port`. */
export interface FormulaEnv {
  /** Finds a record by the fields of `query`, and may create it. `path`: where the formula stands in its value. */
  readonly lookup?: (request: LookupRequest, path: JsonPath) => unknown;
  /** The record of the external app that is linked to a record of the user's app, by id. */
  readonly findExternalRecordId?: (link: RecordIdRequest) => unknown;
  /** The record of the user's app that is linked to a record of the external app, by id. */
  readonly findAppRecordId?: (link: RecordIdRequest) => unknown;
  /** The schema of a data collection or of a data-schema element. */
  readonly dataSchema?: (request: DataSchemaRequest) => unknown;
}

export interface LookupRequest {
  readonly query: Readonly<Record<string, unknown>>;
  readonly createIfNotFound: boolean;
  readonly create?: { readonly fields?: Readonly<Record<string, unknown>> };
}

export interface RecordIdRequest {
  readonly dataLinkTable: string;
  readonly recordId: string;
}

export interface DataSchemaRequest {
  readonly type: string;
  readonly key: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Ask for it again, although an answer is remembered that is still fresh. */
  readonly refresh?: boolean;
}

/** What one kind can answer formulas during a run. All ports of all kinds together serve its formulas. */
export interface FormulaPorts {
  /** `target`: the schema of the field that the result becomes, where that is known. Gives the id of a record. */
  readonly lookup?: (request: LookupRequest, target: JsonSchema | undefined) => Promise<unknown>;
  readonly findExternalRecordId?: (link: RecordIdRequest) => Promise<unknown>;
  readonly findAppRecordId?: (link: RecordIdRequest) => Promise<unknown>;
  /** Undefined for a type of schemas that this kind knows nothing of. */
  readonly dataSchema?: (request: DataSchemaRequest) => Promise<JsonSchema | undefined>;
}
