import type { JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import { idType, objectType, textType, type Type } from './parts.js';

const time: JsonSchema = { type: 'string', format: 'date-time' };

/** The types of the fields of a record, of which each may be unknown. */
export interface RecordFields {
  readonly fields: Type;
  readonly unified?: Type;
}

/** A data record as it is read. */
export function recordType({ fields, unified }: RecordFields): JsonObject {
  return objectType(
    { id: textType, ...facts, fields, rawFields: undefined, unifiedFields: unified },
    {
      required: ['id'],
    },
  );
}

/** What is known of a record that was written. */
export const idRecord: JsonSchema = objectType({ id: textType }, { required: ['id'], others: true });

/**
 * A data record as a function of a connector gives it: its id may still be a number, its times too, and without
 * `fields` all of it is taken for its fields.
 */
export function givenRecordType(fields: Type): JsonObject {
  return objectType({ id: idType, fields }, { others: true });
}

const facts = {
  name: textType,
  uri: textType,
  createdTime: time,
  updatedTime: time,
  deletedTime: time,
  createdById: textType,
  updatedById: textType,
};
