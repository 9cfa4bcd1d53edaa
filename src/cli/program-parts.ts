import { Help, Option, Command as Program } from 'commander';
import { MembraneError } from '../core/error.js';
import { didYouMean } from '../core/nearest.js';
import type { Command } from './command.js';
import { reportFormats } from './output/report.js';
import type { Io } from './session.js';

/** What every level of the command line has in common. */
export function configure(program: Program, io: Io): Program {
  return program
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: () => undefined, // main says what is wrong
    });
}

/** `human` is another name of `text`. */
export const formats = ['text', 'human', 'json', ...reportFormats, 'table', 'ndjson', 'csv', 'mermaid'];

/** Describes options in the help of a command: of the formats only its own. */
export function describeFor({ reports = [], formats: own = [] }: Command) {
  return (option: Option): string => {
    if (option.long !== '--format') return new Help().optionDescription(option);
    const format = new Option(option.flags, option.description);
    return new Help().optionDescription(format.choices(['text', 'json', ...reports, ...own]));
  };
}

/** What `--format` means for a command. Throws `usage/argument` where the command has no such reports. */
export function formatOf({ path, reports = [], formats: own = [] }: Command, format: unknown) {
  const wanted = reportFormats.find((name) => name === format);
  const known: readonly unknown[] = ['text', 'human', 'json', ...reports, ...own];
  if (format !== undefined && !known.includes(format)) {
    throw new MembraneError('usage/argument', `"${path}" has no format "${String(format)}"`, {
      hint: `its formats are ${known.filter((name) => name !== 'human').join(', ')}`,
    });
  }
  return { json: format === 'json', report: reports.includes(format as never) ? wanted : undefined };
}

/** A command of which only the name is wanted. */
export function addName(program: Program, name: string, members: readonly Command[]): void {
  const own = members.find((command) => command.path === name);
  const verbs = members.map((command) => command.path.slice(name.length + 1)).filter((verb) => verb !== '');
  const hidden = members.every((command) => command.hidden === true);
  program.command(name, { hidden }).summary(own?.summary ?? verbs.join(' · '));
}

/** `membrane connection`, alone, says what it can do. */
export function group(parent: Program, word: string, io: Io): Program {
  const known = parent.commands.find((command) => command.name() === word);
  if (known !== undefined) return known;
  const made = configure(new Program(word), io).allowExcessArguments();
  made.action(() => unknownCommand(made, made.args));
  parent.addCommand(made);
  return made;
}

/** Says which command was probably meant; without any word, what there is. */
export function unknownCommand(program: Program, words: readonly string[]): never {
  const names = program.commands.map((command) => command.name());
  const [word] = words;
  const path = program.parent === null ? 'membrane' : `membrane ${program.name()}`;
  const known = names.length > 8 ? `see "${path} --help"` : `after "${path}" comes ${names.join(', ')}`;
  if (word === undefined) program.help();
  throw new MembraneError('usage/command', `no command "${word}"`, {
    hint: didYouMean(word ?? '', names) ?? known,
  });
}

/** The commands by the first word of their paths, in order. */
export function byFirstWord(commands: readonly Command[]): Map<string, Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const [word = ''] = command.path.split(' ');
    const members = groups.get(word);
    if (members === undefined) groups.set(word, [command]);
    else members.push(command);
  }
  return groups;
}
