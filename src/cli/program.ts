import { Argument, Command as Program, Option } from 'commander';
import { resolve } from 'node:path';
import type { Command, Options } from './command.js';
import { commands } from './commands/index.js';
import {
  addName,
  byFirstWord,
  configure,
  describeFor,
  formatOf,
  formats,
  group,
  unknownCommand,
} from './program-parts.js';
import type { ReportFormat } from './output/report.js';
import type { Io } from './session.js';
import { version } from './version.js';

export interface GlobalOptions {
  readonly json: boolean;
  readonly report: ReportFormat | undefined;
  readonly cwd: string;
  readonly tenant: string | undefined;
}

export type Execute = (
  command: Command,
  args: readonly string[],
  options: Options,
  globals: GlobalOptions,
) => Promise<void>;

/**
 * The command line: a loop over the registry of commands. Only what `words` can mean is built in full; of the
 * rest `--help` needs the names.
 */
export function buildProgram(io: Io, words: readonly string[], execute: Execute): Program {
  const program = configure(new Program('membrane'), io)
    .description('Local-first integrations: declared in YAML, checked in CI, run from your terminal')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', '\nMore on a command: membrane COMMAND --help');
  addGlobals(program);
  for (const [name, members] of byFirstWord(commands)) {
    if (words.includes(name)) addAll(program, members, io, execute);
    else addName(program, name, members);
  }
  program.allowExcessArguments().action(() => unknownCommand(program, program.args));
  return program;
}

function addAll(program: Program, members: readonly Command[], io: Io, execute: Execute): void {
  for (const command of members) {
    const path = command.path.split(' ');
    const parent = path.slice(0, -1).reduce((above, word) => group(above, word, io), program);
    addCommand(parent, path.at(-1) ?? '', command, io, execute);
  }
}

function addGlobals(program: Program): void {
  program
    .option('--json', 'print one JSON document')
    .addOption(new Option('--format <format>', 'how to print').choices(formats))
    .option('-C, --cwd <dir>', 'work in this folder')
    .option('--tenant <key>', 'work for this tenant')
    .option('--no-color', 'no colours');
}

function addCommand(parent: Program, name: string, command: Command, io: Io, execute: Execute): void {
  const program = configure(new Program(name), io).summary(command.summary);
  program.configureHelp({ showGlobalOptions: true, optionDescription: describeFor(command) });
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
    const own = command.formats === undefined ? {} : { format: json === true ? 'json' : format };
    await execute(
      command,
      program.args,
      { ...options, ...own },
      {
        ...formatOf(command, json === true ? 'json' : format),
        cwd: resolve(io.cwd, typeof cwd === 'string' ? cwd : '.'),
        tenant: typeof tenant === 'string' ? tenant : undefined,
      },
    );
  });
  parent.addCommand(program, { hidden: command.hidden === true });
}
