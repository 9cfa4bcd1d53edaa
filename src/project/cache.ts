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
  /** Names the content of the whole project, once it is known. */
  private state: string | undefined;
  private readonly typed = new Map<string, readonly Problem[]>();
  private changed = false;

  /** `folder`: `.membrane/cache` of the project. */
  constructor(folder: string) {
    this.folder = folder;
    this.file = join(folder, 'yaml.json');
    this.stored = readCache(this.file);
    this.known = this.stored.values;
    this.knownRight = this.stored.right;
  }

  get(hash: string): Json | undefined {
    const value = this.known.get(hash) ?? this.used.get(hash);
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

  /** From here on what depends on the whole project is remembered, for as long as `state` names its content. */
  enter(state: string): void {
    this.state = state;
    if (state !== this.stored.state) this.changed = true;
  }

  /**
   * What the types say is wrong with an element, where all elements were checked in the same state of the project;
   * else undefined.
   */
  typeProblems(name: () => string): readonly Problem[] | undefined {
    const { state, typed } = this.stored;
    if (state === undefined || state !== this.state) return undefined;
    return typed.size === 0 ? [] : (typed.get(name()) ?? []);
  }

  setTypeProblems(name: () => string, problems: readonly Problem[]): void {
    if (problems.length > 0) this.typed.set(name(), problems);
  }

  /** Writes what this process read. What it did not is forgotten where it has read `everything`, and kept otherwise. */
  save(everything: boolean): void {
    if (!this.changed && (!everything || this.used.size === this.known.size)) return;
    const values = everything ? this.used : new Map([...this.known, ...this.used]);
    const right = everything ? this.right : new Set([...this.knownRight, ...this.right]);
    const isNew = everything && this.state !== undefined && this.state !== this.stored.state;
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(
        temporary,
        JSON.stringify({
          build: MEMBRANE_BUILD,
          values: [...values],
          right: [...right],
          state: isNew ? this.state : this.stored.state,
          typed: [...(isNew ? this.typed : this.stored.typed)],
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
