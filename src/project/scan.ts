import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic, fileSpan } from '../core/diagnostic.js';
import type { Kind } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';
import { documentNames, type DocumentPlace } from './openapi.js';
import { reason } from './source.js';
import { isTape, isTest, testedName, testsFolder, type TestPlace } from './test-place.js';

/** Where an element may be: found by the shape of the tree, not read yet. */
export interface Candidate {
  readonly kind: Kind;
  /** Name of the file or folder: the key, unless the file says otherwise. */
  readonly name: string;
  /** Absolute; undefined for a folder that holds no spec.yaml. */
  readonly spec: string | undefined;
  /** The element's own folder, where it has one. */
  readonly folder: string | undefined;
  readonly integration?: string;
  readonly connection?: string;
  readonly connector?: string;
  readonly package: string;
}

/** What the folders of a layer say about their elements. */
type Layer = Pick<Candidate, 'integration' | 'connection' | 'connector' | 'package'>;

export interface Scan {
  readonly candidates: readonly Candidate[];
  /** OpenAPI documents in folders whose owner has elements that come from them. */
  readonly documents: readonly DocumentPlace[];
  /** What says whose a connection layer is, where there is such a file. */
  readonly connections: readonly { readonly key: string; readonly file: string }[];
  readonly tests: readonly TestPlace[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Every place under `root` where an element can be. The depth is bounded, so links cannot run in circles. */
export function scanPackage(root: string, packageKey: string, kinds: readonly Kind[]): Scan {
  const scanner = new Scanner(kinds);
  scanner.layer(root, { package: packageKey }, true);
  return scanner;
}

class Scanner implements Scan {
  readonly candidates: Candidate[] = [];
  readonly connections: { key: string; file: string }[] = [];
  readonly documents: DocumentPlace[] = [];
  readonly tests: TestPlace[] = [];
  readonly diagnostics: Diagnostic[] = [];
  private readonly kinds: readonly Kind[];
  private readonly outer: ReadonlyMap<string, Kind>;
  private readonly inner = new Map<string, ReadonlyMap<string, Kind>>();

  constructor(kinds: readonly Kind[]) {
    this.kinds = kinds;
    this.outer = byFolder(kinds.filter((kind) => kind.owner === undefined));
  }

  /** The kind folders of one layer. */
  layer(folder: string, layer: Layer, isRoot: boolean): void {
    for (const entry of this.entries(folder)) {
      const path = join(folder, entry.name);
      const kind = this.outer.get(entry.name);
      if (kind?.holdsLayer === true && !isRoot && isFolder(entry, path)) this.layerInLayer(path, entry.name);
      else if (kind !== undefined && isFolder(entry, path)) this.kindFolder(path, kind, layer);
      else if (entry.name === 'connections' && isRoot && isFolder(entry, path))
        this.connectionLayers(path, layer);
      else if (entry.name === testsFolder && isFolder(entry, path)) this.testsIn(path, layer);
      else if (kind === undefined && entry.name !== 'connections' && isFolder(entry, path)) {
        this.unknownFolder(path, entry.name);
      }
    }
  }

  private kindFolder(folder: string, kind: Kind, layer: Layer): void {
    for (const entry of this.entries(folder)) {
      const path = join(folder, entry.name);
      if (isFolder(entry, path)) this.elementFolder(path, entry.name, kind, layer);
      else if (isTest(entry.name)) {
        this.tests.push({ file: path, kind: kind.name, name: testedName(entry.name), ...layer });
      } else if (isYaml(entry.name) && !isTape(entry.name)) {
        const name = entry.name.replace(/\.ya?ml$/, '');
        this.candidates.push({ kind, name, spec: path, folder: undefined, ...layer });
      } else if (/\.(ya?ml|json)$/i.test(entry.name) && !isYaml(entry.name)) {
        const help = `elements stand in files that end in ".yaml": rename or move it`;
        const message = `"${entry.name}" is not loaded`;
        this.diagnostics.push(diagnostic('file/unknown', message, fileSpan(path), { help }));
      }
    }
  }

  private elementFolder(folder: string, name: string, kind: Kind, layer: Layer): void {
    const entries = this.entries(folder);
    const spec = entries.find((entry) => entry.name === 'spec.yaml' || entry.name === 'spec.yml');
    const holdsLayer = kind.holdsLayer === true || this.innerKinds(kind.name).size > 0;
    if (spec === undefined && !holdsLayer) {
      const help = `write ${name}/spec.yaml, or a file ${name}.yaml beside the folder`;
      this.diagnostics.push(
        diagnostic('file/unknown', `the folder "${name}" holds no spec.yaml`, fileSpan(folder), { help }),
      );
      return;
    }
    if (spec === undefined && kind.holdsLayer !== true) {
      const help = `write ${name}/spec.yaml: without it there is no ${kind.name} "${name}"`;
      const details = { help, severity: 'error' as const };
      this.diagnostics.push(
        diagnostic('file/unknown', `the folder "${name}" holds no spec.yaml`, fileSpan(folder), details),
      );
    }
    if (spec !== undefined || kind.holdsLayer !== true) {
      const file = spec === undefined ? undefined : join(folder, spec.name);
      this.candidates.push({ kind, name, spec: file, folder, ...layer });
    }
    for (const test of entries.filter((entry) => isTest(entry.name))) {
      this.tests.push({ file: join(folder, test.name), kind: kind.name, name, ...layer });
    }
    if (kind.holdsLayer === true) this.layer(folder, { ...layer, integration: name }, false);
    this.openApi(folder, name, entries, [...this.innerKinds(kind.name).values()], layer);
    for (const entry of entries) {
      const inner = this.innerKinds(kind.name).get(entry.name);
      const path = join(folder, entry.name);
      if (inner !== undefined && isFolder(entry, path))
        this.kindFolder(path, inner, { ...layer, connector: name });
    }
  }

  private openApi(
    folder: string,
    connector: string,
    entries: readonly Dirent[],
    inner: readonly Kind[],
    layer: Layer,
  ): void {
    const kind = inner.find((one) => one.fromOpenApi === true);
    if (kind === undefined) return;
    const present = documentNames.filter((name) => entries.some((entry) => entry.name === name));
    const [first, ...others] = present.map((name) => join(folder, name));
    if (first !== undefined) this.documents.push({ kind, file: first, connector, package: layer.package });
    for (const other of others) {
      const help = `"${present[0]}" is used; remove one of the two`;
      const message = 'the connector has another OpenAPI document';
      this.diagnostics.push(diagnostic('file/unknown', message, fileSpan(other), { help }));
    }
  }

  /** Tests that say themselves what they test, in folders as anybody likes them. */
  private testsIn(folder: string, layer: Layer, depth = 0): void {
    for (const entry of this.entries(folder)) {
      const path = join(folder, entry.name);
      if (isTest(entry.name)) this.tests.push({ file: path, ...layer });
      else if (depth < 8 && isFolder(entry, path)) this.testsIn(path, layer, depth + 1);
    }
  }

  private connectionLayers(folder: string, layer: Layer): void {
    for (const entry of this.entries(folder)) {
      const path = join(folder, entry.name);
      if (!isFolder(entry, path)) continue;
      this.layer(path, { ...layer, connection: entry.name }, false);
      const own = this.entries(path).find(({ name }) => /^connection\.ya?ml$/.test(name));
      if (own !== undefined) this.connections.push({ key: entry.name, file: join(path, own.name) });
    }
  }

  private innerKinds(owner: string): ReadonlyMap<string, Kind> {
    let kinds = this.inner.get(owner);
    if (kinds === undefined) {
      kinds = byFolder(this.kinds.filter((kind) => kind.owner === owner));
      this.inner.set(owner, kinds);
    }
    return kinds;
  }

  /** Layers do not nest; following them, links among their folders would lead on without end. */
  private layerInLayer(path: string, name: string): void {
    const help = 'move it to the root of the project or package; nothing in this folder is loaded';
    const message = `the folder "${name}" stands inside a layer`;
    this.diagnostics.push(diagnostic('file/unknown', message, fileSpan(path), { help }));
  }

  private unknownFolder(path: string, name: string): void {
    const near = didYouMean(name, this.outer.keys());
    if (near === undefined) return;
    const help = `${near} nothing in this folder is loaded`;
    this.diagnostics.push(
      diagnostic('file/unknown', `no kind has a folder "${name}"`, fileSpan(path), { help }),
    );
  }

  private entries(folder: string): Dirent[] {
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      return entries
        .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      const message = `the folder cannot be read: ${reason(error)}`;
      this.diagnostics.push(diagnostic('file/unreadable', message, fileSpan(folder)));
      return [];
    }
  }
}

/** Kinds by the names of their folder: the right one and the older ones. */
function byFolder(kinds: readonly Kind[]): ReadonlyMap<string, Kind> {
  const names = new Map<string, Kind>();
  for (const kind of kinds) {
    for (const folder of [kind.folder, ...(kind.aliases ?? [])]) names.set(folder, kind);
  }
  return names;
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

function isFolder(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // a link that goes nowhere or in a circle is no folder; as a file it is reported on reading
  }
}
