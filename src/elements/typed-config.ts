import type { JsonObject } from '../core/json.js';
import { whenType } from './schema-parts.js';

export interface TypeWithConfig {
  readonly name: string;
  readonly summary: string;
  readonly config: JsonObject;
}

/** For each type: its schema for `config`, which must be given where that schema needs fields. */
export function configRules(types: readonly TypeWithConfig[]): JsonObject[] {
  return types.map(({ name, summary, config }) =>
    whenType(name, {
      description: summary,
      properties: { config },
      ...(config['required'] === undefined ? {} : { required: ['config'] }),
    }),
  );
}
