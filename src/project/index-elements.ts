import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic, fileSpan } from '../core/diagnostic.js';
import type { FunctionType } from '../core/function.js';
import type { Kind } from '../core/kind.js';
import type { Element } from '../core/project.js';
import { formatRef, type Ref } from '../core/ref.js';
import type { Files } from './files.js';
import type { OpenApiOperations } from './openapi.js';
import { loadElement, type Loaded } from './load.js';
import type { Candidate } from './scan.js';
import { readSource } from './source.js';

/** The elements of a project by name. Files are read when somebody asks for what is in them. */
export class ElementIndex {
  private readonly byKind = new Map<string, Candidate[]>();
  private readonly named = new Map<string, Map<string, Candidate[]>>();
  private readonly loaded = new Map<Candidate, Loaded>();
  private readonly lists = new Map<string, readonly Element[]>();
  private readonly kinds: readonly Kind[];
  private readonly types: readonly FunctionType[];
  private readonly files: Files;
  private readonly documents: readonly OpenApiOperations[];
  private readonly ofDocuments = new Map<string, ReadonlyMap<string, Element>>();

  constructor(
    candidates: readonly Candidate[],
    kinds: readonly Kind[],
    types: readonly FunctionType[],
    files: Files,
    documents: readonly OpenApiOperations[] = [],
  ) {
    this.documents = documents;
    this.kinds = kinds;
    this.types = types;
    this.files = files;
    for (const candidate of candidates) {
      const list = this.byKind.get(candidate.kind.name) ?? [];
      list.push(candidate);
      this.byKind.set(candidate.kind.name, list);
    }
  }

  kind(name: string): Kind | undefined {
    return this.kinds.find((kind) => kind.name === name);
  }

  /** Reads the files of all elements: sooner than one after the other as they are asked for. */
  readAll(): Promise<void> {
    const specs = [...this.byKind.values()].flat().flatMap(({ spec }) => spec ?? []);
    return this.files.readAll(specs);
  }

  /** Every element of a kind, implied ones included, in order of their files. */
  list(kindName: string): readonly Element[] {
    let list = this.lists.get(kindName);
    if (list === undefined) {
      const own = (this.byKind.get(kindName) ?? []).flatMap(
        (candidate) => this.load(candidate).element ?? [],
      );
      own.push(...this.fromDocuments(kindName).values());
      list = [...own, ...this.implied(kindName, new Set(own.map((element) => element.ref.key)))];
      this.lists.set(kindName, list);
    }
    return list;
  }

  /** The element that a ref names exactly; of two with the same name the first. */
  find(ref: Ref): Element | undefined {
    for (const candidate of this.names(ref.kind).get(formatRef(ref)) ?? []) {
      const { element } = this.load(candidate);
      if (element !== undefined) return element;
    }
    const described = this.fromDocuments(ref.kind).get(formatRef(ref));
    if (described !== undefined) return described;
    const impliedBy = this.kind(ref.kind)?.impliedBy;
    if (impliedBy === undefined) return undefined;
    const source = this.find({ ...ref, kind: impliedBy });
    return source === undefined ? undefined : imply(source, ref.kind);
  }

  /** By the id that a server once gave it. */
  findById(kindName: string, id: string): Element | undefined {
    return this.list(kindName).find((element) => element.id === id);
  }

  /** What was wrong with the files of an element; another one of its name is wrong, too. */
  diagnostics(element: Element): readonly Diagnostic[] {
    const name = formatRef(element.ref);
    const twins = duplicates(name, this.names(element.ref.kind).get(name) ?? []);
    for (const [, loaded] of this.loaded)
      if (loaded.element === element) return [...loaded.diagnostics, ...twins];
    return [];
  }

  /** Why an element cannot be had although there are files for it: what is wrong with those, on any layer. */
  unreadable(kindName: string, key: string): readonly Diagnostic[] {
    const documents = this.documents.filter(({ place }) => place.kind.name === kindName);
    return [
      ...(this.byKind.get(kindName) ?? [])
        .filter((candidate) => candidate.name === key)
        .map((candidate) => this.load(candidate))
        .flatMap(({ element, diagnostics }) => (element === undefined ? diagnostics : [])),
      ...documents.flatMap((document) => document.unreadable()),
    ];
  }

