import { CommanderError } from 'commander';
import { MembraneError } from '../core/error.js';
import { commands } from './commands/index.js';
import { processIo } from './io.js';
import { openOutput, type Output } from './output/output.js';
import { buildProgram, type Execute } from './program.js';
import { openPrompts } from './prompts.js';
import { openSession, type Io, type Session } from './session.js';
import { listenForSignals, type Interrupt } from './signals.js';

/** Runs one command line; gives the exit code. The only place that catches everything. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const color = !argv.includes('--no-color');
  let output = openOutput(io, { json: argv.includes('--json') || argv.includes('--format=json'), color });
  let session: Session | undefined;
  let interrupt: Interrupt | undefined;
  let folder = io.cwd;
  let exit = 0;
  const execute: Execute = async (command, args, options, { json, report, cwd, tenant }) => {
    interrupt = listenForSignals();
    output = openOutput(io, { json, report, color });
    folder = cwd;
    const prompts = json || report !== undefined ? undefined : openPrompts(io, interrupt.signal);
    session = openSession({ commands, io, output, prompts, signal: interrupt.signal, cwd, tenant });
    const result = await command.run(session, args, options);
    await output.result(result, cwd);
    exit = result.exit ?? 0;
  };
  try {
    await buildProgram(io, argv, execute).parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    await pendingSignals();
    const isMute = error instanceof MembraneError && error.code === 'output/failed';
    const heard = isMute ? openOutput(io, { json: false, color }) : output;
    return await failed(error, heard, folder, interrupt?.exit());
  } finally {
    output.end();
    await session?.close();
    interrupt?.end();
  }
}

/** A signal that came while code computed is heard in the next turn of the event loop. */
async function pendingSignals(): Promise<void> {
  for (let turns = 0; turns < 2; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function failed(
  error: unknown,
  output: Output,
  cwd: string,
  interrupted: number | undefined,
): Promise<number> {
  if (interrupted !== undefined || isPromptExit(error)) {
    output.note('stopped');
    return interrupted ?? 130;
  }
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const shown = error instanceof CommanderError ? usageError(error) : error;
  await output.failure(shown, cwd);
  if (!(shown instanceof MembraneError)) return 70;
  const { codes } = await import('../core/codes.js');
  return codes[shown.code].exit;
}

/** `error: unknown option '--jsn'\n(Did you mean --json?)` as one of ours. */
function usageError({ message }: CommanderError): MembraneError {
  const [what = '', near] = message.replace(/^error: /, '').split('\n');
  const sentence = what.replaceAll("'", '"').replace(/\.$/, '');
  const hint =
    near?.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean "$1"?') ?? 'add --help to see how it is used';
  return new MembraneError('usage/command', sentence, { hint });
}

/** Ctrl-C at a prompt. */
function isPromptExit(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
}
