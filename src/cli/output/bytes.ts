import { isUtf8 } from 'node:buffer';
import { MembraneError } from '../../core/error.js';

/** Bytes that can be shown; rejects with `usage/file` before the first where they would garble a terminal. */
export async function* showable(
  bytes: AsyncIterable<Uint8Array>,
  isTerminal: boolean,
): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of bytes) {
    if (first && isTerminal && !isText(chunk)) {
      throw new MembraneError('usage/file', 'the result is no text, and would garble the terminal', {
        hint: 'write it to a file: --output FILE',
      });
    }
    first = false;
    yield chunk;
  }
}

/** By its beginning. A character may be cut in half at the end. */
function isText(chunk: Uint8Array): boolean {
  const start = chunk.subarray(0, 4096);
  const whole = chunk.length <= 4096 ? start : start.subarray(0, lastWhole(start));
  return isUtf8(whole) && !whole.some((byte) => byte < 0x20 && !plainControls.has(byte));
}

const plainControls: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d]);

/** Where the last character begins that may be cut. */
function lastWhole(bytes: Uint8Array): number {
  let end = bytes.length - 1;
  while (end > bytes.length - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}
