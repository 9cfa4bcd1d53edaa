import { Buffer } from 'node:buffer';
import type { WasmMemory } from './webassembly.js';

/** The parts of the memory of a sandbox that were in use at one moment. The stack is not among them: nothing ran. */
export interface MemoryImage {
  readonly low: Uint8Array;
  readonly heap: Uint8Array;
}

/** Where QuickJS keeps what, learnt from a memory that was just filled. Bytes from its start. */
export interface MemoryMap {
  /** Constants and tables end here; the stack follows. */
  readonly lowEnd: number;
  /** The heap begins here, and the stack ends. */
  readonly heapStart: number;
}

const page = 65_536;
/** So much of the stack is cleared after a run: QuickJS is not allowed to use more of it. */
export const stackBytes = 8 * page;
/** Above the last page that is in use, so much is cleared after a run. */
const clearedBytes = 16 * page;
const zeros = Buffer.alloc(page);

/** The layout of a memory that nobody but the start of QuickJS has used. */
export function mapMemory(memory: WasmMemory): MemoryMap {
  let low = 0;
  while (!isZero(memory, low)) low += 1;
  let heap = low;
  while (isZero(memory, heap)) heap += 1;
  return { lowEnd: low * page, heapStart: heap * page };
}

export function takeImage(memory: WasmMemory, { lowEnd, heapStart }: MemoryMap): MemoryImage {
  const pages = memory.buffer.byteLength / page;
  const gap = clearedBytes / page;
  let end = heapStart / page;
  for (let at = end; at < pages && at <= end + gap; at += 1) if (!isZero(memory, at)) end = at + 1;
  const bytes = new Uint8Array(memory.buffer);
  return { low: bytes.slice(0, lowEnd), heap: bytes.slice(heapStart, end * page) };
}

/**
 * Puts the memory back to what it was when the image was taken, so that nothing of a run is left for the next.
 * False where the run has used more than is cleared here: then the memory must be given up.
 */
export function restoreImage(memory: WasmMemory, { heapStart }: MemoryMap, image: MemoryImage): boolean {
  const bytes = new Uint8Array(memory.buffer);
  const end = heapStart + image.heap.length;
  const cleared = Math.min(bytes.length, end + clearedBytes);
  if (bytes.length > cleared && !isClear(memory, cleared / page, 4)) return false;
  bytes.set(image.low);
  bytes.fill(0, heapStart - stackBytes, heapStart);
  bytes.set(image.heap, heapStart);
  bytes.fill(0, end, cleared);
  return true;
}

function isClear(memory: WasmMemory, from: number, count: number): boolean {
  const end = Math.min(from + count, memory.buffer.byteLength / page);
  for (let at = from; at < end; at += 1) if (!isZero(memory, at)) return false;
  return true;
}

function isZero(memory: WasmMemory, at: number): boolean {
  return Buffer.from(memory.buffer, at * page, page).equals(zeros);
}
