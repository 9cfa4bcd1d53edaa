import type { JsonSchema } from './schema.js';

/**
 * What is known about a value before there is one: a JSON Schema that it fits when it is there (`true`: nothing is
 * known, `false`: it is never there), and whether it may be missing.
 */
export interface Type {
  readonly schema: JsonSchema;
  readonly optional: boolean;
}

/** Nothing is known, which is never wrong. */
export const unknown: Type = { schema: true, optional: true };

/** Never there. */
export const missing: Type = { schema: false, optional: true };

/** There, whenever what it is made of is there. */
export function perhaps(schema: JsonSchema): Type {
  return { schema, optional: true };
}

/** Always there. */
export function surely(schema: JsonSchema): Type {
  return { schema, optional: false };
}
