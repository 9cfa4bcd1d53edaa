import type { JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import type { Type } from '../types/parts.js';
import type { Target, TypeScope } from '../types/scope.js';

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
  /** What values of `config` become; paths are relative to it. */
  targets?(config: JsonObject, scope: NodeScope): readonly Target[];
  /** The type of what the node gives. Absent: nothing is known of it. */
  output?(config: JsonObject, scope: NodeScope): Type;
  /** The type of what the nodes of its own sub-graph find under its key. */
  inside?(config: JsonObject, scope: NodeScope): Type;
}

/** Where the type of a node is asked for. */
export interface NodeScope extends TypeScope {
  /** The node's own `inputSchema`. */
  readonly inputSchema: Type;
  /** The types of what the nodes of its sub-graph give, by key. */
  readonly inner: ReadonlyMap<string, Type>;
}
