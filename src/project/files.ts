import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { Document } from 'yaml';
import type { Diagnostic, Span } from '../core/diagnostic.js';
import type { Json, JsonPath } from '../core/json.js';
import type { ParseCache } from './cache.js';
import { ignoreMark } from './ignore-comments.js';
import type { CodePosition } from '../core/sandbox.js';
import { spanInText, spanInYaml } from './code-positions.js';
import { parseAhead } from './parse-ahead.js';
import { readPlainYaml } from './plain-yaml.js';
import { manyCharacters, spanByLines } from './openapi-positions.js';
import { spanAt } from './positions.js';
import { maxFileBytes, readSource } from './source.js';
import { composeYaml, parseYaml, type Parsed } from './yaml.js';

/**
 * The files of a project, each read once. Positions are not kept beside the values: a file is composed again
 * when something in it must be pointed at, which is rare, and keeps a large project small and fast.
 */
export class Files {
  private readonly parsed = new Map<string, Parsed>();
  private readonly documents = new Map<string, { document: Document; text: string }>();
  private readonly hashes = new Map<string, string>();
  private readonly ignoring = new Set<string>();
  /** How large a file may be, where that is not as usual. */
  private readonly limits = new Map<string, number>();
  private readonly cache: ParseCache | undefined;

  constructor(cache?: ParseCache) {
    this.cache = cache;
  }

  /** Number of files that were read. */
  get count(): number {
    return this.parsed.size;
  }

  /** The files that were read. */
  get names(): readonly string[] {
    return [...this.parsed.keys()];
  }

  /** Those in which a comment asks for findings to be ignored, or something that looks like one. */
  get withIgnores(): readonly string[] {
    return [...this.ignoring];
  }

  /** The value of a YAML file; undefined where it has none, with the reason in `diagnostics`. */
  read(file: string): Parsed {
    let parsed = this.parsed.get(file);
    if (parsed === undefined) {
      const source = readSource(file);
      parsed =
        'problem' in source
          ? { value: undefined, diagnostics: [source.problem] }
          : this.parse(source.text, file);
      this.parsed.set(file, parsed);
    }
    return parsed;
  }

  /** Reads many files at once, with a second thread where many are new and not plainly written. */
  async readAll(files: readonly string[]): Promise<void> {
    const slow: { file: string; text: string; hash: string }[] = [];
    for (const file of files) {
      const source = this.parsed.has(file) ? undefined : readSource(file);
      if (source === undefined || 'problem' in source) continue;
      this.noteIgnores(source.text, file);
      const hash = hashOf(source.text);
      const known = this.cache?.get(hash);
      const value = known === undefined ? readPlainYaml(source.text) : known;
      if (value === undefined) slow.push({ file, text: source.text, hash });
      else this.keep(file, hash, value, known === undefined);
    }
    const ahead = parseAhead(slow.map(({ text }) => text));
    if (ahead === undefined) return;
    for (const { file } of slow.slice(0, ahead.from)) this.read(file);
    const values = await ahead.values;
    for (const [index, { file, hash }] of slow.slice(ahead.from).entries()) {
      const value = values[index];
      if (value !== undefined) this.keep(file, hash, value, true); // else read when it is asked for, with what is wrong
    }
  }

  private keep(file: string, hash: string, value: Json, isNew: boolean): void {
    this.parsed.set(file, { value, diagnostics: [] });
    this.hashes.set(file, hash);
    if (isNew) this.cache?.set(hash, value);
  }

  /** The text of a file as a value: code is not YAML. */
  readText(file: string): { value: Json | undefined; diagnostics: readonly Diagnostic[] } {
    const source = readSource(file);
    if (!('problem' in source)) this.noteIgnores(source.text, file);
    if (!('problem' in source) && this.cache !== undefined) this.hashes.set(file, hashOf(source.text));
    const parsed: Parsed =
      'problem' in source
        ? { value: undefined, diagnostics: [source.problem] }
        : { value: source.text, diagnostics: [] };
    this.parsed.set(file, parsed);
    return parsed;
  }

  /** Takes note of a document that somebody else reads, which may be larger than an element. */
  addDocument(
    file: string,
    source: { readonly text: string; readonly hash: string; readonly maxBytes: number },
  ): void {
    this.parsed.set(file, { value: {}, diagnostics: [] });
    this.hashes.set(file, source.hash);
    this.limits.set(file, source.maxBytes);
    this.noteIgnores(source.text, file);
  }

  /** Whether a file is such a document: it has its own form, and another owner. */
  isDocument(file: string): boolean {
    return this.limits.has(file);
  }

  locate(file: string, path: JsonPath, target: 'key' | 'value'): Span {
    if (this.limits.has(file) && path.length > 0) {
      const source = readSource(file, this.limits.get(file));
      if ('text' in source && source.text.length > manyCharacters)
        return spanByLines(source.text, file, path);
    }
    const { document, text } = this.composed(file);
    return spanAt(document, text, file, path, target);
  }

  /** A place of the code that stands at a path of a YAML file. */
  locateInYaml(file: string, path: JsonPath, place: CodePosition): Span {
    const { document, text } = this.composed(file);
    return spanInYaml(document, text, file, path, place);
  }

  /** A place of a file that holds code. */
  locateInText(file: string, place: CodePosition): Span {
    const source = readSource(file);
    return spanInText(file, 'problem' in source ? '' : source.text, place);
  }

  private composed(file: string): { document: Document; text: string } {
    let composed = this.documents.get(file);
    if (composed === undefined) {
      const source = readSource(file, this.limits.get(file) ?? maxFileBytes);
      const text = 'problem' in source ? '' : source.text;
      composed = { document: composeYaml(text), text };
      if (this.documents.size > 200) this.documents.clear();
      this.documents.set(file, composed);
    }
    return composed;
  }

  /** Names the content of all files that were read, and where they are below `root`; undefined without a cache. */
  state(root: string): string | undefined {
    if (this.cache === undefined) return undefined;
    const files = [...this.parsed].map(([file, { value }]) => {
      const name = file.startsWith(root) ? file.slice(root.length) : relative(root, file);
      return `${name} ${value === undefined ? '-' : (this.hashes.get(file) ?? '')}`;
    });
    return hashOf(files.sort().join('\n'));
  }

  /** Names the content of a file that was read; undefined without a cache. */
  hashOf(file: string): string | undefined {
    return this.hashes.get(file);
  }

  private noteIgnores(text: string, file: string): void {
    if (text.includes(ignoreMark)) this.ignoring.add(file);
  }

  private parse(text: string, file: string): Parsed {
    this.noteIgnores(text, file);
    if (this.cache === undefined) return parseYaml(text, file);
    const hash = hashOf(text);
    this.hashes.set(file, hash);
    const known = this.cache.get(hash);
    if (known !== undefined) return { value: known, diagnostics: [] };
    const parsed = parseYaml(text, file);
    if (parsed.value !== undefined) this.cache.set(hash, parsed.value);
    return parsed;
  }
}

/** Names a content. */
export function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
