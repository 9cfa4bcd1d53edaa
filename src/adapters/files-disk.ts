import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { MembraneError } from '../core/error.js';
import { isFileId, type FileDraft, type StoredFile } from '../core/file.js';
import { isObject } from '../core/json.js';
import type { Clock, Files, Ids, NewFile } from '../core/ports.js';
import { noRoom } from './files-failure.js';
import { isDead, thisProcess } from './process-identity.js';
import { ensurePrivateFolder, ensureStateFolder, readOnly, stateFolder } from './state-folder.js';

export interface FilesDiskOptions {
  /** Of the project. */
  readonly root: string;
  readonly ids: Ids;
  readonly clock: Clock;
}

/**
 * Files in `.membrane/files`, each in a folder of its own that is called by its id and holds the bytes and what is
 * known of them. The folder is filled under another name, which says whose it is, and renamed when all is in it: a
 * file is there as a whole or not at all, also when its writer is killed.
 */
export function openFiles({ root, ids, clock }: FilesDiskOptions): Files {
  const folder = path.join(stateFolder(root), 'files');
  let swept: Promise<number> | undefined;

  const sweep = async (): Promise<number> => {
    let removed = 0;
    for (const name of await namesIn(folder)) {
      const place = path.join(folder, name);
      if (!(await isLeftOver(name, place, clock.now()))) continue;
      await rm(place, { recursive: true, force: true });
      removed += 1;
    }
    return removed;
  };

  const remove = async (id: string): Promise<void> => {
    const gone = path.join(folder, draftName(id));
    try {
      await rename(path.join(folder, id), gone);
      await rm(gone, { recursive: true, force: true });
    } catch (cause) {
      if (!isMissing(cause)) throw readOnly(folder, cause);
    }
  };

  const get = async (tenant: string, id: string): Promise<StoredFile | undefined> => {
    const file = isFileId(id) ? await readFacts(path.join(folder, id), id) : undefined;
    return file?.tenant === tenant ? file : undefined;
  };

  return {
    sweep,
    get,
    async create(about) {
      await ensureStateFolder(root);
      await ensurePrivateFolder(folder).catch((cause: unknown) => {
        throw readOnly(folder, cause);
      });
      await (swept ??= sweep());
      return draft(folder, { ...about, id: ids.next(), time: clock.now() });
    },
    open: (file) => readChecked(path.join(folder, file.id, bytesName), file),
    async remove(tenant, id) {
      const there = (await get(tenant, id)) !== undefined;
      if (there) await remove(id);
      return there;
    },
    async prune({ before = 0, keep = Infinity }) {
      const newest = (await namesIn(folder)).filter(isFileId).sort().reverse();
      let removed = 0;
      for (const [index, id] of newest.entries()) {
        const facts = await readFacts(path.join(folder, id), id).catch(() => undefined); // of no use to anybody
        if (index < keep && facts !== undefined && facts.time >= before) continue;
        await remove(id);
        removed += 1;
      }
      return removed;
    },
  };
}

const bytesName = 'bytes';
const factsName = 'facts.json';

/** What is being written or removed, and by whom. */
function draftName(id: string): string {
  const { pid, started, host } = thisProcess();
  return `${id}.${pid}-${started}-${host}.part`;
}

/** A process that writes is never silent for so long, in milliseconds. */
const abandonedMs = 86_400_000;

/** A draft whose process is dead. On another host, or in another container, only its age can tell. */
async function isLeftOver(name: string, place: string, now: number): Promise<boolean> {
  const [, pid, started = '', host = ''] = /^[0-9a-z]{26}\.(\d+)-(\d*)-(\w+)\.part$/.exec(name) ?? [];
  if (pid === undefined) return false;
  if (isDead({ pid: Number(pid), started, host })) return true;
  const facts = await stat(path.join(place, bytesName)).catch(() => undefined); // it went meanwhile
  return facts !== undefined && now - facts.mtimeMs > abandonedMs;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw unreadable(folder, cause);
  }
}

/** A file that is being written. */
async function draft(folder: string, about: NewFile & Pick<StoredFile, 'id' | 'time'>): Promise<FileDraft> {
  const { id, tenant, name, type, time } = about;
  const place = path.join(folder, draftName(id));
  const hash = createHash('sha256');
  let size = 0;
  let done = false;
  let opened: FileHandle | undefined;
  const failed = async (cause: unknown): Promise<never> => {
    await discard();
    throw noRoom(cause) ?? readOnly(folder, cause);
  };
  await mkdir(place, { mode: 0o700 }).catch(failed);
  const handle = (opened = await open(path.join(place, bytesName), 'wx', 0o600).catch(failed));

  async function discard(): Promise<void> {
    if (done) return;
    done = true;
    await opened?.close().catch(() => undefined); // what it holds is thrown away
    await rm(place, { recursive: true, force: true });
  }

  return {
    discard,
    async write(chunk) {
      try {
        for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
      } catch (cause) {
        await failed(cause);
      }
      hash.update(chunk);
      size += chunk.length;
    },
    async commit() {
      const file: StoredFile = { id, tenant, name, type, size, sha256: hash.digest('hex'), time };
      try {
        await handle.sync();
        await handle.close();
        const facts = await open(path.join(place, factsName), 'wx', 0o600);
        await facts.writeFile(`${JSON.stringify(file, null, 2)}\n`);
        await facts.sync();
        await facts.close();
        await rename(place, path.join(folder, id));
      } catch (cause) {
        await failed(cause);
      }
      done = true;
      return file;
    },
  };
}

/** Undefined where there is none. */
async function readFacts(folder: string, id: string): Promise<StoredFile | undefined> {
  let text: string;
  try {
    text = await readFile(path.join(folder, factsName), 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw unreadable(folder, cause);
  }
  const facts = parse(text);
  if (!isObject(facts) || facts['id'] !== id || typeof facts['size'] !== 'number') throw changed(id);
  return facts as unknown as StoredFile; // written by nobody else than `commit`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // judged by the caller
  }
}

/** The bytes as they were stored, or an error: the last piece is only given when all of them are right. */
async function* readChecked(file: string, facts: StoredFile): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  let held: Uint8Array | undefined;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      if (held !== undefined) yield held;
      held = chunk;
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new MembraneError('files/not-found', `the bytes of the file "${facts.name}" cannot be read`, {
      hint: 'it was removed meanwhile, or is not readable: bring it in again',
      cause,
    });
  }
  if (size !== facts.size || hash.digest('hex') !== facts.sha256) throw changed(facts.name);
  if (held !== undefined) yield held;
}

function changed(name: string): MembraneError {
  return new MembraneError('files/corrupt', `the stored file "${name}" is not what was stored`, {
    hint: 'something else wrote below .membrane/files, or the disk is at fault: bring it in again',
  });
}

function unreadable(folder: string, cause: unknown): MembraneError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new MembraneError('store/read-only', `"${folder}" cannot be read (${reason})`, {
    hint: 'check the owner and the permissions of the folder',
    cause,
  });
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}
