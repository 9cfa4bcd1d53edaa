import { dirname, join, relative, resolve } from 'node:path';
import { systemClock } from './adapters/clock-system.js';
import { createHttp } from './adapters/http-got.js';
import { createSchemas } from './adapters/schemas-ajv.js';
import { MembraneError } from './core/error.js';
import type { ApiClient } from './core/kind.js';
import type { Http } from './core/ports.js';
import { functionTypes, kinds } from './elements/index.js';
import { createClient } from './engine/client.js';
import { openProject } from './project/open.js';
import { maxDocumentBytes } from './project/openapi.js';
import {
  filesNamedIn,
  importDocument,
  isAddress,
  readText,
  type DocumentText,
  type DocumentTexts,
} from './project/openapi-write.js';
import { readSource } from './project/source.js';

export interface ImportOpenApiOptions {
  /** In the project. */
  readonly cwd: string;
  /** A file, or an address. */
  readonly source: string;
  readonly key?: string | undefined;
  /** Folder of the connector, from `cwd`. Default: `connectors/KEY` of the project. */
  readonly dir?: string | undefined;
  readonly force?: boolean | undefined;
  readonly http?: Http | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ImportOpenApiReport {
  readonly key: string;
  /** Relative to the project. */
  readonly files: readonly string[];
  readonly operations: number;
  /** Keys of the data collections that were guessed. */
  readonly collections: readonly string[];
  /** The ways to authenticate. */
  readonly auth: readonly string[];
}

/** Files that a document may consist of. */
const maxFiles = 200;

/** Makes a connector of an OpenAPI document. Never overwrites, unless `force` is given. */
export async function importOpenApi(options: ImportOpenApiOptions): Promise<ImportOpenApiReport> {
  const { cwd, source, key, dir, force = false } = options;
  const { root } = openProject({ cwd, kinds, functionTypes, schemas: createSchemas() });
  const texts = isAddress(source) ? await download(options) : readFiles(source, resolve(cwd, source));
  const folder = dir === undefined ? undefined : resolve(cwd, dir);
  const { folder: written, files, ...report } = importDocument(texts, { root, key, folder, force });
  return { ...report, files: files.map((file) => relative(root, join(written, file))) };
}

function readFiles(source: string, place: string): DocumentTexts {
  const folder = dirname(place);
  const first = readSource(place, maxDocumentBytes);
  if ('problem' in first) {
    throw new MembraneError('usage/file', `"${source}" cannot be read`, { diagnostics: [first.problem] });
  }
  const name = relative(folder, place);
  const others = new Map<string, DocumentText>();
  const main = readText(first.text, place);
  const queue = filesNamedIn(main, name);
  for (const other of queue) {
    if (others.has(other) || other === name || others.size >= maxFiles) continue;
    const read = readSource(join(folder, other), maxDocumentBytes);
    if ('problem' in read) continue; // it is reported as a reference that leads nowhere
    const file = readText(read.text, other);
    others.set(other, file);
    queue.push(...filesNamedIn(file, other));
  }
  return { source, place, main, others };
}

async function download({ source, http, signal }: ImportOpenApiOptions): Promise<DocumentTexts> {
  const client = createClient({
    http: http ?? createHttp(),
    clock: systemClock,
    emit: () => undefined,
    base: async () => ({}),
    redact: (value) => value,
    maxBytes: maxDocumentBytes,
    timeoutMs: 120_000,
    ...(signal === undefined ? {} : { signal }),
  });
  const name = new URL(source).pathname.split('/').at(-1) ?? '';
  const others = new Map<string, DocumentText>();
  const main = readText(await get(client, source), name);
  const queue = filesNamedIn(main, name);
  for (const other of queue) {
    // what lies above the document, or elsewhere, is none of its files
    if (others.has(other) || other === name || other.startsWith('..') || others.size >= maxFiles) continue;
    const file = readText(await get(client, new URL(other, source).href), other);
    others.set(other, file);
    queue.push(...filesNamedIn(file, other));
  }
  return { source, place: source, main, others };
}

async function get(client: ApiClient, url: string): Promise<string> {
  const { data } = await client.send({ path: url, method: 'GET', responseType: 'text' });
  return typeof data === 'string' ? data : '';
}
