import type { Parts, Step, StepAddress, StepResult, StepState, StoredStep } from './durability.js';
import type { Json, JsonObject, JsonPath } from './json.js';
import type { RunContext } from './kind.js';
import type { JsonSchema } from './schema.js';

/** How the elements of a kind run: not at once, but as nodes with links between them, for many inputs. */
export interface Walk {
  /** The nodes that runs may start at. */
  starts(value: JsonObject): readonly WalkStart[];
  /** The nodes and links, in the order in which they are written. */
  graph(value: JsonObject): WalkGraph;
  /** Runs an element. Resolves when all is done that can be. */
  run(ctx: WalkContext, value: JsonObject): Promise<WalkEnd>;
  /** What a node run got: made of what the run was given, and of what the node runs on its way gave. */
  inputOf(value: JsonObject, id: string, facts: InputFacts): Promise<unknown>;
  /** What a node run gave that stores nothing, since it gives what it got; undefined for every other. */
  gaveItsInput(value: JsonObject, id: string, facts: InputFacts): Promise<unknown>;
  /** The nodes on the way to a node run, itself last. */
  nodesOf(id: string): readonly string[];
  /** Where a node stands in the element. */
  placeOf(node: string): JsonPath;
  /** Whether a node run is one of `node`, or depends on one. */
  isBehind(value: JsonObject, id: string, node: string): boolean;
  /** What a node would likely give, in a dry run that does not send what it would. */
  likely(value: JsonObject, node: string): LikelyOutput;
  /** A node that is run alone: what it takes. */
  startAlone(value: JsonObject, node: string): WalkStart;
  /** What is written at a node to try it with. */
  testInput(value: JsonObject, node: string): Json | undefined;
  /** Runs one node alone, with the inputs of the run as its own; `start` of the context is its key. */
  runAlone(ctx: WalkContext, value: JsonObject): Promise<WalkEnd>;
  /** The id of the run of a trigger for an input of the run. */
  startId(node: string, index: number): string;
  /** Number of the input of the run that led to a node run. */
  indexOf(id: string): number;
}

/** What a node would likely give. */
export interface LikelyOutput {
  /** As its element says. */
  readonly example?: Json;
  /** Where nothing better is known. */
  readonly otherwise?: Json;
}

/** What has to be known to tell what a node got. */
export interface InputFacts {
  readonly given: (index: number) => Promise<unknown>;
  readonly step: (id: string) => Promise<StepResult | undefined>;
}

export interface WalkStart {
  readonly key: string;
  /** A run may be asked for by anybody, with any input: not only when something happened elsewhere. */
  readonly onDemand: boolean;
  readonly inputSchema: JsonSchema | undefined;
}

export interface WalkGraph {
  readonly nodes: readonly WalkNode[];
}

export interface WalkNode {
  readonly key: string;
  readonly type: string;
  readonly name: string | undefined;
  readonly start: boolean;
  /** Of one that starts runs: when, in words. */
  readonly when?: string;
  readonly links: readonly {
    readonly to: string;
    readonly name: string | undefined;
    readonly filtered: boolean;
  }[];
  /** First of the nodes that run for each item. */
  readonly root: string | undefined;
}

/** How a run ended, as far as it could go. */
export interface WalkEnd {
  /** Some node run failed, and nothing in the element goes on after that. */
  readonly failed: boolean;
  /** Some node run was interrupted, so that what follows it waits. */
  readonly held: boolean;
}

/** All that a walk can touch of the world. */
export interface WalkContext {
  /** Key of the node that the run starts at. */
  readonly start: string;
  /** How many inputs the run has. */
  readonly inputs: number;
  input(index: number): Promise<unknown>;
  /** What the formulas of all nodes see, beside their input. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Runs a node for one input, or gives what that gave before. */
  node(run: NodeRun): Promise<Step>;
  /** A value that is made once, so that it is the same when the run goes on. */
  keep(address: StepAddress, make: () => Promise<Json>): Promise<Json>;
  /** See `Steps`. */
  parts(within: string, total: number, fresh: boolean): Parts;
  within(id: string): AsyncIterable<StoredStep>;
  /** The longest output in bytes of JSON. */
  readonly outputBytes: number;
}

/** One run of a node, for one input. */
export interface NodeRun extends StepAddress {
  /** Where the node stands in the element. */
  readonly at: JsonPath;
  readonly input: unknown;
  /** All that it does may be done again when it was cut off. */
  readonly repeatable: boolean;
  /** It hardly touches anything but formulas. */
  readonly light: boolean;
  /** Undefined where it cannot come to an end now. */
  readonly work: (ctx: NodeContext) => Promise<NodeOutcome | undefined>;
}

export interface NodeOutcome {
  readonly state: Exclude<StepState, 'interrupted'>;
  readonly output?: Json | undefined;
  readonly facts: JsonObject;
}

/** What a node can touch. Paths start at the node. */
export interface NodeContext extends RunContext {
  /** Runs another element, for the same connection, as part of this node run. */
  runElement(kind: string, key: string, input: unknown): Promise<unknown>;
  /** What the node gives in the place of being run; undefined where it is to be run. Throws where it is to fail. */
  answer(): { readonly output: unknown } | undefined;
  /** An output as it goes on and is kept: JSON, without secrets. Throws `flow/output-size` where it is too long. */
  kept(output: unknown): Json;
  /** What is to be known of an error; throws it on where it is none of the node, but ends the whole run. */
  failure(error: unknown): JsonObject;
}
