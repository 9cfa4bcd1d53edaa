import { isObject } from './json.js';

/** A file that is kept for a tenant: what is known of its bytes. */
export interface StoredFile {
  readonly id: string;
  readonly tenant: string;
  /** As the app or the user named it; never a path. */
  readonly name: string;
  /** Its media type, perhaps with parameters: `text/csv; charset=utf-8`. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string;
  /** When it was stored, milliseconds since 1970. */
  readonly time: number;
}

/** What JSON holds in place of the bytes; `file` alone is enough to use it again. */
export interface FileValue {
  /** The reference: `membrane-file:ID`. */
  readonly file: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
}

/** Bytes that are read while they are used. Each `open` starts at their beginning. */
export interface ByteSource {
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Takes bytes as they come; whoever writes waits for the promise, so that memory stays small. */
export interface ByteSink {
  write(chunk: Uint8Array): Promise<void>;
}

/** A file that is being written. Nobody sees it before `commit`. */
export interface FileDraft extends ByteSink {
  commit(): Promise<StoredFile>;
  /** Removes what was written. Does nothing after `commit`. */
  discard(): Promise<void>;
}

const scheme = 'membrane-file:';
const id = /^[0-9a-z]{26}$/;
const fallbackType = 'application/octet-stream';

/** Whether it can be the id of a file. What can is safe as the name of a folder. */
export function isFileId(text: string): boolean {
  return id.test(text);
}

export function fileReference(fileId: string): string {
  return scheme + fileId;
}

/** The id that a reference names; undefined for what is no reference. */
export function fileIdOf(reference: string): string | undefined {
  const named = reference.startsWith(scheme) ? reference.slice(scheme.length) : '';
  return isFileId(named) ? named : undefined;
}

/** The reference in a value: the value itself, or the `file` of an object such as a download gives. */
export function fileReferenceIn(value: unknown): string | undefined {
  const text = isObject(value) ? value['file'] : value;
  return typeof text === 'string' && fileIdOf(text) !== undefined ? text : undefined;
}

export function fileValue({ id: fileId, name, type, size, sha256 }: StoredFile): FileValue {
  return { file: fileReference(fileId), name, type, size, sha256 };
}

/** The last part of a name that came from outside: no folders, nothing that is not to be seen, of a bearable length. */
export function plainFileName(given: string): string {
  const last = given.split(/[\\/]/).at(-1) ?? '';
  // controls, and what changes the direction of writing: they make a name look like another one
  const plain = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '').trim();
  return plain === '' || /^\.+$/.test(plain) ? 'file' : [...plain].slice(0, 200).join('');
}

/** A media type that a header can hold; what is none becomes `application/octet-stream`. */
export function plainFileType(given: string | undefined): string {
  const type = given?.trim() ?? '';
  return type.length <= 200 && isMediaType(type) ? type : fallbackType;
}

/** RFC 9110, 8.3.1, with parameters that stay within one line of ASCII. */
export function isMediaType(text: string): boolean {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[\u0020-\u007e]*)?$/.test(text);
}
