import type { JsonObject } from '../../core/json.js';
import type { Place, RunContext } from '../../core/kind.js';

/** What an action does. Each is a node of flows too. */
export interface ActionType {
  readonly name: string;
  /** One sentence for lists and docs. */
  readonly summary: string;
  /** It works in the external app, with somebody's connection. */
  readonly needsConnection?: boolean;
  /** The schema of `config`. */
  readonly config: JsonObject;
  /** What stands where in `config`, relative to it; must not throw. */
  places(config: unknown): readonly Place[];
  /** Gives the raw output. Absent: this version cannot run it. */
  run?(ctx: RunContext): Promise<unknown>;
}
