import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { MembraneError } from '../core/error.js';
import type { FileValue } from '../core/file.js';
import type { Json } from '../core/json.js';
import { parseLocator } from '../core/locator.js';
import type { Membrane } from '../membrane.js';
import { texts, type Option, type Options } from './command.js';
import { putAt } from './input.js';
import { mediaTypeOf } from './media-types.js';
import type { Session } from './session.js';

export const fileOption: Option = {
  flags: '--file <path=file>',
  summary: 'store a local file, and put its reference into the input: document=report.pdf',
  many: true,
};

/** The input with a reference of each file that `--file` names; each is stored first. */
export async function withFiles(
  session: Session,
  membrane: Membrane,
  options: Options,
  input: Json | undefined,
): Promise<Json | undefined> {
  let result = input;
  for (const given of texts(options, 'file')) {
    const equals = given.indexOf('=');
    if (equals < 1) {
      throw new MembraneError(
        'usage/argument',
        `"${given.slice(0, 40)}" does not say which field gets the file`,
        {
          hint: '--file document=report.pdf',
        },
      );
    }
    const path = parseLocator(given.slice(0, equals));
    const { file } = await storeLocal(session, membrane, given.slice(equals + 1));
    result = putAt(result ?? {}, path, file);
  }
  return result;
}

/** Stores a file of this machine. Rejects with `usage/file` where there is none. */
export async function storeLocal(session: Session, membrane: Membrane, file: string): Promise<FileValue> {
  const path = resolve(session.cwd, file);
  const facts = await statOf(path, file);
  const stream = createReadStream(path, { signal: session.signal, highWaterMark: 1 << 18 });
  const about = { name: basename(path), type: mediaTypeOf(path), announced: facts.size };
  try {
    return await session.output.progress(`storing ${about.name}`, membrane.files.store(about, stream));
  } catch (error) {
    session.signal.throwIfAborted();
    throw error instanceof Error && 'syscall' in error ? unreadable(file, error) : error;
  } finally {
    stream.destroy();
  }
}

async function statOf(path: string, file: string): Promise<Stats> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (facts.isFile()) return facts;
  throw new MembraneError('usage/file', `"${file}" is no file`, {
    hint: facts.isDirectory()
      ? 'pack the folder into an archive first'
      : 'copy what it gives into a file first',
  });
}

function unreadable(file: string, cause: unknown): MembraneError {
  return new MembraneError('usage/file', `"${file}" cannot be read`, { hint: 'check the path', cause });
}
