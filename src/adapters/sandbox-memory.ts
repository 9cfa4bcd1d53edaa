import { Buffer } from 'node:buffer';
import type { WasmMemory } from './webassembly.js';

/** The parts of the memory of a sandbox that were in use at one moment; the rest of it was zero. */
export interface MemoryImage {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

/** Where QuickJS keeps what, learnt from a memory that was just filled. Bytes from its start. */
export interface MemoryMap {
  /** Constants and tables end here; the stack follows. */
  readonly lowEnd: number;
  /** The heap begins above this, the stack ends below it. */
  readonly highStart: number;
}

const page = 65_536;
/** So much of the stack is cleared after a run: QuickJS is not allowed to use more of it. */
export const stackBytes = 8 * page;
/** Above the last page that is in use, so much is cleared after a run. */
const clearedBytes = 16 * page;
const zeros = Buffer.alloc(page);

/** The layout of a memory that nobody but the start of QuickJS has used. */
export function mapMemory(memory: WasmMemory): MemoryMap {
  let first = 0;
  while (!isZero(memory, first)) first += 1;
  let heap = first;
  while (isZero(memory, heap)) heap += 1;
  return { lowEnd: first * page, highStart: heap * page - stackBytes };
}

export function takeImage(memory: WasmMemory, { lowEnd, highStart }: MemoryMap): MemoryImage {
  const pages = memory.buffer.byteLength / page;
  const gap = clearedBytes / page;
  let end = (highStart + stackBytes) / page;
  for (let at = end; at < pages && at <= end + gap; at += 1) if (!isZero(memory, at)) end = at + 1;
  const bytes = new Uint8Array(memory.buffer);
  return { low: bytes.slice(0, lowEnd), high: bytes.slice(highStart, end * page) };
}

/**
 * Puts the memory back to what it was when the image was taken, so that nothing of a run is left for the next.
 * False where the run has used more than is cleared here: then the memory must be given up.
 */
export function restoreImage(memory: WasmMemory, map: MemoryMap, image: MemoryImage): boolean {
  const bytes = new Uint8Array(memory.buffer);
  const end = map.highStart + image.high.length;
  const cleared = Math.min(bytes.length, end + clearedBytes);
  if (memory.buffer.byteLength > cleared + page && !isClear(memory, cleared / page, 4)) return false;
  bytes.set(image.low);
  bytes.set(image.high, map.highStart);
  bytes.fill(0, end, cleared);
  return true;
}

function isClear(memory: WasmMemory, from: number, count: number): boolean {
  for (let at = from; at < from + count; at += 1) if (!isZero(memory, at)) return false;
  return true;
}

function isZero(memory: WasmMemory, at: number): boolean {
  return Buffer.from(memory.buffer, at * page, page).equals(zeros);
}
