import { readFileSync, statSync } from 'node:fs';
import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic, fileSpan } from '../core/diagnostic.js';

/** No element is as large: what is, was put here by mistake. Bytes. */
export const maxFileBytes = 5 * 1024 * 1024;

export type Source = { readonly text: string } | { readonly problem: Diagnostic };

/** The text of a file, without its byte order mark; or why it cannot be had. `file` is an absolute path. */
export function readSource(file: string, maxBytes: number = maxFileBytes): Source {
  let bytes: Buffer;
  let size: number;
  try {
    const stats = statSync(file);
    // a pipe or a device would be read without end
    if (!stats.isFile())
      return unreadable(file, stats.isDirectory() ? 'it is a folder' : 'it is no plain file');
    size = stats.size;
    bytes = size > maxBytes ? Buffer.alloc(0) : readFileSync(file);
  } catch (error) {
    return unreadable(file, reason(error));
  }
  if (size > maxBytes) {
    const megabytes = `${(size / 1024 / 1024).toFixed(1)} MB`;
    const help = `an element file holds at most ${maxBytes / 1024 / 1024} MB; move data out of the project`;
    return { problem: diagnostic('file/too-large', `the file has ${megabytes}`, fileSpan(file), { help }) };
  }
  const text = bytes.toString('utf8');
  if (text.includes('\0') || (text.includes('\uFFFD') && !isUtf8(bytes))) {
    const help = 'element files are YAML in UTF-8; save it as that, or move it out of the project';
    return { problem: diagnostic('file/binary', 'the file is no UTF-8 text', fileSpan(file), { help }) };
  }
  return { text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text };
}

function unreadable(file: string, why: string): Source {
  return { problem: diagnostic('file/unreadable', `the file cannot be read: ${why}`, fileSpan(file)) };
}

/** What the operating system says, in words. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'it does not exist',
    EEXIST: 'something else is there',
    EISDIR: 'it is a folder',
    ENOTDIR: 'it is no folder',
    ELOOP: 'its symbolic links form a circle',
    EMFILE: 'too many open files',
    EROFS: 'the file system is read only',
    ENOSPC: 'no space is left on the disk',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
