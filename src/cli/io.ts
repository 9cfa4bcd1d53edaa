import { once } from 'node:events';
import { fstatSync, statSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { MembraneError } from '../core/error.js';
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
    if (facts.isFile() || facts.isFIFO() || facts.isSocket()) return true;
    return facts.rdev === statSync(devNull).rdev || !standard(fd).isTTY;
  } catch {
    return false; // closed before we started: node's own stream copes with that
  }
}

function plainStream(fd: 1 | 2): TextStream {
  let slow: NodeJS.WriteStream | undefined;
  let closed = false;
  const close = () => void (closed = true);
  return {
    isTTY: false,
    get closed() {
      return closed;
    },
    async drained() {
      if (slow?.writableNeedDrain !== true || closed) return;
      await Promise.race([once(slow, 'drain'), once(slow, 'close')]).catch(() => undefined);
    },
    write(text) {
      if (closed) return true;
      if (slow !== undefined) return slow.write(text);
      const rest = writeNow(fd, Buffer.from(text), close);
      if (rest.length === 0) return true;
      // the reader is behind and the pipe does not wait: node's own stream does
      slow = nodeStream(fd, close) as NodeJS.WriteStream;
      return slow.write(rest);
    },
  };
}

/** Gives what could not be written without waiting. */
function writeNow(fd: 1 | 2, bytes: Buffer, onClosed: () => void): Buffer {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return bytes.subarray(written);
    onClosed(); // `membrane … | head` is no error
    if (code !== 'EPIPE' && fd === 1) throw outputFailure(error);
    return Buffer.of(); // where errors cannot be written, nobody can be told
  }
  return bytes.subarray(written);
}

function outputFailure(cause: unknown): MembraneError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOSPC' ? 'there is no room left' : message;
  return new MembraneError('output/failed', `the output cannot be written: ${why}`, {
    hint: code === 'ENOSPC' ? 'make room, or write it elsewhere' : 'write it elsewhere',
    cause,
  });
}

function standard(fd: 1 | 2): NodeJS.WriteStream {
  return fd === 1 ? process.stdout : process.stderr;
}

function nodeStream(fd: 1 | 2, onClosed: () => void = () => undefined): TextStream {
  const stream = standard(fd);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    onClosed();
    if (error.code === 'EPIPE' || fd === 2) return;
    // it comes later than the write, when nobody is there to catch it
    const { code, message } = outputFailure(error);
    writeNow(2, Buffer.from(`error[${code}]: ${message}\n`), () => undefined);
    process.once('exit', () => (process.exitCode = 1));
  });
  return stream as TextStream; // node's types do not tie `isTTY` to what the stream is
}
