import { MembraneError } from '../core/error.js';

/**
 * What the language throws when a value is deeper than the stack, or a text longer than any can be, in our words;
 * other errors as they are.
 */
export function explained(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  const deep = error.message.includes('call stack');
  const message = deep
    ? 'a value is nested too deep for a formula'
    : 'a formula makes a text that is too long';
  return new MembraneError(deep ? 'formula/depth' : 'formula/shape', message, { cause: error });
}
