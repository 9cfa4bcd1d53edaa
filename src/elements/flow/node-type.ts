import type { Json, JsonObject } from '../../core/json.js';
import type { Finding, Place, RunContext } from '../../core/kind.js';
import type { NodeContext } from '../../core/walk.js';
import type { Needs } from '../config/needs.js';
import type { Type } from '../types/parts.js';
import type { Target, TypeScope } from '../types/scope.js';

/** What a node of a flow does. */
export interface NodeType {
  readonly name: string;
  /** One sentence for lists and docs. */
  readonly summary: string;
  /** Starts runs; no link leads into it. */
  readonly trigger?: boolean;
  /** Of a trigger: when it starts runs, in words; must not throw. */
  when?(config: JsonObject): string;
  /** Older names that still work. */
  readonly aliases?: readonly string[];
  /** The schema of `config`. */
  readonly config: JsonObject;
  /** What stands where in `config`, relative to it; must not throw. */
  places(config: unknown): readonly Place[];
  /** Fields of `config` without which it cannot run. */
  readonly needs?: Needs;
  /** What is wrong with `config`; paths are relative to it. */
  check?(config: unknown): readonly Finding[];
  /** What values of `config` become; paths are relative to it. */
  targets?(config: JsonObject, scope: NodeScope): readonly Target[];
  /** The type of what the node gives. Absent: nothing is known of it. */
  output?(config: JsonObject, scope: NodeScope): Type;
  /** The type of what the nodes of its own sub-graph find under its key. */
  inside?(config: JsonObject, scope: NodeScope): Type;
  /** It works in the external app, with somebody's connection. */
  readonly needsConnection?: boolean;
  /** Gives the output for one input. Its formulas are resolved before. */
  run?(ctx: RunContext, config: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Gives the output for one input, from `config` as it is written. */
  action?(ctx: NodeContext, config: JsonObject): Promise<unknown>;
  /** It may be done again when it was cut off, whatever requests it makes. */
  readonly repeatable?: boolean;
  /** What it likely gives where nothing is sent, and nobody says what would be. */
  readonly likely?: Json;
  /** It only computes, and leaves nothing behind in the world. */
  readonly pure?: boolean;
  /** `run` gives whether the input goes on; the output is the input. */
  readonly decides?: boolean;
}

/** Where the type of a node is asked for. */
export interface NodeScope extends TypeScope {
  /** The node's own `inputSchema`. */
  readonly inputSchema: Type;
  /** The types of what the nodes of its sub-graph give, by key. */
  readonly inner: ReadonlyMap<string, Type>;
}
