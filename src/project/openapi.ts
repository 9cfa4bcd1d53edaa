import { dirname, extname, join, relative } from 'node:path';
import { diagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Json, JsonObject } from '../core/json.js';
import type { Kind } from '../core/kind.js';
import type { Element } from '../core/project.js';
import type { OpenApiCache, Remembered } from './openapi-cache.js';
import { checkDocument } from './openapi-check.js';
import {
  listOperations,
  openDocument,
  type OpenApiDocument,
  type OperationEntry,
} from './openapi-document.js';
import { readOperation, type OperationParts } from './openapi-operation.js';
import type { DocumentProblem } from './openapi-references.js';
import { hashOf, type Files } from './files.js';
import { readSource } from './source.js';
import { parseYaml } from './yaml.js';

/** Names of a document in the folder of a connector; of several the first is used. */
export const documentNames = ['openapi.yaml', 'openapi.yml', 'openapi.json'] as const;

/** That of MS Graph has 20 MB in JSON. */
export const maxDocumentBytes = 64 * 1024 * 1024;
/** Findings of one document; what is odd in it is often odd a hundred times. */
const maxFindings = 20;

/** An OpenAPI document in the folder of a connector, and the kind of the elements that it gives. */
export interface DocumentPlace {
  readonly kind: Kind;
  readonly file: string;
  readonly connector: string;
  readonly package: string;
}

interface Read {
  readonly document?: OpenApiDocument;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The operations of one document, as elements. It is read when they are asked for, and remembered by its content: what
 * their list takes, and what was wrong. Their schemas are made when somebody looks at them.
 */
export class OpenApiOperations {
  readonly place: DocumentPlace;
  private readonly files: Files;
  private readonly cache: OpenApiCache | undefined;
  private readonly others = new Map<string, { value: Json | undefined; hash: string }>();
  private hash = '';
  private text: string | undefined;
  private read: Read | undefined;
  private listed: readonly Element[] | undefined;
  private found: readonly Diagnostic[] | undefined;
  /** What is remembered of it, files absolute; once it was asked for. */
  private known: Remembered | undefined;
  private asked = false;

  constructor(place: DocumentPlace, files: Files, cache: OpenApiCache | undefined) {
    this.place = place;
    this.files = files;
    this.cache = cache;
  }

  /** An element for each operation, in the order of the document; none where it cannot be read. */
  list(): readonly Element[] {
    this.listed ??= this.entries().map((entry) => this.element(entry));
    return this.listed;
  }

  /** Why it gives no operations at all. */
  unreadable(): readonly Diagnostic[] {
    this.list();
    return this.read?.document === undefined ? (this.read?.diagnostics ?? []) : [];
  }

  /** What is wrong with the document as a whole, and with its operations. */
  async check(): Promise<readonly Diagnostic[]> {
    this.found ??= await this.lookForProblems();
    return this.found;
  }

  private entries(): readonly OperationEntry[] {
    const known = this.recall();
    if (known !== undefined) return known.operations;
    const { document } = this.open();
    if (document === undefined) return [];
    const { operations } = listOperations(document);
    this.remember(operations);
    return operations;
  }

  private async lookForProblems(): Promise<readonly Diagnostic[]> {
    const known = this.recall();
    if (known?.problems !== undefined) return known.problems.map((problem) => this.diagnose(problem));
    const { document, diagnostics } = this.open();
    if (document === undefined) return diagnostics;
    const { operations, problems } = listOperations(document);
    const found = [...(await checkDocument(document)), ...problems];
    for (const entry of operations) found.push(...readOperation(document, entry).problems);
    found.push(...document.references.problems.values());
    const shown = found.slice(0, maxFindings);
    this.remember(operations, shown);
    return shown.map((problem) => this.diagnose(problem));
  }

  /** What the cache has of it, where the files that it refers to are the same, too. */
  private recall(): Remembered | undefined {
    if (this.asked) return this.known;
    this.asked = true;
    const known = this.source() === undefined ? undefined : this.cache?.get(this.hash);
    const isSame = known?.others.every(([name, hash]) => this.other(this.absolute(name)).hash === hash);
    if (known === undefined || isSame !== true) return undefined;
    const problems = known.problems?.map((problem) => ({ ...problem, file: this.absolute(problem.file) }));
    const operations = known.operations.map((entry) => withFile(entry, (file) => this.absolute(file)));
    this.known = { ...known, operations, ...(problems === undefined ? {} : { problems }) };
    return this.known;
  }

