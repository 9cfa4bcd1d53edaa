import { MembraneError } from '../core/error.js';

/** What an API sends may be nested so deeply that nothing can go through it. That is its fault, and no reason to end. */
export function tooDeep(caught: unknown): MembraneError | undefined {
  if (!(caught instanceof RangeError) || !caught.message.includes('call stack')) return undefined;
  return new MembraneError(
    'http/not-json',
    'an answer has more levels of objects and lists than can be read',
    {
      hint: 'look at it with "membrane request CONNECTION GET PATH"',
      cause: caught,
    },
  );
}
