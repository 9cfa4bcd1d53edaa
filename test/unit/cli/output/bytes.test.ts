import { describe, expect, it } from 'vitest';
import { showable } from '../../../../src/cli/output/bytes.js';
import { MembraneError } from '../../../../src/core/error.js';

async function shown(bytes: readonly Uint8Array[], isTerminal: boolean): Promise<unknown> {
  const source = async function* () {
    yield* bytes;
  };
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of showable(source(), isTerminal)) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    return [chunks.length, error.code, error.message, error.hint];
  }
  return Buffer.concat(chunks);
}

const refused = [
  0,
  'usage/file',
  'the result is no text, and would garble the terminal',
  'write it to a file: --output FILE',
];

describe('bytes', () => {
  it.each([
    [Buffer.from('a,b\r\n1\t2\n')],
    [Buffer.from('é'.repeat(5000))],
    [Buffer.from(`a${'€'.repeat(5000)}`)],
    [Buffer.from('😀'.repeat(5000)).subarray(0, 4096)],
    [Buffer.of()],
  ])('that are text are shown on a terminal (%#)', async (bytes) => {
    expect(await shown([bytes, bytes], true)).toEqual(Buffer.concat([bytes, bytes]));
  });

  it.each([
    [Buffer.of(0x50, 0x4b, 3, 4)],
    [Buffer.of(0xff, 0xd8)],
    [Buffer.from('a\u001b[2J')],
    [Buffer.of(0)],
  ])('that are none are kept from it (%#)', async (bytes) => {
    expect(await shown([bytes], true)).toEqual(refused);
    expect(await shown([bytes], false)).toEqual(bytes);
  });
});
