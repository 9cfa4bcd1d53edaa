import { MembraneError } from '../core/error.js';
import { fileIdOf, fileReferenceIn, type ByteSource, type FileDraft, type StoredFile } from '../core/file.js';
import { plainFileName, plainFileType } from '../core/file.js';
import type { Engine } from './engine.js';

/** A stored file and its bytes. */
export interface FoundFile extends ByteSource {
  readonly facts: StoredFile;
}

/** A file that is about to be stored. */
export interface Arriving {
  /** As it was named outside. */
  readonly name: string;
  readonly type: string | undefined;
  /** How long it says that it is. */
  readonly announced?: number | undefined;
}

/** The files of one tenant, as requests see them. */
export interface TenantFiles {
  /** By its reference, or by an object that holds it. Rejects with `files/not-found`. */
  find(given: unknown): Promise<FoundFile>;
  /** Rejects with `files/too-large` where it says that it is, and so does the draft once it is. */
  begin(arriving: Arriving): Promise<FileDraft>;
  /** Bytes of a file that may be held in memory. */
  readonly inMemory: number;
}

export function filesOf(engine: Engine): TenantFiles {
  const { tenant, ports, project } = engine;
  const { fileBytes, responseBytes } = project.config.limits;
  return {
    inMemory: responseBytes,
    async find(given) {
      const reference = fileReferenceIn(given);
      const id = reference === undefined ? undefined : fileIdOf(reference);
      if (reference === undefined || id === undefined) throw noReference(given);
      const files = await ports.files();
      const facts = await files.get(tenant, id);
      if (facts === undefined) throw notFound(reference);
      return { facts, size: facts.size, open: () => files.open(facts) };
    },
    async begin({ name, type, announced = 0 }) {
      const plain = plainFileName(name);
      if (announced > fileBytes) throw tooLarge(plain, fileBytes);
      const files = await ports.files();
      return limited(
        await files.create({ tenant, name: plain, type: plainFileType(type) }),
        plain,
        fileBytes,
      );
    },
  };
}

/** Stores what comes from elsewhere than a request. Nothing of it stays where it fails. */
export async function storeFile(
  engine: Engine,
  arriving: Arriving,
  bytes: AsyncIterable<Uint8Array>,
): Promise<StoredFile> {
  const draft = await filesOf(engine).begin(arriving);
  try {
    for await (const chunk of bytes) await draft.write(chunk);
    return await draft.commit();
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Whether there was one. */
export async function removeFile(engine: Engine, given: unknown): Promise<boolean> {
  const { facts } = await filesOf(engine).find(given);
  return (await engine.ports.files()).remove(engine.tenant, facts.id);
}

function limited(draft: FileDraft, name: string, maxBytes: number): FileDraft {
  let size = 0;
  return {
    ...draft,
    async write(chunk) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(name, maxBytes);
      await draft.write(chunk);
    },
  };
}

/** The limit in the words of membrane.yaml. */
export function megabytes(bytes: number): string {
  const amount = bytes / 1_048_576;
  return amount >= 0.1 ? `${Number(amount.toFixed(1))} MB` : `${Math.round(bytes)} bytes`;
}

function tooLarge(name: string, maxBytes: number): MembraneError {
  return new MembraneError('files/too-large', `the file "${name}" is larger than ${megabytes(maxBytes)}`, {
    hint: 'raise limits.fileMegabytes in membrane.yaml',
    class: 'dependency',
  });
}

function noReference(given: unknown): MembraneError {
  const shown = typeof given === 'string' ? `"${given.slice(0, 60)}"` : `a value of type ${typeOf(given)}`;
  return new MembraneError('files/not-found', `${shown} is no reference of a stored file`, {
    hint: 'a reference looks like "membrane-file:ID"; --file NAME=PATH puts one into the input',
    class: 'bad_request',
    key: 'not_found',
  });
}

/** The same for a file of another tenant: nobody learns that it is there. */
function notFound(reference: string): MembraneError {
  return new MembraneError('files/not-found', `no file "${reference}"`, {
    hint: 'it may be of another tenant, or older than "retention" of membrane.yaml allows: bring it in again',
    class: 'bad_request',
    key: 'not_found',
  });
}

function typeOf(given: unknown): string {
  return given === null ? 'null' : Array.isArray(given) ? 'array' : typeof given;
}
