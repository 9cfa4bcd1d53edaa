import { isObject, type Json, type JsonObject, type JsonPath } from '../core/json.js';
import { References, type DocumentProblem, type ReadFile, type Spot } from './openapi-references.js';
import { SchemaReader } from './openapi-schema.js';

/** Versions of OpenAPI by how their documents are laid out. */
export type OpenApiVersion = '2.0' | '3.0' | '3.1' | '3.2';

/** A document, ready to be read. */
export interface OpenApiDocument {
  readonly file: string;
  readonly value: JsonObject;
  readonly version: OpenApiVersion;
  readonly references: References;
  readonly schemas: SchemaReader;
}

/** One operation, not looked into yet. */
export interface OperationEntry {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** In small letters. */
  readonly method: string;
  /** As the document writes it, with `{name}` for parameters. */
  readonly path: string;
  /** Where it stands. */
  readonly at: { readonly file: string; readonly path: JsonPath };
}

const versions: readonly OpenApiVersion[] = ['2.0', '3.0', '3.1', '3.2'];
const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/** The document that a file holds, or why there is none. `readFile` gives other files that it refers to. */
export function openDocument(
  file: string,
  value: Json,
  readFile: ReadFile,
): OpenApiDocument | DocumentProblem {
  const problem = (message: string, path: JsonPath, help: string): DocumentProblem => ({
    code: 'openapi/version',
    message,
    file,
    path,
    help,
  });
  if (!isObject(value))
    return problem('the file holds no OpenAPI document', [], 'it is an object with "openapi"');
  const field = value['openapi'] === undefined && value['swagger'] !== undefined ? 'swagger' : 'openapi';
  const given = value[field];
  if (given === undefined) {
    return problem(
      'the document does not say its version',
      [],
      'it begins with "openapi: 3.1.0", or "swagger"',
    );
  }
  const text = typeof given === 'number' ? given.toFixed(1) : String(given);
  const version = versions.find((one) => text === one || text.startsWith(`${one}.`));
  if (version === undefined || (version === '2.0') !== (field === 'swagger')) {
    const help = `OpenAPI ${versions.join(', ')} can be read`;
    return problem(`no version "${text}" of OpenAPI is known`, [field], help);
  }
  const references = new References({ file, value }, readFile);
  const schemas = new SchemaReader(references, version === '2.0' || version === '3.0');
  return { file, value, version, references, schemas };
}

/** The operations of a document, in its order. Those without an `operationId` are named by method and path. */
export function listOperations(document: OpenApiDocument): {
  readonly operations: readonly OperationEntry[];
  readonly problems: readonly DocumentProblem[];
} {
  const { references } = document;
  const operations: OperationEntry[] = [];
  const problems: DocumentProblem[] = [];
  const keys = new Map<string, OperationEntry>();
  for (const { key: path, spot } of references.children(references.at(references.root, 'paths'))) {
    if (!path.startsWith('/')) continue; // an extension
    const item = references.follow(spot);
    for (const method of methods) {
      const operation = references.at(item, method);
      if (!isObject(operation.value)) continue;
      const entry = describe(operation, operation.value as JsonObject, method, path);
      const same = keys.get(entry.key);
      const unique = same === undefined ? entry : { ...entry, key: numbered(entry.key, keys) };
      if (same !== undefined) problems.push(twice(entry, unique, same));
      keys.set(unique.key, unique);
      operations.push(unique);
    }
  }
  return { operations, problems };
}

function describe(spot: Spot, value: JsonObject, method: string, path: string): OperationEntry {
  const { operationId, summary, description, tags } = value;
  const given = typeof operationId === 'string' ? keyOf(operationId) : '';
  const text = (one: unknown): one is string => typeof one === 'string' && one.trim() !== '';
  return {
    key:
      given === '' ? keyOf([method, ...path.split(/[/{}]+/).filter((part) => part !== '')].join('-')) : given,
    ...(text(summary) ? { name: summary.trim() } : {}),
    ...(text(description) ? { description: description.trim() } : {}),
    ...(Array.isArray(tags) ? { tags: tags.filter((tag) => typeof tag === 'string') } : {}),
    method,
    path,
    at: { file: spot.file, path: spot.path },
  };
}

/** What may stand in the name of a file, and behind `CONNECTOR/` on a command line. */
function keyOf(name: string): string {
  return name
    .trim()
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|-+$/g, '');
}

function numbered(key: string, keys: ReadonlyMap<string, unknown>): string {
  for (let count = 2; ; count += 1) if (!keys.has(`${key}-${count}`)) return `${key}-${count}`;
}

function twice({ key, at }: OperationEntry, unique: OperationEntry, same: OperationEntry): DocumentProblem {
  const first = `${same.method.toUpperCase()} ${same.path}`;
  return {
    code: 'openapi/operation',
    message: `"${key}" names the operation "${first}" already`,
    file: at.file,
    path: [...at.path, 'operationId'],
    help: `this one is "${unique.key}" here`,
  };
}
