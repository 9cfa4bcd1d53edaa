import { describe, expect, it } from 'vitest';
import { mapMemory, restoreImage, takeImage } from '../../../src/adapters/sandbox-memory.js';
import { wasm, type WasmMemory } from '../../../src/adapters/webassembly.js';

const page = 65_536;

/** A memory as QuickJS leaves it when it has started: constants, an empty stack, some heap. */
function started(): WasmMemory {
  const memory = new wasm.Memory({ initial: 64, maximum: 128 });
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(1, 0, 2 * page - 100);
  bytes.fill(2, 20 * page + 50, 22 * page);
  return memory;
}

describe('the memory of a sandbox', () => {
  it('is mapped', () => {
    expect(mapMemory(started())).toEqual({ lowEnd: 2 * page, heapStart: 20 * page });
  });

  it('is put back to the last byte: constants, stack, heap and what the heap has grown by', () => {
    const memory = started();
    const map = mapMemory(memory);
    const image = takeImage(memory, map);
    const before = Buffer.from(memory.buffer.slice(0));
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(7, 10, 500);
    bytes.fill(7, 14 * page, 20 * page);
    bytes.fill(7, 20 * page, 37 * page);
    expect(restoreImage(memory, map, image)).toBe(true);
    expect(Buffer.from(memory.buffer).equals(before)).toBe(true);
  });

  it('is given up when more was used than is cleared', () => {
    const memory = started();
    const map = mapMemory(memory);
    const image = takeImage(memory, map);
    new Uint8Array(memory.buffer).fill(7, 22 * page, 50 * page);
    expect(restoreImage(memory, map, image)).toBe(false);
  });
});
