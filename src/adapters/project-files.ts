import { rename, stat } from 'node:fs/promises';
import type { FileWriter } from '../core/ports.js';
import { replaceFile } from './replace-file.js';

/** Files of the project on this disk. Errors are those of the file system. */
export const projectFiles: FileWriter = {
  replace: async (file, text) => {
    const { mode } = await stat(file);
    await replaceFile(file, text, mode & 0o777);
  },
  rename,
};
