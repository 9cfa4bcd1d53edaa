import type { JsonObject } from './json.js';
import type { JsonSchema } from './schema.js';

/**
 * What is known of the schema of a data-schema element without asking the user's app; undefined where it says nothing.
 * One that only the app gives may be anything.
 */
export function writtenSchema(value: JsonObject | undefined): JsonSchema | undefined {
  const schema = value?.['schema'] as JsonSchema | undefined; // what else stands there is reported by its kind
  return schema ?? (value?.['request'] === undefined ? undefined : true);
}
