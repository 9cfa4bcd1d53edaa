import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { stateFolder } from './state-folder.js';

/**
 * What of the state folder others than its owner can enter or read, relative to the project; on Windows modes say
 * nothing.
 */
export async function openStateFiles(root: string): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const folder = stateFolder(root);
  const names = await readdir(folder).catch(() => []); // no state yet, or not to be read: the state check says so
  const files = [
    folder,
    ...names.filter((name) => name !== '.gitignore').map((name) => path.join(folder, name)),
  ];
  const open: string[] = [];
  for (const file of files) {
    const stat = await lstat(file).catch(() => undefined); // it went meanwhile, as journals and locks do
    if (stat !== undefined && (stat.mode & 0o077) !== 0) open.push(path.relative(root, file));
  }
  return open;
}
