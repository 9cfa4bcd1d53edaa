import { Argument, Command as Program, Option } from 'commander';
import { resolve } from 'node:path';
import { MembraneError } from '../core/error.js';
import { didYouMean } from '../core/nearest.js';
import type { Command, Options } from './command.js';
import { commands } from './commands/index.js';
import type { Io } from './session.js';
import { version } from './version.js';

export interface GlobalOptions {
  readonly json: boolean;
  readonly cwd: string;
  readonly tenant: string | undefined;
}

export type Execute = (command: Command, args: readonly string[], options: Options, globals: GlobalOptions) => Promise<void>;

/** The command line: a loop over the registry of commands. */
export function buildProgram(io: Io, execute: Execute): Program {
  const program = configure(new Program('membrane'), io)
    .description('Local-first integrations: declared in YAML, checked in CI, run from your terminal')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', '\nMore on a command: membrane COMMAND --help');
  addGlobals(program);
  const groups = new Map<string, Program>();
  for (const command of commands) {
    const words = command.path.split(' ');
    const parent = words.slice(0, -1).reduce((above, word) => group(above, word, groups, io), program);
    addCommand(parent, words.at(-1) ?? '', command, io, execute);
  }
  program.allowExcessArguments().action(() => unknownCommand(program, program.args));
  return program;
}

function configure(program: Program, io: Io): Program {
  return program
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text.replace(/^error: /, 'error[usage/command]: ')),
    });
}

function addGlobals(program: Program): void {
  program
    .option('--json', 'print one JSON document')
    .addOption(new Option('--format <format>', 'how to print').choices(['human', 'json']))
    .option('-C, --cwd <dir>', 'work in this folder')
    .option('--tenant <key>', 'work for this tenant')
    .option('--no-color', 'no colours');
}

/** `membrane connection`, alone, says what it can do. */
function group(parent: Program, word: string, groups: Map<string, Program>, io: Io): Program {
  const path = `${parent.name()} ${word}`;
  let found = groups.get(path);
  if (found === undefined) {
    found = configure(new Program(word), io).summary(`${word} …`);
    const own = found;
    own.allowExcessArguments().action(() => unknownCommand(own, own.args));
    parent.addCommand(own);
    groups.set(path, own);
  }
  return found;
}

function addCommand(parent: Program, name: string, command: Command, io: Io, execute: Execute): void {
  const program = configure(new Program(name), io).summary(command.summary);
  program.description([command.summary, command.description].filter(Boolean).join('\n\n'));
  for (const { name: word, summary, optional, many } of command.args ?? []) {
    const inner = many === true ? `${word}...` : word;
    program.addArgument(new Argument(optional === true ? `[${inner}]` : `<${inner}>`, summary));
  }
  for (const { flags, summary, many, choices } of command.options ?? []) {
    const option = new Option(flags, summary);
    if (choices !== undefined) option.choices(choices);
    if (many === true) option.argParser((value: string, all: string[] = []) => [...all, value]);
    program.addOption(option);
  }
  const examples = command.examples.map((line) => `  $ membrane ${line}`).join('\n');
  program.addHelpText('after', `\nExamples:\n${examples}`);
  program.action(async () => {
    const { json, format, cwd, tenant, ...options } = program.optsWithGlobals<Record<string, unknown>>();
    await execute(command, program.args, options, {
      json: json === true || format === 'json',
      cwd: resolve(io.cwd, typeof cwd === 'string' ? cwd : '.'),
      tenant: typeof tenant === 'string' ? tenant : undefined,
    });
  });
  parent.addCommand(program, { hidden: command.hidden === true });
}

function unknownCommand(program: Program, words: readonly string[]): never {
  const names = program.commands.map((command) => command.name());
  const [word] = words;
  const known = `see "membrane${program.parent === null ? '' : ` ${program.name()}`} --help"`;
  if (word === undefined) program.help();
  throw new MembraneError('usage/command', `no command "${word}"`, { hint: didYouMean(word ?? '', names) ?? known });
}
