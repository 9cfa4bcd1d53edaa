import type { Io } from './session.js';

/** The streams of this process, each opened when it is used first: that alone costs a millisecond. */
export function processIo(): Io {
  const tolerant = new WeakSet<NodeJS.WriteStream>();
  const open = (stream: NodeJS.WriteStream): NodeJS.WriteStream => {
    if (!tolerant.has(stream)) {
      tolerant.add(stream);
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error; // `membrane … | head` is no error
      });
    }
    return stream;
  };
  return {
    get stdout() {
      return open(process.stdout);
    },
    get stderr() {
      return open(process.stderr);
    },
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    cwd: process.cwd(),
  };
}
