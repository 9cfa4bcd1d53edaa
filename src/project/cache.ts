import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../core/json.js';
import type { Problem } from './places.js';

declare const MEMBRANE_BUILD: string;

/**
 * Values of YAML texts by the hash of the text, and which of them were checked and found right: true as long as
 * the hash is and this is the same build, whatever happens to times and names of files. Losing it costs time
 * only, so that no failure of reading or writing it is an error.
 */
export class ParseCache {
  private readonly file: string;
  private readonly folder: string;
  private readonly stored: Known;
  private readonly known: Map<string, Json>;
  private readonly used = new Map<string, Json>();
  private readonly knownRight: ReadonlySet<string>;
  private readonly right = new Set<string>();
  private knownTyped: ReadonlyMap<string, readonly Problem[]> = new Map();
  private typed: Map<string, readonly Problem[]> | undefined;
  private state: string | undefined;
  private changed = false;

  /** `folder`: `.membrane/cache` of the project. */
  constructor(folder: string) {
    this.folder = folder;
    this.file = join(folder, 'yaml.json');
    this.stored = readCache(this.file);
    this.known = this.stored.values;
    this.knownRight = this.stored.right;
  }

  has(hash: string): boolean {
    return this.known.has(hash) || this.used.has(hash);
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

  /** Whether a content was found right by everything that looks at nothing else. `name`: kind and hash. */
  isRight(name: string): boolean {
    const known = this.knownRight.has(name);
    if (known) this.right.add(name);
    return known;
  }

  setRight(name: string): void {
    this.right.add(name);
    this.changed = true;
  }

  /** From here on, what depends on the whole project is remembered, for as long as its content is that of `state`. */
  enter(state: string): void {
    this.state = state;
    this.typed = new Map();
    if (this.stored.state === state) this.knownTyped = this.stored.typed;
  }

  /** What the types say is wrong with an element, where they said it in the same state of the project. */
  typeProblems(name: string): readonly Problem[] | undefined {
    const problems = this.knownTyped.get(name);
    if (problems !== undefined) this.typed?.set(name, problems);
    return problems;
  }

  setTypeProblems(name: string, problems: readonly Problem[]): void {
    if (this.typed === undefined) return;
    this.typed.set(name, problems);
    this.changed = true;
  }

  /** Writes what this process read. What it did not is forgotten where it has read `everything`, and kept otherwise. */
  save(everything: boolean): void {
    if (!this.changed && (!everything || this.used.size === this.known.size)) return;
    const values = everything ? this.used : new Map([...this.known, ...this.used]);
    const right = everything ? this.right : new Set([...this.knownRight, ...this.right]);
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(
        temporary,
        JSON.stringify({
          build: MEMBRANE_BUILD,
          values: [...values],
          right: [...right],
          ...(this.typed === undefined
            ? { state: this.stored.state, typed: [...this.stored.typed] }
            : { state: this.state, typed: [...this.typed] }),
        } satisfies Stored),
        { mode: 0o600 },
      );
      renameSync(temporary, this.file);
      this.changed = false;
    } catch {
      // a read-only project is checked just the same, only not faster the next time
    }
  }
}

interface Stored {
  readonly build: string;
  readonly values: readonly [string, Json][];
  readonly right: readonly string[];
  /** Names the content of the whole project for which `typed` holds. */
  readonly state: string | undefined;
  readonly typed: readonly [string, readonly Problem[]][];
}

interface Known {
  readonly values: Map<string, Json>;
  readonly right: ReadonlySet<string>;
  readonly state: string | undefined;
  readonly typed: ReadonlyMap<string, readonly Problem[]>;
}

function readCache(file: string): Known {
  const none = { values: new Map(), right: new Set<string>(), state: undefined, typed: new Map() };
  try {
    const { build, values, right, state, typed } = JSON.parse(readFileSync(file, 'utf8')) as Stored;
    if (build !== MEMBRANE_BUILD) return none;
    return { values: new Map(values), right: new Set(right), state, typed: new Map(typed) };
  } catch {
    return none; // there is none yet, or one that something damaged
  }
}
