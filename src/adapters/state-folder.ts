import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MembraneError } from '../core/error.js';

/** Where the state of a project lies, `.membrane` in its root. */
export function stateFolder(root: string): string {
  return path.join(root, '.membrane');
}

/** Makes `.membrane` where it is missing: for its owner only, and ignored by git. Gives its path. */
export async function ensureStateFolder(root: string): Promise<string> {
  const folder = stateFolder(root);
  try {
    await ensurePrivateFolder(folder);
    await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch(unlessThere);
  } catch (cause) {
    throw readOnly(folder, cause);
  }
  return folder;
}

/** Makes a folder and those above it; the folder itself can be entered by its owner only. */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  // One that was there before, from a clone or an unpacked archive, may be open to others.
  if (made === undefined && process.platform !== 'win32') await chmod(folder, 0o700);
}

/** The error for state that cannot be written, whatever the system's reason is. */
export function readOnly(file: string, cause: unknown): MembraneError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new MembraneError('store/read-only', `"${file}" cannot be written (${reason})`, {
    hint: 'check the owner and the permissions of the folder, and that the disk is not full',
    cause,
  });
}

function unlessThere(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
}
