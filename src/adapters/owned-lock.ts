import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MembraneError } from '../core/error.js';
import { systemClock } from './clock-system.js';
import { isDead, thisProcess } from './process-identity.js';
import { createQueue } from './queue.js';
import { readOnly } from './state-folder.js';

export interface FileLockOptions {
  /** How long to wait for the lock before `store/busy`, in milliseconds. Default 30,000. */
  readonly waitMs?: number;
}

/** A lock whose holder was silent for so long is nobody's, in milliseconds. */
const staleMs = 30_000;
const beatMs = 5_000;

/** Within this process one after the other: only processes compete for a lock. */
const queue = createQueue();

/**
 * Runs `work` while no other process, and nothing else in this one, holds the lock of `file`. The folder of
 * the file must exist, the file need not. A lock whose process is dead on this host is taken over at once.
 * `work` gets `check`, to be called right before what it writes: it throws where the lock was lost, because
 * this process was suspended for longer than a lock stays good.
 */
export async function withFileLock<T>(
  file: string,
  work: (check: () => void) => Promise<T>,
  options: FileLockOptions = {},
): Promise<T> {
  const lock = `${path.resolve(file)}.lock`;
  return queue(lock, () => lockAndRun(file, lock, work, options.waitMs ?? 30_000));
}

async function lockAndRun<T>(
  file: string,
  lock: string,
  work: (check: () => void) => Promise<T>,
  waitMs: number,
): Promise<T> {
  const owner = ownerName();
  const release = await acquire(file, lock, owner, waitMs);
  try {
    sweep(lock);
    return await work(() => {
      if (!existsSync(path.join(lock, owner))) throw lost(file);
    });
  } finally {
    release();
  }
}

async function acquire(file: string, lock: string, owner: string, waitMs: number): Promise<() => void> {
  const { default: lockfile } = await import('proper-lockfile');
  const started = performance.now();
  for (;;) {
    try {
      const release = lockfile.lockSync(file, {
        lockfilePath: lock,
        realpath: false,
        stale: staleMs,
        update: beatMs,
        fs: ownedLockFiles(lock, owner),
        // The library's own answer is to throw out of a timer. Ours is `check`.
        onCompromised: () => undefined,
      });
      return () => releaseUnlessLost(release);
    } catch (error) {
      if (codeOf(error) !== 'ELOCKED') throw readOnly(path.dirname(file), error);
    }
    if (performance.now() - started >= waitMs) {
      rmSync(`${lock}.${owner}`, { recursive: true, force: true });
      throw busy(file, lock);
    }
    await systemClock.sleep(2 + Math.random() * 18);
  }
}

/**
 * The lock is a folder that holds one empty file, and the name of that file says who the owner is. This makes
 * taking over the lock of a dead process safe, however many try it at once:
 *
 * - The folder is made elsewhere, file included, and renamed to its place. So it never lacks its owner, and
 *   the rename fails while another owner is in there.
 * - Who takes over deletes the file of the dead owner by its name, which is never used twice, and then the
 *   folder, which fails when somebody else's file is in it. So nobody removes the lock of who came next.
 *
 * These are the members of `fs` that proper-lockfile works with; it decides when a lock is stale, keeps it
 * fresh, and releases it when the process ends.
 */
function ownedLockFiles(lock: string, owner: string): Record<string, unknown> {
  const claim = `${lock}.${owner}`;
  let removable: string[] = [];
  let held = false;
  return {
    mkdirSync() {
      if (!existsSync(claim)) {
        mkdirSync(claim, { mode: 0o700 });
        writeFileSync(path.join(claim, owner), '', { mode: 0o600 });
      }
      moveClaim(claim, lock);
      [held, removable] = [true, [owner]];
    },
    statSync() {
      if (held) return statSync(lock);
      removable = readdirSync(lock);
      const free = removable.every((name) => isDeadOwner(name));
      return free ? { mtime: new Date(0) } : statSync(lock);
    },
    rmdirSync() {
      for (const name of removable) attempt(() => unlinkSync(path.join(lock, name)), ['ENOENT', 'ENOTDIR']);
      attempt(() => rmdirSync(lock), ['ENOENT', 'ENOTEMPTY', 'EEXIST']);
    },
    utimesSync,
    realpathSync: (file: string) => file,
  };
}

/** Windows says EPERM or EACCES where others say that the target is there. */
const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'];

function moveClaim(claim: string, lock: string): void {
  try {
    renameSync(claim, lock);
  } catch (error) {
    if (!taken.includes(codeOf(error))) throw error;
    throw Object.assign(new Error('the lock is taken', { cause: error }), { code: 'EEXIST' });
  }
}

/** Never used twice; no characters that some file system does not like. */
function ownerName(): string {
  const { pid, started, host } = thisProcess();
  return `${pid}-${started}-${host}-${randomBytes(6).toString('hex')}`;
}

function isDeadOwner(name: string): boolean {
  const [pid, started, host] = name.split('-');
  if (pid === undefined || started === undefined || host === undefined) return false;
  return isDead({ pid: Number(pid), started, host });
}

/** Removes what processes left that were killed on their way to the lock. */
function sweep(lock: string): void {
  const start = `${path.basename(lock)}.`;
  for (const name of readdirSync(path.dirname(lock))) {
    if (!name.startsWith(start) || !isDeadOwner(name.slice(start.length))) continue;
    rmSync(path.join(path.dirname(lock), name), { recursive: true, force: true });
  }
}

function releaseUnlessLost(release: () => void): void {
  attempt(release, ['ERELEASED', 'ENOTACQUIRED']);
}

function attempt(work: () => void, allowed: readonly string[]): void {
  try {
    work();
  } catch (error) {
    if (!allowed.includes(codeOf(error))) throw error;
  }
}

function busy(file: string, lock: string): MembraneError {
  const [owner] = existsSync(lock) ? readdirSync(lock) : [];
  const holder = owner === undefined ? 'another process' : `process ${owner.split('-')[0]}`;
  return new MembraneError('store/busy', `${holder} holds the lock of "${file}"`, {
    hint: 'try again when the other command is done',
  });
}

function lost(file: string): MembraneError {
  return new MembraneError('store/fence', `the lock of "${file}" was lost to another process`, {
    hint: 'nothing was written; run the command again',
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
