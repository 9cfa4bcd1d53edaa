import { randomBytes } from 'node:crypto';

/** Where the numbers start that the code of one run draws. */
export function newSeed(): number {
  return randomBytes(4).readInt32LE();
}
