import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../core/json.js';

/** Raised whenever the same text would be read differently than before. */
const version = 1;

/**
 * Values of YAML texts by the hash of the text: right as long as the hash is, whatever happens to times and
 * names of files. Losing it costs time only, so that no failure of reading or writing it is an error.
 */
export class ParseCache {
  private readonly file: string;
  private readonly folder: string;
  private readonly known: Map<string, Json>;
  private readonly used = new Map<string, Json>();
  private changed = false;

  /** `folder`: `.membrane/cache` of the project. */
  constructor(folder: string) {
    this.folder = folder;
    this.file = join(folder, 'yaml.json');
    this.known = readCache(this.file);
  }

  get(hash: string): Json | undefined {
    const value = this.known.get(hash);
    if (value !== undefined) this.used.set(hash, value);
    return value;
  }

  set(hash: string, value: Json): void {
    this.used.set(hash, value);
    this.changed = true;
  }

  /** Writes what this process read. What it did not is forgotten where it has read `everything`, and kept otherwise. */
  save(everything: boolean): void {
    if (!this.changed && (!everything || this.used.size === this.known.size)) return;
    const values = everything ? this.used : new Map([...this.known, ...this.used]);
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(temporary, JSON.stringify({ version, values: [...values] }), { mode: 0o600 });
      renameSync(temporary, this.file);
      this.changed = false;
    } catch {
      // a read-only project is checked just the same, only not faster the next time
    }
  }
}

function readCache(file: string): Map<string, Json> {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { version: number; values: [string, Json][] };
    return stored.version === version ? new Map(stored.values) : new Map();
  } catch {
    return new Map(); // none yet, or one that another version or a full disk left behind
  }
}
