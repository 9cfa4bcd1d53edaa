import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../core/json.js';
import type { OperationEntry } from './openapi-document.js';
import type { DocumentProblem } from './openapi-references.js';

declare const MEMBRANE_BUILD: string;

/** What is remembered of a document, by the hash of its text. Files are relative to its folder. */
export interface Remembered {
  /** Other files that it refers to, with their hashes: what is remembered holds for these. */
  readonly others: readonly (readonly [string, string])[];
  readonly operations: readonly OperationEntry[];
  /** Absent where nobody has checked it yet. */
  readonly problems?: readonly DocumentProblem[];
}

const prefix = 'openapi-';

/**
 * A file for each document: most commands need little of it, and few need it as a whole. Losing them costs time only,
 * so that no failure of reading or writing is an error.
 */
export class OpenApiCache {
  private readonly folder: string;
  private readonly used = new Set<string>();

  /** `folder`: `.membrane/cache` of the project. */
  constructor(folder: string) {
    this.folder = folder;
  }

  get(hash: string): Remembered | undefined {
    const stored = this.read(`${prefix}${safe(hash)}.json`) as (Remembered & { build?: string }) | undefined;
    return stored?.build === MEMBRANE_BUILD ? stored : undefined;
  }

  set(hash: string, remembered: Remembered): void {
    this.write(`${prefix}${safe(hash)}.json`, { build: MEMBRANE_BUILD, ...remembered });
  }

  /** The value of a YAML text: it takes a second to read a megabyte of it. */
  value(hash: string): Json | undefined {
    return this.read(`${prefix}${safe(hash)}-value.json`) as Json | undefined;
  }

  setValue(hash: string, value: Json): void {
    this.write(`${prefix}${safe(hash)}-value.json`, value);
  }

  /** Takes away what no document that was used has. */
  forgetOthers(): void {
    try {
      for (const name of readdirSync(this.folder)) {
        if (name.startsWith(prefix) && !this.used.has(name)) rmSync(join(this.folder, name), { force: true });
      }
    } catch {
      // there is no cache
    }
  }

  private read(name: string): unknown {
    this.used.add(name);
    try {
      return JSON.parse(readFileSync(join(this.folder, name), 'utf8'));
    } catch {
      return undefined;
    }
  }

  private write(name: string, content: unknown): void {
    this.used.add(name);
    const file = join(this.folder, name);
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 });
      renameSync(temporary, file);
    } catch {
      // a read-only project is read just the same, only not faster the next time
    }
  }
}

/** Base64 as a name of a file. */
function safe(hash: string): string {
  return hash.replaceAll('/', '_').replaceAll('+', '-').replaceAll('=', '');
}
