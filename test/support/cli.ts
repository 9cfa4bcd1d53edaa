import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = path.resolve(fileURLToPath(import.meta.url), '../../..');
export const binFile = path.join(repository, 'bin/membrane.js');

export interface CliOptions {
  readonly cwd: string;
  /** Beside the hermetic environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What stdin gives. Without it stdin is empty. */
  readonly input?: string;
  /** Stdin stays open for `write`. */
  readonly keepOpen?: boolean;
  /** The process is killed after this time, and the run rejects. Default: 20 s. */
  readonly timeoutMs?: number;
  /** The home folder; default: a new empty one for each test process. */
  readonly home?: string;
  /** Another program in place of `node bin/membrane.js`: a wrapper, an installed copy. */
  readonly command?: readonly string[];
}

export interface CliResult {
  /** The exit code, or the signal that ended the process. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface RunningCli {
  readonly pid: number;
  readonly ended: Promise<CliResult>;
  /** Resolves when stdout or stderr holds `text`; rejects when the process ends without it. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** To stdin, with `keepOpen`. */
  write(text: string): void;
  /** What was printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
}

/** Runs the real `membrane` to its end. Nothing of this machine's environment gets in but PATH. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(args, options).ended;
}

/** Starts the real `membrane`, for tests that look at it, or end it, while it works. */
export function startCli(args: readonly string[], options: CliOptions): RunningCli {
  const [program = '', ...before] = options.command ?? [process.execPath, binFile];
  const started = performance.now();
  const child = spawn(program, [...before, ...args], {
    cwd: options.cwd,
    env: { ...hermeticEnvironment(options.home), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
      for (const look of watchers) look();
    });
  }
  // A command that needs no input may end before it has read it: its exit code tells what matters.
  child.stdin.on('error', () => child.stdin.destroy());
  if (options.keepOpen === true) child.stdin.write(options.input ?? '');
  else child.stdin.end(options.input ?? '');

  const timeoutMs = options.timeoutMs ?? 20_000;
  const ended = new Promise<CliResult>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(
          `membrane ${args.join(' ')} ran for more than ${timeoutMs} ms\n${output.stdout}${output.stderr}`,
        ),
      );
    }, timeoutMs);
    child.once('error', reject).once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal ?? 'SIGKILL', ...output, ms: performance.now() - started });
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.stdout.includes(text) || output.stderr.includes(text)) resolve();
        };
        watchers.add(look);
        look();
        void ended.then(
          () => reject(new Error(`membrane ended without "${text}":\n${output.stdout}${output.stderr}`)),
          reject,
        );
      }),
    kill: (signal) => void child.kill(signal),
    write: (text) => void child.stdin.write(text),
    output,
  };
}

/** PATH, a home of its own and nothing else: what runs in a test knows nothing of who runs it. */
export function hermeticEnvironment(home = emptyHome()): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TZ: 'UTC',
    NO_COLOR: '1',
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_STATE_HOME: path.join(home, '.local/state'),
  };
}

let home: string | undefined;

function emptyHome(): string {
  home ??= realpathSync(mkdtempSync(path.join(tmpdir(), 'membrane-home-')));
  mkdirSync(home, { recursive: true });
  return home;
}
