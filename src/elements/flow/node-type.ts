import type { JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';

/** What a node of a flow does. */
export interface NodeType {
  readonly name: string;
  /** One sentence for lists and docs. */
  readonly summary: string;
  /** Starts runs; no link leads into it. */
  readonly trigger?: boolean;
  /** Older names that still work. */
  readonly aliases?: readonly string[];
  /** The schema of `config`. */
  readonly config: JsonObject;
  /** What stands where in `config`, relative to it; must not throw. */
  places(config: unknown): readonly Place[];
}
