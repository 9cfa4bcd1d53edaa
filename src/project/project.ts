import { defaultTenant } from '../core/connection.js';
import type { Diagnostic, Span } from '../core/diagnostic.js';
import { fileSpan } from '../core/diagnostic.js';
import type { JsonPath } from '../core/json.js';
import type { Element, ProjectConfig, ResolvedElement, Scope } from '../core/project.js';
import type { Ref } from '../core/ref.js';
import type { CodePosition } from '../core/sandbox.js';
import { checkElement, checkLowest } from './check-element.js';
import { checkWithReferences } from './check-references.js';
import type { OpenedProject, ProjectParts } from './parts.js';
import { merge, ownerOf } from './resolved.js';

/** A project on disk, opened; elements are read as they are asked for. */
export class LoadedProject implements OpenedProject {
  readonly root: string;
  readonly config: ProjectConfig;
  readonly parts: ProjectParts;
  /** An element that is asked for again is the same object, so that what was made of it can be kept. */
  private readonly resolved = new Map<string, ResolvedElement | undefined>();
  private readonly withCustomised = new WeakMap<Element, ResolvedElement>();

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
    const instance = this.instanceOf(kind, key, scope);
    const { integration, connection, tenant, connector, customised } = scope;
    const name = JSON.stringify([kind, key, integration, connection, tenant, connector, instance]);
    if (!this.resolved.has(name))
      this.resolved.set(name, this.mergeLayers(kind, key, { ...scope, instance }));
    const element = this.resolved.get(name);
    const own = customised?.find(
      ({ ref }) => ref.kind === kind && ref.key === key && ref.instance === instance,
    );
    return element === undefined || own === undefined ? element : this.customise(element, own);
  }

  /** The instance that is asked for where the connection has it of this element, in a file or set by command. */
  private instanceOf(kind: string, key: string, scope: Scope): string | undefined {
    const { connection, instance, customised = [] } = scope;
    if (instance === undefined || connection === undefined) return undefined;
    const isSet = customised.some(
      ({ ref }) => ref.kind === kind && ref.key === key && ref.instance === instance,
    );
    return isSet || this.find({ kind, key, connection, instance }) !== undefined ? instance : undefined;
  }

  private customise(element: ResolvedElement, own: Element): ResolvedElement {
    const known = this.withCustomised.get(own) ?? (merge([...element.layers, own]) as ResolvedElement);
    this.withCustomised.set(own, known);
    return known;
  }

  private mergeLayers(kind: string, key: string, scope: Scope): ResolvedElement | undefined {
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
    const { element: owner, path: found } = ownerOf(inFiles(element), path);
    const files = owner.files.filter((part) => part.at.every((key, index) => found[index] === key));
    const nearest = files.reduce<(typeof files)[number] | undefined>(
      (best, part) => (best === undefined || part.at.length > best.at.length ? part : best),
      undefined,
    );
    if (nearest === undefined || nearest.at.at(-1) === 'code') return fileSpan(nearest?.file ?? this.root);
    // the same target only where nothing had to be left out on the way
    const shown = found.length === path.length ? target : 'value';
    const inside = nearest.inside ?? [];
    return this.parts.files.locate(nearest.file, [...inside, ...found.slice(nearest.at.length)], shown);
  }

  locateCode(element: Element | ResolvedElement, path: JsonPath, place: CodePosition): Span {
    const { element: owner, path: found } = ownerOf(inFiles(element), path);
    const own = owner.files.find(
      ({ at }) => at.length === found.length && at.every((key, i) => found[i] === key),
    );
    if (own !== undefined && found.at(-1) === 'code') return this.parts.files.locateInText(own.file, place);
    const { file } = this.locate(element, path);
    const part = owner.files.find((one) => one.file === file);
    return this.parts.files.locateInYaml(file, found.slice(part?.at.length ?? 0), place);
  }

  unreadable(kind: string, key: string): readonly Diagnostic[] {
    return this.parts.index.unreadable(kind, key);
  }

  problems(element: ResolvedElement): Promise<readonly Diagnostic[]> {
    return checkWithReferences(this, element);
  }

  lowestProblems(element: ResolvedElement): Promise<readonly Diagnostic[]> {
    return checkLowest(this, element);
  }

  /** What is wrong with one element of one layer, its files included. */
  async check(element: Element): Promise<readonly Diagnostic[]> {
    return [...this.parts.index.diagnostics(element), ...(await checkElement(this, element))];
  }

  private isTenants(connection: string, tenant: string | undefined): boolean {
    return this.parts.tenantOf(connection) === (tenant ?? defaultTenant);
  }
}

/** Without the layers that were set by command: there is no place in a file to point at. */
function inFiles(element: Element | ResolvedElement): Element | ResolvedElement {
  if (!('layers' in element)) return element;
  const layers = element.layers.filter(({ files }) => files.length > 0);
  return layers.length === 0 ? element : { ...element, layers };
}
