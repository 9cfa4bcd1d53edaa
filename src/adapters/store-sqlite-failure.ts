import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { MembraneError } from '../core/error.js';

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const results = {
  perm: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  open: 14,
  notDatabase: 26,
};

/** Somebody else is writing: trying again helps. */
export function isBusy(error: unknown): boolean {
  const result = resultOf(error);
  return result === results.busy || result === results.locked;
}

/** What a failure of SQLite means to the user. Anything else is given back as it is: a fault of ours. */
export function storeFailure(error: unknown, file: string): unknown {
  const result = resultOf(error);
  if (result === undefined || error instanceof MembraneError) return error;
  const cause = error;
  switch (result) {
    case results.busy:
    case results.locked:
      return new MembraneError('store/busy', `another process is writing to "${file}" all the time`, {
        hint: 'try again when the other command is done',
        cause,
      });
    case results.corrupt:
    case results.notDatabase:
      return new MembraneError('store/corrupt', `"${file}" is damaged, or no database`, {
        hint: `restore it from a backup, or start afresh without its runs and logs: mv "${file}" "${file}.broken"`,
        cause,
      });
    case results.full:
      return new MembraneError('store/unavailable', `no space left to write "${file}"`, {
        hint: 'make room on the disk, then run the command again',
        cause,
      });
    case results.perm:
    case results.readOnly:
      return readOnlyStore(file, cause);
    case results.open:
      return isWritable(file) ? unavailable(file, 'opened', cause) : readOnlyStore(file, cause);
    case results.io:
      return unavailable(file, 'read or written', cause);
    default:
      return error;
  }
}

function readOnlyStore(file: string, cause: unknown): MembraneError {
  return new MembraneError('store/read-only', `"${file}" cannot be written`, {
    hint: 'check the owner and the permissions of the file and its folder',
    cause,
  });
}

function unavailable(file: string, what: string, cause: unknown): MembraneError {
  return new MembraneError('store/unavailable', `"${file}" cannot be ${what}`, {
    hint: 'check that it is a file on a local disk, and that its folder can be entered',
    cause,
  });
}

function isWritable(file: string): boolean {
  try {
    accessSync(path.dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** libsql tells SQLite's result as `rawCode`, but only in a message when the file cannot be opened at all. */
function resultOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  // The low byte is the primary result, the others refine it.
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff;
  const opening = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message);
  return opening === null ? undefined : Number(opening[1]) & 0xff;
}
