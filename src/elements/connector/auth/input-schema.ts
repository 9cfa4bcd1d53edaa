import { isObject, type JsonObject } from '../../../core/json.js';
import type { JsonSchema } from '../../../core/schema.js';

/** What the user is asked for: `inputSchema`, or `ui.schema`. */
export function inputSchema(auth: JsonObject): JsonSchema | undefined {
  const schema = auth['inputSchema'] ?? (isObject(auth['ui']) ? auth['ui']['schema'] : undefined);
  return schema === undefined ? undefined : (schema as JsonSchema);
}