  private remember(operations: readonly OperationEntry[], problems?: readonly DocumentProblem[]): void {
    const relatively = (file: string) => this.relative(file);
    const others = [...this.others].map(([file, { hash }]) => [this.relative(file), hash] as const);
    this.cache?.set(this.hash, {
      others,
      operations: operations.map((entry) => withFile(entry, relatively)),
      ...(problems === undefined
        ? {}
        : { problems: problems.map((problem) => ({ ...problem, file: this.relative(problem.file) })) }),
    });
    this.known = { others, operations, ...(problems === undefined ? {} : { problems }) };
  }

  private source(): string | undefined {
    if (this.text !== undefined || this.read !== undefined) return this.text;
    const { file } = this.place;
    const source = readSource(file, maxDocumentBytes);
    if ('problem' in source) {
      this.read = { diagnostics: [source.problem] };
      return undefined;
    }
    this.text = source.text;
    this.hash = hashOf(source.text);
    this.files.addDocument(file, { text: source.text, hash: this.hash, maxBytes: maxDocumentBytes });
    return this.text;
  }

  private open(): Read {
    const text = this.source();
    if (text === undefined || this.read !== undefined) return this.read ?? { diagnostics: [] };
    const { file } = this.place;
    const { value, diagnostics } = parse(text, file, this.hash, this.cache);
    this.text = undefined; // it may be large, and is not needed any more
    if (value === undefined) return (this.read = { diagnostics });
    const opened = openDocument(file, value, (other) => this.other(other).value);
    this.read =
      'code' in opened ? { diagnostics: [this.diagnose(opened)] } : { document: opened, diagnostics: [] };
    return this.read;
  }

  private other(file: string): { value: Json | undefined; hash: string } {
    let known = this.others.get(file);
    if (known === undefined) {
      const source = readSource(file, maxDocumentBytes);
      const text = 'problem' in source ? undefined : source.text;
      const hash = text === undefined ? '' : hashOf(text);
      if (text !== undefined) this.files.addDocument(file, { text, hash, maxBytes: maxDocumentBytes });
      known = { value: text === undefined ? undefined : parse(text, file, hash, this.cache).value, hash };
      this.others.set(file, known);
    }
    return known;
  }

  private element(entry: OperationEntry): Element {
    const { kind, connector, package: owner } = this.place;
    return {
      ref: { kind: kind.name, key: entry.key, connector },
      layer: 'universal',
      value: this.value(entry),
      files: [{ file: entry.at.file, at: [], inside: entry.at.path }],
      package: owner,
      exported: false,
      off: false,
    };
  }

  /** Its schemas, which take most of the work, are made by who asks for them. */
  private value({ name, description, tags, method, ...rest }: OperationEntry): JsonObject {
    let made: OperationParts | undefined;
    const parts = (): OperationParts => {
      const { document } = this.open();
      if (document === undefined) throw new Error(`the document of "${rest.key}" cannot be read any more`);
      return (made ??= readOperation(document, { ...rest, method }));
    };
    const value: JsonObject = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(tags === undefined ? {} : { tags: [...tags] }),
      ...(method === 'get' || method === 'head' ? { isReadOnly: true } : {}),
    };
    return Object.defineProperties(value, {
      inputSchema: { enumerable: true, get: () => parts().inputSchema },
      outputSchema: { enumerable: true, get: () => parts().outputSchema },
      run: { enumerable: true, get: () => parts().run },
    });
  }

  private diagnose({ code, message, file, path, target, help }: DocumentProblem): Diagnostic {
    return diagnostic(code, message, this.files.locate(file, path, target ?? 'value'), { help });
  }

  private relative(file: string): string {
    return relative(dirname(this.place.file), file);
  }

  private absolute(name: string): string {
    return join(dirname(this.place.file), name);
  }
}

function withFile(entry: OperationEntry, change: (file: string) => string): OperationEntry {
  return { ...entry, at: { ...entry.at, file: change(entry.at.file) } };
}

/** JSON is read twenty times faster as that; what is none after all may be YAML, or says where it is wrong. */
export function parse(
  text: string,
  file: string,
  hash: string,
  cache: OpenApiCache | undefined,
): { readonly value: Json | undefined; readonly diagnostics: readonly Diagnostic[] } {
  if (extname(file) === '.json' || /^\s*\{/.test(text)) {
    try {
      return { value: JSON.parse(text) as Json, diagnostics: [] };
    } catch {
      return parseYaml(text, file);
    }
  }
  const known = cache?.value(hash);
  if (known !== undefined) return { value: known, diagnostics: [] };
  const parsed = parseYaml(text, file);
  if (parsed.value !== undefined) cache?.setValue(hash, parsed.value);
  return parsed;
}
