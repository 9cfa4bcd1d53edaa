import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic, fileSpan } from '../core/diagnostic.js';
import type { FunctionType } from '../core/function.js';
import { isObject, valueAt, type Json, type JsonObject, type JsonPath } from '../core/json.js';
import type { Place } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';

/** A function's file that belongs to an element. */
export interface FunctionFile {
  readonly file: string;
  /** Where the function stands in the element. */
  readonly at: JsonPath;
  readonly type: FunctionType;
}

export interface FoundFunctions {
  readonly files: readonly FunctionFile[];
  readonly problems: readonly FunctionProblem[];
}

/** A problem inside spec.yaml (`path`), or of a file as a whole (`diagnostic`). */
export type FunctionProblem =
  | {
      readonly path: JsonPath;
      readonly target: 'key' | 'value';
      readonly message: string;
      readonly help: string;
    }
  | { readonly diagnostic: Diagnostic };

/**
 * The sibling files that hold functions of an element: those that spec.yaml asks for with
 * `implementationType`, and those that just lie there under the name of a function.
 */
export function findFunctions(
  value: JsonObject,
  places: readonly Place[],
  folder: string,
  types: readonly FunctionType[],
): FoundFunctions {
  const files: FunctionFile[] = [];
  const problems: FunctionProblem[] = [];
  const names: string[] = [];
  const listings = new Map<string, readonly string[]>();
  for (const place of places) {
    if (place.holds !== 'function') continue;
    names.push(place.file);
    const given = valueAt(value, place.at);
    const present = candidates(folder, place.file, types, listings);
    const wanted = isObject(given) ? given['implementationType'] : undefined;
    if (typeof wanted === 'string') {
      const problem = choose(wanted, place, present, types, files);
      if (problem !== undefined) problems.push(problem);
    } else if (present.length > 0 && !isInline(given)) {
      const [first, second] = present;
      if (second !== undefined)
        problems.push({ diagnostic: twice(place.file, second.file, first?.file ?? '') });
      else if (first !== undefined) files.push({ ...first, at: place.at });
    } else if (present[0] !== undefined) {
      const message = `the function is given inline and in the file "${basename(present[0].file)}"`;
      problems.push({ path: place.at, target: 'key', message, help: 'keep one of the two' });
    }
  }
  const claimed = new Set(names);
  for (const stray of strays(folder, claimed, types, listings)) problems.push({ diagnostic: stray });
  return { files, problems };
}

function choose(
  wanted: string,
  place: Extract<Place, { holds: 'function' }>,
  present: readonly { file: string; type: FunctionType }[],
  types: readonly FunctionType[],
  files: FunctionFile[],
): FunctionProblem | undefined {
  const path = [...place.at, 'implementationType'];
  const type = types.find((candidate) => candidate.name === wanted);
  if (type === undefined) {
    const known = types.map((candidate) => candidate.name);
    const help = didYouMean(wanted, known) ?? `the types are ${known.join(', ')}`;
    return { path, target: 'value', message: `no function type "${wanted}"`, help };
  }
  if (type.content === undefined) return undefined;
  const match = present.find((candidate) => candidate.type === type);
  if (match === undefined) {
    const other = present[0];
    const help =
      other === undefined
        ? `write it, or give the function inline as "type" and "${type.content}"`
        : `"${basename(other.file)}" is there: is its type ${other.type.name} meant?`;
    const message = `the file "${place.file}${type.files[0] ?? ''}" of this function is missing`;
    return { path, target: 'value', message, help };
  }
  files.push({ ...match, at: place.at });
  const second = present.find((candidate) => candidate !== match);
  return second === undefined ? undefined : { diagnostic: twice(place.file, second.file, match.file) };
}

/** The function's value once its file has been read. */
export function functionValue(file: FunctionFile, given: unknown, content: Json): JsonObject {
  const { implementationType: _, ...rest } = isObject(given) ? (given as JsonObject) : ({} as JsonObject);
  return {
    ...rest,
    type: file.type.name,
    ...(file.type.content === undefined ? {} : { [file.type.content]: content }),
  };
}

function isInline(given: unknown): boolean {
  return (
    isObject(given) &&
    (given['type'] !== undefined || given['mapping'] !== undefined || given['code'] !== undefined)
  );
}

function candidates(
  folder: string,
  name: string,
  types: readonly FunctionType[],
  listings: Map<string, readonly string[]>,
): { file: string; type: FunctionType }[] {
  const inside = list(join(folder, dirname(name)), listings);
  const found: { file: string; type: FunctionType }[] = [];
  for (const type of types) {
    for (const ending of type.files) {
      if (inside.includes(basename(name) + ending)) found.push({ file: join(folder, name + ending), type });
    }
  }
  return found;
}

/** Files with the ending of a function that no place of the element asks for: misspelt, most likely. */
function strays(
  folder: string,
  claimed: ReadonlySet<string>,
  types: readonly FunctionType[],
  listings: ReadonlyMap<string, readonly string[]>,
): Diagnostic[] {
  const endings = types.flatMap((type) => type.files).filter((ending) => ending.endsWith('.yml'));
  const found: Diagnostic[] = [];
  for (const [path, inside] of listings) {
    const prefix = path === folder ? '' : `${relative(folder, path).split(sep).join('/')}/`;
    for (const file of inside) {
      const ending = endings.find((candidate) => file.endsWith(candidate));
      if (ending === undefined) continue;
      const name = prefix + file.slice(0, -ending.length);
      if (claimed.has(name)) continue;
      const help = didYouMean(name, claimed) ?? `the functions here are ${[...claimed].join(', ')}`;
      const message = `no function of this element is called "${name}"`;
      found.push(diagnostic('function/file', message, fileSpan(join(path, file)), { help }));
    }
  }
  return found;
}

function list(folder: string, listings: Map<string, readonly string[]>): readonly string[] {
  let inside = listings.get(folder);
  if (inside === undefined) {
    inside =
      statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder).sort() : [];
    listings.set(folder, inside);
  }
  return inside;
}

function twice(name: string, file: string, first: string): Diagnostic {
  const message = `the function "${name}" has two files`;
  const related = [{ ...fileSpan(first), message: 'the other one' }];
  return diagnostic('function/file', message, fileSpan(file), { help: 'keep one of the two', related });
}
