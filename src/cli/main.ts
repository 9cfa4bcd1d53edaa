import { CommanderError, type Command as Program } from 'commander';
import { MembraneError } from '../core/error.js';
import { openOutput, type Output } from './output/output.js';
import { buildProgram, type GlobalOptions } from './program.js';
import { openPrompts } from './prompts.js';
import { openSession, type Io, type Session } from './session.js';
import type { Command, Options } from './command.js';

/** Runs one command line; gives the exit code. The only place that catches everything. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const interrupt = listenForSignals();
  let output = openOutput(io, argv.includes('--json') || argv.includes('--format=json'));
  let session: Session | undefined;
  ignoreClosedPipes(io);
  try {
    let exit = 0;
    const program = buildProgram(io, async (command: Command, args: readonly string[], options: Options, globals: GlobalOptions) => {
      output = openOutput(io, globals.json);
      const prompts = globals.json ? undefined : openPrompts(io, interrupt.signal);
      session = openSession({ io, output, prompts, signal: interrupt.signal, cwd: globals.cwd, tenant: globals.tenant });
      const result = await command.run(session, args, options);
      await output.result(result, globals.cwd);
      exit = result.exit ?? 0;
    });
    await parse(program, argv);
    return exit;
  } catch (error) {
    return await failed(error, output, io, interrupt.exit());
  } finally {
    output.end();
    await session?.close();
    interrupt.end();
  }
}

async function parse(program: Program, argv: readonly string[]): Promise<void> {
  await program.parseAsync([...argv], { from: 'user' });
}

async function failed(error: unknown, output: Output, io: Io, interrupted: number | undefined): Promise<number> {
  if (interrupted !== undefined) {
    output.note('stopped');
    return interrupted;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (isPromptExit(error)) return 130;
  await output.failure(error, io.cwd);
  if (!(error instanceof MembraneError)) return 70;
  const { codes } = await import('../core/codes.js');
  return codes[error.code].exit;
}

function isPromptExit(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
}

/** Ctrl-C and SIGTERM end what runs, cleanly; the same signal again ends the process at once. */
function listenForSignals() {
  const controller = new AbortController();
  let exit: number | undefined;
  const on = (signal: 'SIGINT' | 'SIGTERM', code: number) => {
    const listener = () => {
      exit = code;
      controller.abort(new MembraneError('run/failed', 'stopped'));
      process.removeListener(signal, listener);
    };
    process.on(signal, listener);
    return () => process.removeListener(signal, listener);
  };
  const ends = [on('SIGINT', 130), on('SIGTERM', 143)];
  return { signal: controller.signal, exit: () => exit, end: () => ends.forEach((end) => end()) };
}

/** `membrane … | head` is no error. */
function ignoreClosedPipes(io: Io): void {
  for (const stream of [io.stdout, io.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  return { stdout, stderr, stdin, env, cwd: process.cwd() };
}
