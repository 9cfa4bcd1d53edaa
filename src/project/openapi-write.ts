import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { MembraneError } from '../core/error.js';
import { isObject, type Json } from '../core/json.js';
import { diagnostic, type Diagnostic } from '../core/diagnostic.js';
import { Files, hashOf } from './files.js';
import { openDocument, type OpenApiDocument } from './openapi-document.js';
import { parse } from './openapi.js';
import { connectorKey, planConnector } from './openapi-import.js';
import { reason } from './source.js';

/** A file of a document, read. */
export interface DocumentText {
  readonly text: string;
  /** Undefined where it is broken; `diagnostics` say why. */
  readonly value: Json | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A document with the files that it refers to, by their path relative to it. */
export interface DocumentTexts {
  /** A path, or an address, as it was given. */
  readonly source: string;
  /** The absolute path, or the address. */
  readonly place: string;
  readonly main: DocumentText;
  readonly others: ReadonlyMap<string, DocumentText>;
}

export interface ImportOptions {
  /** Of the project. */
  readonly root: string;
  /** Default: made of the title. */
  readonly key?: string | undefined;
  /** Absolute. Default: `connectors/KEY`. */
  readonly folder?: string | undefined;
  /** Replace files that are there. */
  readonly force: boolean;
}

/** What was written. */
export interface Imported {
  readonly key: string;
  /** Absolute. */
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  readonly operations: number;
  readonly collections: readonly string[];
  readonly auth: readonly string[];
}

/**
 * Writes a connector made of an OpenAPI document, with the document beside it. Rejects with `usage/file` where the
 * document cannot be read, and with `project/exists` where something would be overwritten.
 */
export function importDocument(texts: DocumentTexts, options: ImportOptions): Imported {
  const { source, place, main, others } = texts;
  const document = readTexts(texts);
  const key = keyFor(document, options);
  const folder = options.folder ?? join(options.root, 'connectors', key);
  const plan = planConnector(document, isAddress(place) ? place : undefined);
  const name = /^\s*\{/.test(main.text) ? 'openapi.json' : 'openapi.yaml';
  const files = [
    ...plan.files,
    { name, text: main.text },
    ...[...others].map(([other, { text }]) => ({ name: placeFor(other, source), text })),
  ];
  if (!options.force)
    refuseToOverwrite(folder, key, [...files.map((file) => file.name), 'spec.yml', `../${key}.yaml`]);
  for (const file of files) write(join(folder, file.name), file.text);
  const { operations, collections, auth } = plan;
  return { key, folder, files: files.map((file) => file.name), operations, collections, auth };
}

/** Reads the text of a file, named as messages are to name it. */
export function readText(text: string, file: string): DocumentText {
  return { text, ...parse(text, file, '', undefined) };
}

/** Other files that a file of a document refers to, as it names them; those elsewhere in the world are left out. */
export function filesNamedIn({ value }: DocumentText, name: string): string[] {
  const found = new Set<string>();
  const look = (part: Json | undefined, depth: number): void => {
    if (typeof part !== 'object' || part === null || depth > 200) return;
    for (const [key, inner] of Object.entries(part) as [string, Json][]) {
      if (key === '$ref' && typeof inner === 'string') {
        const file = inner.split('#', 1)[0] ?? '';
        if (file !== '' && !isAddress(file) && !file.startsWith('/')) found.add(file);
      } else look(inner, depth + 1);
    }
  };
  look(value, 0);
  return [...found].map((file) => posix.normalize(posix.join(posix.dirname(name), file)));
}

export function isAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

function readTexts({ source, place, main, others }: DocumentTexts): OpenApiDocument {
  const file = isAddress(place) ? `/${posix.basename(new URL(place).pathname)}` : place;
  const { text, value, diagnostics } = main;
  if (value === undefined) throw unusable(source, diagnostics);
  const readFile = (other: string) =>
    [...others].find(([name]) => join(dirname(file), name) === other)?.[1].value;
  const document = openDocument(file, value, readFile);
  if ('code' in document) {
    const { code, message, path, help } = document;
    const files = new Files();
    files.addDocument(file, { text, hash: hashOf(text), maxBytes: Number.MAX_SAFE_INTEGER });
    throw unusable(source, [diagnostic(code, message, files.locate(file, path, 'value'), { help })]);
  }
  const info = document.value['info'];
  return isObject(info) ? document : { ...document, value: { ...document.value, info: {} } };
}

function unusable(source: string, diagnostics: readonly Diagnostic[]): MembraneError {
  const [first] = diagnostics;
  const message = `"${source}" is no OpenAPI document that can be read`;
  // a frame shows lines of a file, and there is none
  if (isAddress(source)) {
    const at = first === undefined ? '' : `line ${first.span.line}: ${first.message}`;
    return new MembraneError('usage/file', message, { hint: at });
  }
  return new MembraneError('usage/file', message, { diagnostics });
}

function keyFor(document: OpenApiDocument, { key }: ImportOptions): string {
  const wanted = key ?? connectorKey(document);
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(wanted)) return wanted;
  const message =
    key === undefined ? 'the document has no title to make a key of' : `"${key}" cannot be a key`;
  const hint = key === undefined ? 'give one: --key KEY' : 'use letters, digits, "-", "_" and "."';
  throw new MembraneError('usage/argument', message, { hint });
}

/** Folders of a connector that hold elements: what lies there would be taken for one. */
const own = ['auth', 'data', 'operations', 'events', 'global-webhooks', 'docs'];

function placeFor(name: string, source: string): string {
  const [first = ''] = name.split('/');
  if (first !== '..' && !own.includes(first) && !/^(spec|udm)\.ya?ml$/.test(name)) return name;
  throw new MembraneError(
    'usage/file',
    `"${source}" refers to "${name}", which cannot lie beside a connector`,
    {
      hint: 'put the document into one file first: npx @redocly/cli bundle FILE -o openapi.yaml',
    },
  );
}

function refuseToOverwrite(folder: string, key: string, names: readonly string[]): void {
  const taken = names.find((name) => existsSync(join(folder, name)));
  if (taken === undefined) return;
  throw new MembraneError('project/exists', `connector "${key}" has a "${posix.normalize(taken)}" already`, {
    hint: 'choose another key with --key, or replace its files with --force',
  });
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new MembraneError('usage/file', `"${file}" cannot be written: ${reason(error)}`, { cause: error });
  }
}
