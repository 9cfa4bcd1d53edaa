import { Readable } from 'node:stream';
import type { Io, TextStream } from '../../../src/cli/session.js';

export interface FakeIo extends Io {
  /** What was written so far. */
  readonly written: { stdout: string; stderr: string };
}

export interface FakeIoOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** A process whose streams are no terminals and remember what is written. */
export function fakeIo({ cwd = '/', env = {}, stdin = '' }: FakeIoOptions = {}): FakeIo {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr'): TextStream => ({
    isTTY: false,
    write(text) {
      written[name] += text.toString();
      return true;
    },
  });
  // only what is read of it: a stream of text that is no terminal
  const input = Readable.from([Buffer.from(stdin)]) as unknown as NodeJS.ReadStream;
  return { stdout: stream('stdout'), stderr: stream('stderr'), stdin: input, env, cwd, written };
}
