import type { Json, JsonObject } from '../../core/json.js';
import type { Finding, Place, RunContext } from '../../core/kind.js';
import type { Type } from '../types/parts.js';
import type { Needs } from '../config/needs.js';
import type { Target, TypeScope } from '../types/scope.js';

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
  /** Fields of `config` without which it cannot run. */
  readonly needs?: Needs;
  /** What is wrong with `config`; paths are relative to it. */
  check?(config: unknown): readonly Finding[];
  /** What values of `config` become; paths are relative to it. */
  targets?(config: JsonObject, scope: TypeScope): readonly Target[];
  /** The type of the raw output. Absent: nothing is known of it. */
  output?(config: JsonObject, scope: TypeScope): Type;
  /** The type of what a node of a flow gives, where that is something else. */
  nodeOutput?(config: JsonObject, scope: TypeScope): Type;
  /** Gives the raw output. `config` is as it is written, its layers merged. */
  run(ctx: RunContext, config: JsonObject): Promise<unknown>;
  /** It may be done again when it was cut off, whatever requests it makes: it reads, or takes away. */
  readonly repeatable?: boolean;
  /** What it likely gives where nothing is sent, in a dry run. */
  readonly likely?: Json;
  /** It gives `{records, cursor}`; a node of a flow follows all pages, and gives the list of records. */
  readonly paged?: boolean;
}
