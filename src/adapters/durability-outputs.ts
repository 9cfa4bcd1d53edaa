import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { MembraneError } from '../core/error.js';
import type { Json } from '../core/json.js';
import { replaceFile } from './replace-file.js';
import { ensurePrivateFolder, ensureStateFolder, readOnly, stateFolder } from './state-folder.js';

/** Outputs that are too long for the database, each in a file of its own. */
export interface Outputs {
  /** Gives the name of the file. It is there, and whole, when this resolves. */
  write(run: string, step: string, output: Json): Promise<string>;
  read(run: string, file: string): Promise<Json>;
  /** Removes all of a run. */
  forget(run: string): Promise<void>;
}

/** In `.membrane/outputs/RUN`. */
export function fileOutputs(root: string): Outputs {
  const folderOf = (run: string): string => path.join(stateFolder(root), 'outputs', run);
  return {
    async write(run, step, output) {
      const name = `${createHash('sha256').update(step).digest('hex').slice(0, 32)}.json`;
      const folder = folderOf(run);
      try {
        await ensureStateFolder(root);
        await ensurePrivateFolder(path.dirname(folder));
        await ensurePrivateFolder(folder);
        await replaceFile(path.join(folder, name), JSON.stringify(output));
      } catch (cause) {
        throw cause instanceof MembraneError ? cause : readOnly(folder, cause);
      }
      return name;
    },
    async read(run, file) {
      const whole = path.join(folderOf(run), path.basename(file));
      try {
        return JSON.parse(await readFile(whole, 'utf8')) as Json;
      } catch (cause) {
        throw new MembraneError('store/corrupt', `the output in "${whole}" cannot be read`, {
          hint: 'run the flow again: membrane flow-run replay',
          cause,
        });
      }
    },
    forget: (run) => rm(folderOf(run), { recursive: true, force: true }),
  };
}
