import { createHash } from 'node:crypto';
import type { Document } from 'yaml';
import type { Diagnostic, Span } from '../core/diagnostic.js';
import type { Json, JsonPath } from '../core/json.js';
import type { ParseCache } from './cache.js';
import { parseAhead } from './parse-ahead.js';
import { spanAt } from './positions.js';
import { readSource } from './source.js';
import { composeYaml, parseYaml, type Parsed } from './yaml.js';

/**
 * The files of a project, each read once. Positions are not kept beside the values: a file is composed again
 * when something in it must be pointed at, which is rare, and keeps a large project small and fast.
 */
export class Files {
  private readonly parsed = new Map<string, Parsed>();
  private readonly documents = new Map<string, { document: Document; text: string }>();
  private readonly hashes = new Map<string, string>();
  private readonly cache: ParseCache | undefined;

  constructor(cache?: ParseCache) {
    this.cache = cache;
  }

  /** Number of files that were read. */
  get count(): number {
    return this.parsed.size;
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

  /** Reads many files at once, with a second thread where they are many and new. */
  async readAll(files: readonly string[]): Promise<void> {
    const fresh = files.flatMap((file) => {
      const source = this.parsed.has(file) ? undefined : readSource(file);
      if (source === undefined || 'problem' in source) return [];
      const hash = hashOf(source.text);
      return this.cache?.has(hash) === true ? [] : [{ file, text: source.text, hash }];
    });
    const ahead = parseAhead(fresh.map(({ text }) => text));
    if (ahead === undefined) return;
    for (const { file } of fresh.slice(0, ahead.from)) this.read(file);
    const values = await ahead.values;
    for (const [index, { file, hash }] of fresh.slice(ahead.from).entries()) {
      const value = values[index];
      if (value === undefined) continue; // read when it is asked for, with what is wrong
      this.parsed.set(file, { value, diagnostics: [] });
      this.hashes.set(file, hash);
      this.cache?.set(hash, value);
    }
  }

  /** The text of a file as a value: code is not YAML. */
  readText(file: string): { value: Json | undefined; diagnostics: readonly Diagnostic[] } {
    const source = readSource(file);
    const parsed: Parsed =
      'problem' in source
        ? { value: undefined, diagnostics: [source.problem] }
        : { value: source.text, diagnostics: [] };
    this.parsed.set(file, parsed);
    return parsed;
  }

  locate(file: string, path: JsonPath, target: 'key' | 'value'): Span {
    let composed = this.documents.get(file);
    if (composed === undefined) {
      const source = readSource(file);
      const text = 'problem' in source ? '' : source.text;
      composed = { document: composeYaml(text), text };
      if (this.documents.size > 200) this.documents.clear();
      this.documents.set(file, composed);
    }
    return spanAt(composed.document, composed.text, file, path, target);
  }

  /** Names the content of a file that was read; undefined without a cache. */
  hashOf(file: string): string | undefined {
    return this.hashes.get(file);
  }

  private parse(text: string, file: string): Parsed {
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

function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
