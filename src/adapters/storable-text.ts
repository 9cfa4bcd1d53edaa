import { MembraneError } from '../core/error.js';

/** What databases cut off (a zero character) or mix up (half of a surrogate pair). */
const unstorable = /[\0\p{Surrogate}]/u;
const plain = /^[\x20-\x7e]*$/;

/** The text itself. Rejects one that would come back as another: it could be the key of somebody else. */
export function storable(text: string): string {
  // Most texts are plain, and that is seen in a fraction of the time.
  if (plain.test(text) || !unstorable.test(text)) return text;
  throw new MembraneError(
    'usage/argument',
    `${JSON.stringify(text)} holds characters that cannot be stored`,
    {
      hint: 'use a name of ordinary text',
    },
  );
}
