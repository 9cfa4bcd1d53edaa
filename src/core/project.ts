import type { Diagnostic, Span } from './diagnostic.js';
import type { JsonObject, JsonPath } from './json.js';
import type { Ref } from './ref.js';
import type { CodePosition } from './sandbox.js';
import type { Rules } from './rules.js';

/** Which layer an element stands on. */
export type LayerName = 'universal' | 'integration' | 'connection';

/** One element of one layer, as its files say it. */
export interface Element {
  readonly ref: Ref;
  readonly layer: LayerName;
  /** The value of spec.yaml with the functions of sibling files in their places, without server fields. */
  readonly value: JsonObject;
  /**
   * The files that the value came from; `at` says where in `value` the content of the file stands. None for what was
   * set by command, which only the store holds. `inside` leads to the part of a document that the value was made of.
   */
  readonly files: readonly {
    readonly file: string;
    readonly at: JsonPath;
    readonly inside?: JsonPath;
  }[];
  /** Package key; the root package's is the empty string. */
  readonly package: string;
  /** From a file with `id` and `revision`: an export of a Membrane workspace, which knows more than we do. */
  readonly exported: boolean;
  readonly id?: string;
  readonly off: boolean;
}

/** An element for one connection: its layers merged, the lowest layer last. */
export interface ResolvedElement {
  readonly ref: Ref;
  readonly value: JsonObject;
  readonly layers: readonly Element[];
  readonly off: boolean;
}

/** Where an element is wanted: for which integration and connection (of which tenant). */
export interface Scope {
  readonly integration?: string | undefined;
  readonly connection?: string | undefined;
  readonly tenant?: string | undefined;
  readonly connector?: string | undefined;
  readonly instance?: string | undefined;
  /** What was set by command for the connection: layers below those of the files. */
  readonly customised?: readonly Element[] | undefined;
}

export interface AppConfig {
  readonly baseUri?: string;
  readonly headers?: JsonObject;
  readonly auth?: { readonly username: string; readonly password: string };
  /** Signs events that are sent there. */
  readonly secret?: string;
}

/** `membrane.yaml` with every default filled in. */
export interface ProjectConfig {
  readonly name: string;
  readonly version: string;
  readonly packages: readonly string[];
  readonly app: AppConfig;
  /** Connector parameters per integration key. Secrets among them belong into the secret store. */
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly store: { readonly synchronous: 'normal' | 'full' };
  readonly secrets: 'keychain' | 'file' | 'env';
  readonly notifications: readonly JsonObject[];
  readonly validate: { readonly rules: Rules };
  readonly limits: Limits;
  readonly watch: JsonObject;
  readonly retention: { readonly days: number; readonly runs: number };
}

/** Times in milliseconds, sizes in bytes. */
export interface Limits {
  readonly actionMs: number;
  readonly flowRunMs: number;
  readonly requestMs: number;
  readonly responseBytes: number;
  /** One file that is downloaded or stored. */
  readonly fileBytes: number;
  readonly outputBytes: number;
  readonly loggedBodyBytes: number;
  readonly formulaDepth: number;
  /** Time of computing. */
  readonly javascriptMs: number;
  readonly javascriptBytes: number;
  readonly listPages: number;
  readonly listMs: number;
  /** The body of one webhook. */
  readonly webhookBytes: number;
}

/** What the engine needs of a project. Read-only: a run writes to the store and nowhere else. */
export interface Project {
  /** Absolute path of the folder that holds membrane.yaml. */
  readonly root: string;
  readonly config: ProjectConfig;
  /** Every element of a kind on every layer; reads only the files of that kind. */
  list(kind: string): readonly Element[];
  /** The element of one layer exactly. */
  find(ref: Ref): Element | undefined;
  /** The element as it stands for a connection: layers merged. Undefined where no layer has it. */
  resolve(kind: string, key: string, scope?: Scope): ResolvedElement | undefined;
  /**
   * Where the value at `path` of an element was written: through the layers and sibling files. Where nothing
   * was written there, the nearest object around it.
   */
  locate(element: Element | ResolvedElement, path: JsonPath, target?: 'key' | 'value'): Span;
  /** Where a place of the code at `path` was written: in a file of its own, or in the YAML around it. */
  locateCode(element: Element | ResolvedElement, path: JsonPath, place: CodePosition): Span;
  /** What is wrong with the files that should hold an element of any layer, where it cannot be had from them. */
  unreadable(kind: string, key: string): readonly Diagnostic[];
  /** What is wrong with the files of an element and of what it references; errors elsewhere stay out. */
  problems(element: ResolvedElement): Promise<readonly Diagnostic[]>;
  /** What is wrong with the lowest layer of an element, and was not without it. */
  lowestProblems(element: ResolvedElement): Promise<readonly Diagnostic[]>;
}
