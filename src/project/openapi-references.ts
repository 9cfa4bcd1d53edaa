import { dirname, relative, resolve, sep } from 'node:path';
import { isObject, type Json, type JsonPath } from '../core/json.js';
import type { Code } from '../core/codes.js';

/** A value of an OpenAPI document, and where it stands. */
export interface Spot {
  readonly value: unknown;
  /** Absolute: a document may be in several files. */
  readonly file: string;
  readonly path: JsonPath;
}

/** Something that is odd about a document. */
export interface DocumentProblem {
  readonly code: Code;
  readonly message: string;
  readonly file: string;
  readonly path: JsonPath;
  readonly target?: 'key' | 'value';
  readonly help?: string;
}

/** The value of a file beside the document; undefined where there is none, or where it cannot be read. */
export type ReadFile = (file: string) => Json | undefined;

/** More than anybody writes: what is longer runs in a circle. */
const maxSteps = 50;

/**
 * Follows the references of a document, inside of it and to files in its folder, one at a time and where they are met:
 * a document in which all of them were replaced would not end. Nothing is fetched.
 */
export class References {
  readonly root: Spot;
  /** References that lead nowhere, each once. */
  readonly problems = new Map<string, DocumentProblem>();
  private readonly readFile: ReadFile;

  constructor(root: { readonly file: string; readonly value: Json }, readFile: ReadFile) {
    this.root = { ...root, path: [] };
    this.readFile = readFile;
  }

  /** The value at a path below, with the references on the way and at its end followed. */
  at(spot: Spot, ...path: JsonPath): Spot {
    let current = this.follow(spot);
    for (const part of path) {
      const { value, file } = current;
      const inner =
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string | number, unknown>)[part]
          : undefined;
      current = this.follow({ value: inner, file, path: [...current.path, part] });
    }
    return current;
  }

  /** The entries of an object, or the items of a list; references stay. */
  children(spot: Spot): { readonly key: string; readonly spot: Spot }[] {
    const { value, file, path } = spot;
    if (typeof value !== 'object' || value === null) return [];
    const isList = Array.isArray(value);
    return Object.entries(value).map(([key, inner]) => ({
      key,
      spot: { value: inner as unknown, file, path: [...path, isList ? Number(key) : key] },
    }));
  }

  /** What a reference leads to in the end, or the value itself. Undefined as a value where it leads nowhere. */
  follow(spot: Spot): Spot {
    let current = spot;
    for (let steps = 0; steps < maxSteps; steps += 1) {
      const ref = isObject(current.value) ? current.value['$ref'] : undefined;
      if (typeof ref !== 'string') return current;
      const next = this.target(current, ref);
      if (next === undefined) return { ...current, value: undefined };
      current = next;
    }
    this.report(current, `the reference leads back to itself`);
    return { ...current, value: undefined };
  }

  /** Where one reference leads. */
  target(from: Spot, ref: string): Spot | undefined {
    const [name = '', fragment = ''] = ref.split('#', 2);
    const file = name === '' ? from.file : this.fileOf(from.file, name);
    const value = file === undefined ? undefined : this.valueOf(file);
    const path = pointerPath(fragment);
    if (file === undefined || value === undefined || path === undefined) {
      this.report(from, `"${ref}" leads nowhere`);
      return undefined;
    }
    const found = step(value, path);
    if (found === undefined) this.report(from, `"${ref}" leads nowhere`);
    return found === undefined ? undefined : { value: found.value, file, path: found.path };
  }

  private valueOf(file: string): unknown {
    return file === this.root.file ? this.root.value : this.readFile(file);
  }

  /** A file in the folder of the document, or below; others are none of its business. */
  private fileOf(from: string, name: string): string | undefined {
    if (/^[a-z][a-z\d+.-]+:/i.test(name)) return undefined;
    const file = resolve(dirname(from), decoded(name));
    const inside = relative(dirname(this.root.file), file);
    return inside === '..' || inside.startsWith(`..${sep}`) ? undefined : file;
  }

  private report({ file, path }: Spot, message: string): void {
    const name = `${file}\n${path.join('\n')}`;
    if (this.problems.has(name)) return;
    const help = 'what it should describe is taken as anything';
    const at = [...path, '$ref'];
    this.problems.set(name, { code: 'openapi/ref', message, file, path: at, help });
  }
}

/** RFC 6901, as the fragment of an address; undefined for an anchor. */
function pointerPath(fragment: string): string[] | undefined {
  if (fragment === '') return [];
  if (!fragment.startsWith('/')) return undefined;
  return fragment
    .slice(1)
    .split('/')
    .map((part) => decoded(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a plain "%" in a name
  }
}

function step(value: unknown, pointer: readonly string[]): { value: unknown; path: JsonPath } | undefined {
  const path: (string | number)[] = [];
  let current = value;
  for (const part of pointer) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    path.push(Array.isArray(current) ? Number(part) : part);
    current = (current as Record<string, unknown>)[part];
  }
  return { value: current, path };
}
