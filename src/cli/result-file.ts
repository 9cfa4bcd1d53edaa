import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MembraneError } from '../core/error.js';
import { fileReferenceIn } from '../core/file.js';
import { isObject } from '../core/json.js';
import type { Membrane } from '../membrane.js';
import { flag, text, type Option, type Options, type Result } from './command.js';
import type { Session } from './session.js';

export const resultFileOptions: readonly Option[] = [
  {
    flags: '--output <file>',
    summary:
      'write the result to a file: the bytes of a file that it is, else its JSON; - is standard output',
  },
  { flags: '--force', summary: 'let --output replace a file that is there' },
];

/** Where the result goes instead of being printed. */
export interface ResultFile {
  /**
   * `facts`: what `--json` says. `written` is called when the bytes are read for the last time. Gives the result of
   * the command.
   */
  write(
    output: unknown,
    facts: Readonly<Record<string, unknown>>,
    written?: () => Promise<void>,
  ): Promise<Result>;
}

/**
 * What `--output` names; undefined without it. Rejects with `usage/file` at once where the file is there already, so
 * that nothing is done whose result has no place.
 */
export async function resultFile(
  session: Session,
  membrane: Membrane,
  options: Options,
): Promise<ResultFile | undefined> {
  const given = text(options, 'output');
  const force = flag(options, 'force');
  if (given === undefined) {
    if (!force) return undefined;
    throw new MembraneError('usage/argument', '"--force" says what "--output" may do, which is not given', {
      hint: '--output FILE --force',
    });
  }
  if (given === '-') {
    return {
      async write(output, facts, written) {
        if (!isFile(output)) return { data: facts, human: () => jsonOf(output) };
        const bytes = readOnce(await membrane.files.read(output), written);
        return { data: facts, bytes, human: () => '' };
      },
    };
  }
  const target = resolve(session.cwd, given);
  await requireFree(target, given, force);
  return {
    async write(output, facts, written) {
      const bytes = isFile(output)
        ? readOnce(await membrane.files.read(output), written)
        : textOf(jsonOf(output));
      const size = await session.output.progress(
        `writing ${given}`,
        writeWhole({ target, given, force, signal: session.signal }, bytes),
      );
      return {
        data: { ...facts, written: target },
        human: () => '',
        note: `wrote ${given} (${sizeOf(size)})`,
      };
    },
  };
}

/** A reference and what belongs to it; an object with more in it is a result of its own. */
function isFile(output: unknown): boolean {
  const alone = isObject(output) ? Object.keys(output).every((key) => fileFields.has(key)) : true;
  return alone && fileReferenceIn(output) !== undefined;
}

const fileFields: ReadonlySet<string> = new Set(['file', 'name', 'type', 'size', 'sha256']);

function jsonOf(output: unknown): string {
  return output === undefined ? '' : JSON.stringify(output, null, 2);
}

async function* readOnce(
  bytes: AsyncIterable<Uint8Array>,
  done: () => Promise<void> = async () => undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } finally {
    await done();
  }
}

async function* textOf(json: string): AsyncGenerator<Uint8Array> {
  if (json !== '') yield Buffer.from(`${json}\n`);
}

async function requireFree(target: string, given: string, force: boolean): Promise<void> {
  const there = await lstat(target).catch(() => undefined); // what else is wrong with it, writing will say
  if (there?.isDirectory() === true) {
    throw new MembraneError('usage/file', `"${given}" is a folder`, { hint: 'name the file in it' });
  }
  if (there !== undefined && !force) throw taken(given);
}

interface Writing {
  readonly target: string;
  readonly given: string;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** Writes a file as a whole, or nothing. Gives its size. */
async function writeWhole(writing: Writing, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const { target, given, force, signal } = writing;
  const name = `.${basename(target).slice(0, 100)}.${randomBytes(4).toString('hex')}.part`;
  const draft = join(dirname(target), name);
  let size = 0;
  try {
    const handle = await open(draft, 'wx');
    try {
      for await (const chunk of bytes) {
        signal.throwIfAborted();
        await handle.appendFile(chunk);
        size += chunk.length;
      }
    } finally {
      await handle.close();
    }
    await (force ? rename(draft, target) : claim(draft, target));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    if (error.code === 'EEXIST') throw taken(given);
    throw new MembraneError('usage/file', `"${given}" cannot be written (${String(error.code)})`, {
      hint: 'check the folder, its permissions and the room on the disk; the result itself is kept in .membrane',
      cause: error,
    });
  } finally {
    await rm(draft, { force: true });
  }
  return size;
}

/** Gives the file its name, unless another one got it meanwhile. */
async function claim(draft: string, target: string): Promise<void> {
  try {
    await link(draft, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await rename(draft, target); // a file system without links
  }
}

function taken(given: string): MembraneError {
  return new MembraneError('usage/file', `"${given}" is there already`, {
    hint: 'name another file, or add --force to replace it',
  });
}

function sizeOf(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
