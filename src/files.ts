import { fileValue, type FileValue } from './core/file.js';
import type { Engine } from './engine/engine.js';
import { filesOf, removeFile, storeFile, type Arriving } from './engine/files.js';

export type { FileValue };

/** The files of the tenant: what actions download, and what they are to send. */
export function fileMethods(engine: Engine) {
  return {
    /** Stores bytes; `file` of the result is the reference for an input. Nothing stays where it fails. */
    store: async (about: Arriving, bytes: AsyncIterable<Uint8Array>): Promise<FileValue> =>
      fileValue(await storeFile(engine, about, bytes)),
    /** What is known of a file. Rejects with `files/not-found`, also for one of another tenant. */
    show: async (file: unknown): Promise<FileValue> => fileValue((await filesOf(engine).find(file)).facts),
    /** The bytes, piece by piece; the last one only comes when size and hash are right. */
    read: async (file: unknown): Promise<AsyncIterable<Uint8Array>> =>
      (await filesOf(engine).find(file)).open(),
    /** Whether there was one. */
    remove: (file: unknown): Promise<boolean> => removeFile(engine, file),
  };
}
