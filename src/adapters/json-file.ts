import { existsSync, statSync, type BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Low } from 'lowdb';
import { JSONFile } from 'lowdb/node';
import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import { withFileLock } from './owned-lock.js';
import { createQueue } from './queue.js';
import { ensureStateFolder, readOnly, stateFolder } from './state-folder.js';

export interface JsonFileFormat<T> {
  /** The name of the file inside `.membrane`. */
  readonly name: string;
  /** What a missing file stands for. */
  empty(): T;
  /** Whether the object that the file holds, `format` aside, has the right shape. */
  fits(content: Record<string, unknown>): boolean;
}

/** A small collection in one readable file of `.membrane`. */
export interface JsonFile<T> {
  /** The content as it is now. It is shared between readers: not to be changed. */
  read(): Promise<T>;
  /**
   * Replaces the content by what `change` makes of it, with nobody else writing meanwhile. Nothing is written
   * when `change` throws or gives back the content that it got. It may be called twice.
   */
  update(change: (content: T) => T): Promise<void>;
}

/** The layout of the files that this version reads and writes. */
const format = 1;

/** Nothing is created before the first write. */
export function openJsonFile<T extends object>(root: string, shape: JsonFileFormat<T>): JsonFile<T> {
  const file = path.join(stateFolder(root), shape.name);
  const queue = createQueue();
  let cached: { stamp: string; content: T } | undefined;

  async function read(): Promise<T> {
    const stamp = stampOf(file);
    if (stamp === missing) return shape.empty();
    if (stamp !== undefined && stamp === cached?.stamp) return cached.content;
    const content = await readContent(file, shape);
    cached = stamp === undefined ? undefined : { stamp, content };
    return content;
  }

  async function update(change: (content: T) => T): Promise<void> {
    // A change that comes to nothing makes no folder.
    const nothing = shape.empty();
    if (!existsSync(stateFolder(root)) && change(nothing) === nothing) return;
    await ensureStateFolder(root);
    await withFileLock(file, async (check) => {
      const before = await readContent(file, shape);
      const after = change(before);
      if (after === before) return;
      check();
      await writeContent(file, after);
    });
  }

  return {
    read,
    // In the order of the calls, so that of two changes to the same thing the later one stays.
    update: (change) => queue(file, () => update(change)),
  };
}

/** A time stamp younger than this may stay the same through the next write, in milliseconds. */
const coarsestTick = 1_000;

/** The stamp of a file that is not there. */
const missing = 'missing';

/** Tells one version of a file from another; undefined where only reading it can tell. */
function stampOf(file: string): string | undefined {
  let stat: BigIntStats | undefined;
  try {
    stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(file, error);
  }
  if (stat === undefined) return missing;
  if (Date.now() - Number(stat.mtimeMs) < coarsestTick) return undefined;
  return `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}

async function readContent<T extends object>(file: string, shape: JsonFileFormat<T>): Promise<T> {
  const nothing = {};
  const low = new Low<unknown>(new JSONFile(file), nothing);
  try {
    await low.read();
  } catch (error) {
    if (error instanceof SyntaxError) throw corrupt(file, 'is no valid JSON', error);
    throw unreadable(file, error);
  }
  if (low.data === nothing) return shape.empty();
  if (!isObject(low.data)) throw corrupt(file, 'does not hold an object');
  const { format: found, ...content } = low.data;
  if (typeof found === 'number' && found > format) throw newer(file);
  if (found !== format || !shape.fits(content)) throw corrupt(file, 'does not have the expected content');
  return content as T; // `fits` has looked
}

async function writeContent(file: string, content: object): Promise<void> {
  const low = new Low<unknown>(new JSONFile(file), { format, ...content });
  try {
    await makePrivate(draftOf(file));
    await low.write();
  } catch (error) {
    throw readOnly(file, error);
  }
}

/** Where lowdb writes what it then renames to `file`; its mode becomes that of the file. */
function draftOf(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.tmp`);
}

async function makePrivate(file: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  await handle.close();
}

function corrupt(file: string, what: string, cause?: Error): MembraneError {
  return new MembraneError('store/corrupt', `"${file}" ${what}`, {
    hint: `mend it by hand, or start afresh without it: mv "${file}" "${file}.broken"`,
    cause,
  });
}

function newer(file: string): MembraneError {
  return new MembraneError('store/corrupt', `"${file}" was written by a newer version of membrane`, {
    hint: 'use that version, or a newer one: npm install --global membrane@latest',
  });
}

function unreadable(file: string, cause: unknown): MembraneError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new MembraneError('store/unavailable', `"${file}" cannot be read (${reason})`, {
    hint: 'check the owner and the permissions of the file and its folder',
    cause,
  });
}
