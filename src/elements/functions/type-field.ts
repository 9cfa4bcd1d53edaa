import type { JsonObject } from '../../core/json.js';

/** The `type` of an inline function. */
export function typeField(name: string): JsonObject {
  return { const: name, description: 'How the function is written.' };
}
