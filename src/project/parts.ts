import type { Diagnostic } from '../core/diagnostic.js';
import type { FunctionType } from '../core/function.js';
import type { Kind } from '../core/kind.js';
import type { Schemas } from '../core/ports.js';
import type { Element, Project, ProjectConfig } from '../core/project.js';
import type { Sandbox } from '../core/sandbox.js';
import type { ParseCache } from './cache.js';
import type { Files } from './files.js';
import type { OpenApiCache } from './openapi-cache.js';
import type { ElementIndex } from './index-elements.js';
import type { TestPlace } from './test-place.js';

export interface ProjectParts {
  readonly root: string;
  readonly config: ProjectConfig;
  readonly index: ElementIndex;
  readonly files: Files;
  readonly cache: ParseCache | undefined;
  readonly openApiCache: OpenApiCache | undefined;
  /** Of membrane.yaml. */
  readonly configDiagnostics: readonly Diagnostic[];
  /** Of the packages and the tree. */
  readonly diagnostics: readonly Diagnostic[];
  /** Files that hold tests of elements. */
  readonly tests: readonly TestPlace[];
  readonly kinds: readonly Kind[];
  readonly functionTypes: readonly FunctionType[];
  readonly schemas: Schemas;
  /** Says what is wrong with code; absent where nobody wants to know. */
  readonly checkCode: Sandbox['check'] | undefined;
  /** The tenant whose connection has this layer; undefined where its file is wrong. */
  readonly tenantOf: (connection: string) => string | undefined;
}

/** A project on disk as its own checks see it. */
export interface OpenedProject extends Project {
  readonly parts: ProjectParts;
  /** What is wrong with one element of one layer, its files included. */
  check(element: Element): Promise<readonly Diagnostic[]>;
}
