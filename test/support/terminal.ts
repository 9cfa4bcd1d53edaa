import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import { binFile, hermeticEnvironment } from './cli.js';
import type { TestProject } from './project.js';

type Pty = typeof import('@lydell/node-pty');

const pty = loadPty();

/** Whether there can be a terminal here. */
export const hasTerminal = pty !== undefined;

export interface Terminal {
  /** What was written so far, without colours and movements. */
  text(): string;
  /** With all colours and movements. */
  written(): string;
  resize(columns: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  shows(text: string): Promise<void>;
  type(text: string): void;
  readonly ended: Promise<number>;
}

/** Runs the real `membrane` at a terminal of its own. */
export function openTerminal(
  { root, home }: TestProject,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Terminal {
  const child = pty!.spawn(process.execPath, [binFile, ...args], {
    cols: 200,
    rows: 50,
    cwd: root,
    env: { ...hermeticEnvironment(home), TERM: 'xterm', ...env },
  });
  onTestFinished(() => {
    try {
      child.kill('SIGKILL');
    } catch {
      // it has ended, as it should
    }
  });
  let output = '';
  let look = (): void => undefined;
  child.onData((data) => {
    output += data;
    look();
  });
  const text = () => stripVTControlCharacters(output);
  return {
    text,
    written: () => output,
    resize: (columns, rows) => child.resize(columns, rows),
    kill: (signal) => child.kill(signal),
    shows: (wanted) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no "${wanted}" in:\n${text()}`)), 10_000);
        look = () => {
          if (!text().includes(wanted)) return;
          clearTimeout(timer);
          resolve();
        };
        look();
      }),
    type: (keys) => child.write(keys),
    ended: new Promise((resolve) => child.onExit(({ exitCode }) => resolve(exitCode))),
  };
}

/** A pseudo-terminal needs an addon, which is not there for every platform. In CI it has to be. */
function loadPty(): Pty | undefined {
  try {
    return createRequire(import.meta.url)('@lydell/node-pty') as Pty;
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
    console.warn(`skipped: a person at a terminal: ${(error as Error).message}`);
    return undefined;
  }
}