  /** Everything that reading all elements brought up, names given twice included. */
  allDiagnostics(): Diagnostic[] {
    const found: Diagnostic[] = [];
    for (const [kindName, candidates] of this.byKind) {
      for (const candidate of candidates) found.push(...this.load(candidate).diagnostics);
      for (const [name, same] of this.names(kindName)) found.push(...duplicates(name, same));
    }
    return found;
  }

  /** What is wrong with the documents that elements come from. */
  async documentDiagnostics(): Promise<Diagnostic[]> {
    const found: Diagnostic[] = [];
    for (const document of this.documents) found.push(...(await document.check()));
    return found;
  }

  /** Elements that a document gives, by name; one with a file of its own goes before. */
  private fromDocuments(kindName: string): ReadonlyMap<string, Element> {
    let elements = this.ofDocuments.get(kindName);
    if (elements === undefined) {
      const given = this.documents.filter(({ place }) => place.kind.name === kindName);
      const declared = given.length === 0 ? new Map() : this.names(kindName);
      const all = given.flatMap((document) => document.list());
      const named = all.map((element) => [formatRef(element.ref), element] as const);
      elements = new Map(named.filter(([name]) => !declared.has(name)));
      this.ofDocuments.set(kindName, elements);
    }
    return elements;
  }

  private load(candidate: Candidate): Loaded {
    let loaded = this.loaded.get(candidate);
    if (loaded === undefined) {
      loaded = loadElement(candidate, this.files, this.types);
      this.loaded.set(candidate, loaded);
    }
    return loaded;
  }

  private names(kindName: string): Map<string, Candidate[]> {
    let names = this.named.get(kindName);
    if (names === undefined) {
      names = new Map();
      for (const candidate of this.byKind.get(kindName) ?? []) {
        const name = formatRef(this.identity(candidate));
        const same = names.get(name);
        if (same === undefined) names.set(name, [candidate]);
        else same.push(candidate);
      }
      this.named.set(kindName, names);
    }
    return names;
  }

  /** Who a candidate is: by its path where its text cannot say otherwise, else by what is in it. */
  private identity(candidate: Candidate): Ref {
    const loaded = this.loaded.get(candidate);
    if (loaded?.element !== undefined) return loaded.element.ref;
    const { kind, name, spec, integration, connection, connector } = candidate;
    const byPath: Ref = {
      kind: kind.name,
      key: name,
      ...(integration === undefined ? {} : { integration }),
      ...(connection === undefined ? {} : { connection }),
      ...(connector === undefined ? {} : { connector }),
    };
    if (spec === undefined || saysNothingElse(spec, name)) return byPath;
    return this.load(candidate).element?.ref ?? byPath;
  }

  private implied(kindName: string, given: ReadonlySet<string>): Element[] {
    const impliedBy = this.kind(kindName)?.impliedBy;
    if (impliedBy === undefined) return [];
    const sources = this.list(impliedBy).filter((element) => !given.has(element.ref.key));
    return sources.map((source) => imply(source, kindName));
  }
}

/** Whether a file plainly leaves the identity to its path; false where that would take reading it properly. */
function saysNothingElse(spec: string, name: string): boolean {
  const source = readSource(spec);
  if ('problem' in source) return false; // reading it properly reports why
  const head = source.text.slice(0, 65_536);
  const isIndented = /^[ \t]+[^\s#]/.test(head.replace(/^(\s*(#.*|---\s*)?\n)+/, ''));
  if (isIndented || /^\s*[{?"'&!<]|^(integrationKey|connectionKey|instanceKey)\s*:/m.test(head)) return false;
  const key = /^key\s*:[ \t]*(.*)$/m.exec(head)?.[1];
  return key === undefined || key.trim() === name;
}

function imply(source: Element, kind: string): Element {
  return { ...source, ref: { ...source.ref, kind }, value: {}, exported: false };
}

function duplicates(name: string, same: readonly Candidate[]): Diagnostic[] {
  const [first, ...others] = same;
  return others.map((other) => {
    const message = `${name.replace('/', ' "')}" is defined twice`;
    const related = [{ ...fileSpan(first?.spec ?? first?.folder ?? ''), message: 'first defined here' }];
    const help = 'rename or remove one of the two';
    return diagnostic('element/duplicate', message, fileSpan(other.spec ?? other.folder ?? ''), {
      help,
      related,
    });
  });
}
