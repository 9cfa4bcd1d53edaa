import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { MembraneError } from '../core/error.js';
import { parseJson, type Json } from '../core/json.js';
import type { Session } from './session.js';

/** The JSON values of a file with one a line, as they are asked for; `-` is standard input. Empty lines are left out. */
export async function* readLines(session: Session, file: string, option: string): AsyncGenerator<Json> {
  const stream = file === '-' ? session.io.stdin : createReadStream(resolve(session.cwd, file));
  const name = file === '-' ? 'standard input' : `"${file}"`;
  let number = 0;
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      number += 1;
      const written = number === 1 ? line.replace(/^\uFEFF/, '') : line;
      if (written.trim() !== '') yield parseJson(written);
    }
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new MembraneError('usage/json', `line ${number} of ${name} is no valid JSON`, {
        hint: `${option} takes one JSON value a line`,
      });
    }
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error instanceof MembraneError) throw error;
    throw new MembraneError('usage/file', `${name} cannot be read`, { hint: 'check the path', cause: error });
  }
}
