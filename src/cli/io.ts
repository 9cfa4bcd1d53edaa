import { fstatSync, statSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Io, TextStream } from './session.js';

/** The streams of this process, each opened when it is used first: that alone costs a millisecond. */
export function processIo(): Io {
  let stdout: TextStream | undefined;
  let stderr: TextStream | undefined;
  return {
    get stdout() {
      return (stdout ??= isPlain(1) ? plainStream(1) : nodeStream(1));
    },
    get stderr() {
      return (stderr ??= isPlain(2) ? plainStream(2) : nodeStream(2));
    },
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    cwd: process.cwd(),
  };
}

/** Whether writes to it wait, so that node's streams, which take milliseconds to load, would add nothing. */
function isPlain(fd: 1 | 2): boolean {
  if (process.platform === 'win32') return false;
  try {
    const facts = fstatSync(fd);
    return facts.isFile() || facts.isFIFO() || facts.isSocket() || facts.rdev === statSync(devNull).rdev;
  } catch {
    return false; // closed before we started: node's own stream copes with that
  }
}

function plainStream(fd: 1 | 2): TextStream {
  let slow: TextStream | undefined;
  return {
    isTTY: false,
    write(text) {
      if (slow !== undefined) return slow.write(text);
      const rest = writeNow(fd, Buffer.from(text));
      if (rest.length === 0) return true;
      // the reader is behind and the pipe does not wait: node's own stream does
      slow = nodeStream(fd);
      return slow.write(rest);
    },
  };
}

/** Gives what could not be written without waiting. */
function writeNow(fd: 1 | 2, bytes: Buffer): Buffer {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') return Buffer.of(); // `membrane … | head` is no error
    if (code !== 'EAGAIN') throw error;
  }
  return bytes.subarray(written);
}

function nodeStream(fd: 1 | 2): TextStream {
  const stream = fd === 1 ? process.stdout : process.stderr;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return stream as TextStream; // node's types do not tie `isTTY` to what the stream is
}
