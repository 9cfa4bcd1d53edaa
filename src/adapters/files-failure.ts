import { MembraneError } from '../core/error.js';

/** What systems say of a disk, a quota or a limit of the process that is used up. */
const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error for a file that has no room; undefined where that is not what went wrong. */
export function noRoom(cause: unknown): MembraneError | undefined {
  if (!(cause instanceof Error && 'code' in cause && full.has(cause.code))) return undefined;
  return new MembraneError(
    'files/disk-full',
    `there is no room on the disk for a file (${String(cause.code)})`,
    {
      hint: 'free some space; what was written of the file was removed',
      cause,
    },
  );
}
