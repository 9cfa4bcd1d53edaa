import { Buffer } from 'node:buffer';
import { MembraneError } from '../core/error.js';
import { fileReferenceIn, isMediaType, plainFileName } from '../core/file.js';
import { isObject } from '../core/json.js';
import type { ClientRequest } from '../core/kind.js';
import type { FormFile, FormPart, Upload } from '../core/ports.js';
import { megabytes, type TenantFiles } from './files.js';

/** A request whose files were looked up. */
export interface Outgoing {
  readonly request: ClientRequest;
  /** The body, where it is read as it is sent. */
  readonly upload?: Upload;
  /** Of that body; a form has its own. */
  readonly uploadType?: string;
}

/** Looks up what a request is to send of files. Rejects with `files/not-found`, and `http/request` for nonsense. */
export async function outgoing(files: TenantFiles | undefined, given: ClientRequest): Promise<Outgoing> {
  const { bodyFile, multipart, data } = given;
  const bodies = Object.entries({ data, bodyFile, multipart }).filter(([, value]) => present(value));
  if (bodies.length > 1) {
    const names = bodies.map(([name]) => `"${name}"`).join(' and ');
    throw unusable(`a request has one body, and this one has ${names}`, 'give one of them');
  }
  if (present(bodyFile)) {
    const { facts, ...source } = await need(files).find(bodyFile);
    return { request: withPost(given), upload: source, uploadType: facts.type };
  }
  if (present(multipart)) {
    return { request: withPost(given), upload: await formOf(need(files), multipart) };
  }
  if (files === undefined || !mentionsFile(data)) return { request: given };
  return { request: { ...given, data: await inlined(files, data) } };
}

function present<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

function withPost(request: ClientRequest): ClientRequest {
  const method = request.method ?? 'POST';
  if (/^(GET|HEAD)$/i.test(method)) {
    throw unusable(`a ${method.toUpperCase()} request cannot send a file`, 'give it the method POST or PUT');
  }
  return { ...request, method };
}

/** Whether there is anything to replace: most bodies are looked at once, and stay as they are. */
function mentionsFile(data: unknown): boolean {
  if (Array.isArray(data)) return data.some(mentionsFile);
  if (!isObject(data) || data instanceof Uint8Array) return false;
  return isInline(data) || Object.values(data).some(mentionsFile);
}

function isInline(value: unknown): value is { file: unknown } {
  return isObject(value) && value['encoding'] === 'base64' && fileReferenceIn(value) !== undefined;
}

/** Files that the body itself is to hold, as base64: the whole of it stands in memory. */
async function inlined(files: TenantFiles, data: unknown): Promise<unknown> {
  let left = files.inMemory;
  const replace = async (value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return inOrder(value, replace);
    if (!isObject(value)) return value;
    if (!isInline(value)) {
      const values = await inOrder(Object.values(value), replace);
      return Object.fromEntries(Object.keys(value).map((key, index) => [key, values[index]]));
    }
    const { facts, size, open } = await files.find(value.file);
    left -= size;
    if (left < 0) {
      throw new MembraneError(
        'files/too-large',
        `the file "${facts.name}" is too large for a body in base64, of which there may be ${megabytes(files.inMemory)}`,
        {
          hint: 'send it with "bodyFile" or "multipart", or raise limits.responseMegabytes in membrane.yaml',
          class: 'configuration',
        },
      );
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of open()) chunks.push(chunk);
    return Buffer.concat(chunks).toString('base64');
  };
  return replace(data);
}

async function inOrder<T>(values: readonly T[], work: (value: T) => Promise<unknown>): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}

/** The parts of a form, in the order in which they are written. */
async function formOf(files: TenantFiles, fields: Readonly<Record<string, unknown>>): Promise<FormPart[]> {
  const parts: FormPart[] = [];
  for (const [name, given] of Object.entries(fields)) {
    for (const value of Array.isArray(given) ? (given as unknown[]) : [given]) {
      const part = await partOf(files, name, value);
      if (part !== undefined) parts.push(part);
    }
  }
  return parts;
}

async function partOf(files: TenantFiles, name: string, value: unknown): Promise<FormPart | undefined> {
  if (!present(value)) return undefined;
  if (!isObject(value)) return { name, value: String(value) };
  const file = await fileOf(files, name, value);
  if (file !== 'missing') return file;
  const { data } = value;
  return present(data) ? { name, value: textOf(data) } : undefined;
}

/** A part with a file name and a type: a stored file, bytes as base64, or data that has a type. */
async function fileOf(
  files: TenantFiles,
  name: string,
  value: Readonly<Record<string, unknown>>,
): Promise<FormPart | 'missing' | undefined> {
  const { file, base64, data } = value;
  if (!('file' in value) && !('base64' in value) && !('data' in value)) {
    throw unusable(
      `the part "${name}" of the form holds neither "file" nor "base64" nor "data"`,
      'a part is a text, a number, a list of parts, or {file: REFERENCE}, {base64: …}, {data: …}',
    );
  }
  const named = typeof value['name'] === 'string' ? plainFileName(value['name']) : undefined;
  const type = mediaType(name, value['type']);
  if ('file' in value) {
    if (!present(file)) return undefined; // an optional file that was not given
    const { facts, ...source } = await files.find(file);
    return { name, file: { name: named ?? facts.name, type: type ?? facts.type, ...source } };
  }
  if ('base64' in value) {
    if (!present(base64)) return undefined;
    return { name, file: inMemory(named, type, Buffer.from(String(base64), 'base64')) };
  }
  if (type === undefined && named === undefined) return 'missing';
  return present(data) ? { name, file: inMemory(named, type, Buffer.from(textOf(data))) } : undefined;
}

/** Browsers call a part without a name `blob`, too. */
function inMemory(name = 'blob', type = 'application/octet-stream', bytes: Uint8Array): FormFile {
  const open = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
  };
  return { name, type, size: bytes.length, open };
}

function mediaType(name: string, given: unknown): string | undefined {
  if (!present(given)) return undefined;
  if (typeof given === 'string' && isMediaType(given)) return given;
  throw unusable(
    `the "type" of the part "${name}" of the form is no media type`,
    'write it like "application/pdf"',
  );
}

function textOf(data: unknown): string {
  return typeof data === 'object' ? JSON.stringify(data) : String(data);
}

/** Files, where the client has any. */
export function need(files: TenantFiles | undefined): TenantFiles {
  if (files !== undefined) return files;
  throw unusable('this request cannot send a stored file', 'send it from an action');
}

function unusable(message: string, hint: string): MembraneError {
  return new MembraneError('http/request', message, { hint, class: 'configuration' });
}
