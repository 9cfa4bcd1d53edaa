import type { Diagnostic, Span } from '../core/diagnostic.js';
import { defaultTenant } from '../core/connection.js';
import { fileSpan } from '../core/diagnostic.js';
import type { FunctionType } from '../core/function.js';
import { valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import type { Kind } from '../core/kind.js';
import type { Schemas } from '../core/ports.js';
import type { Element, Project, ProjectConfig, ResolvedElement, Scope } from '../core/project.js';
import type { Ref } from '../core/ref.js';
import type { ParseCache } from './cache.js';
import { checkElement } from './check-element.js';
import { checkWithReferences } from './check-references.js';
import type { Files } from './files.js';
import type { ElementIndex } from './index-elements.js';
import { mergeLayers } from './layers.js';

export interface ProjectParts {
  readonly root: string;
  readonly config: ProjectConfig;
  readonly index: ElementIndex;
  readonly files: Files;
  readonly cache: ParseCache | undefined;
  /** Of the configuration, the packages and the tree. */
  readonly diagnostics: readonly Diagnostic[];
  readonly kinds: readonly Kind[];
  readonly functionTypes: readonly FunctionType[];
  readonly schemas: Schemas;
  /** The tenant whose connection has this layer; undefined for the default one. */
  readonly tenantOf: (connection: string) => string | undefined;
}

/** A project on disk, opened; elements are read as they are asked for. */
export class LoadedProject implements Project {
  readonly root: string;
  readonly config: ProjectConfig;
  readonly parts: ProjectParts;

  constructor(parts: ProjectParts) {
    this.root = parts.root;
    this.config = parts.config;
    this.parts = parts;
  }

  list(kind: string): readonly Element[] {
    return this.parts.index.list(kind);
  }

  find(ref: Ref): Element | undefined {
    return this.parts.index.find(ref);
  }

  resolve(kind: string, key: string, scope: Scope = {}): ResolvedElement | undefined {
    const owner = scope.connector === undefined ? {} : { connector: scope.connector };
    const instance = scope.instance === undefined ? {} : { instance: scope.instance };
    const base: Ref = { kind, key, ...owner };
    const { integration, connection } = scope;
    const layers: (Element | undefined)[] = [this.find(base)];
    if (integration !== undefined) layers.push(this.find({ ...base, integration }));
    if (connection !== undefined && this.isTenants(connection, scope.tenant)) {
      layers.push(this.find({ ...base, connection, ...instance }));
    }
    return merge(layers.filter((layer) => layer !== undefined));
  }

  locate(element: Element | ResolvedElement, path: JsonPath, target: 'key' | 'value' = 'value'): Span {
    const { element: owner, path: found } = ownerOf(element, path);
    const files = owner.files.filter((part) => part.at.every((key, index) => found[index] === key));
    const nearest = files.reduce<(typeof files)[number] | undefined>(
      (best, part) => (best === undefined || part.at.length > best.at.length ? part : best),
      undefined,
    );
    if (nearest === undefined || nearest.at.at(-1) === 'code') return fileSpan(nearest?.file ?? this.root);
    // the same target only where nothing had to be left out on the way
    const shown = found.length === path.length ? target : 'value';
    return this.parts.files.locate(nearest.file, found.slice(nearest.at.length), shown);
  }

  problems(element: ResolvedElement): Promise<readonly Diagnostic[]> {
    return checkWithReferences(this, element);
  }

  /** What is wrong with one element of one layer, its files included. */
  async check(element: Element): Promise<readonly Diagnostic[]> {
    return [...this.parts.index.diagnostics(element), ...(await checkElement(this, element))];
  }

  private isTenants(connection: string, tenant: string | undefined): boolean {
    return (this.parts.tenantOf(connection) ?? defaultTenant) === (tenant ?? defaultTenant);
  }
}

/** One element out of its layers, upper ones first; undefined without any. */
export function merge(layers: readonly Element[]): ResolvedElement | undefined {
  const lowest = layers.at(-1);
  if (lowest === undefined) return undefined;
  const value = layers.reduce<JsonObject | undefined>(
    (upper, layer) => (upper === undefined ? layer.value : mergeLayers(upper, layer.value)),
    undefined,
  );
  return { ref: lowest.ref, value: value ?? {}, layers, off: lowest.off };
}

/** The layer that wrote the value at `path`, or at the longest part of it that somebody wrote. */
function ownerOf(element: Element | ResolvedElement, path: JsonPath): { element: Element; path: JsonPath } {
  const layers = 'layers' in element ? element.layers : [element];
  for (let length = path.length; length > 0; length -= 1) {
    const shorter = path.slice(0, length);
    for (const layer of [...layers].reverse()) {
      if (valueAt(layer.value, shorter) !== undefined) return { element: layer, path: shorter };
    }
  }
  return { element: layers.at(-1) as Element, path: [] };
}

/** Whether the lowest layer of an element wrote the value at `path`. */
export function isOwn(element: ResolvedElement, path: JsonPath): boolean {
  return ownerOf(element, path).element === element.layers.at(-1);
}
