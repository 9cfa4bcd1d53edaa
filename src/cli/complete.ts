import tab, { script } from '@bomb.sh/tab';
import { MembraneError } from '../core/error.js';
import type { Command } from './command.js';
import { capturePrinted } from './output/capture.js';
import type { Session } from './session.js';

/** The script that a shell loads once; it asks `membrane complete` at every TAB. */
export function completionScript(shell: string): string {
  return capturePrinted(() => script(shell, 'membrane', 'membrane'));
}

/** Prints what can come next on a command line: commands, options, and what is in the project. */
export async function printCompletions(session: Session, words: readonly string[]): Promise<string> {
  const known = session.commands.filter((command) => command.hidden !== true);
  const values = await projectValues(
    session,
    known.find((command) => startsWith(words, command.path.split(' '))),
  );
  for (const command of known) {
    const words = command.path.split(' ');
    for (let depth = 1; depth < words.length; depth += 1) {
      const above = words.slice(0, depth).join(' ');
      if (!tab.commands.has(above)) tab.command(above, `${above} …`);
    }
    const target = tab.command(command.path, command.summary);
    for (const { name, completes, many } of command.args ?? []) {
      target.argument(name, (complete) => values(completes).forEach((value) => complete(value, '')), many);
    }
    for (const { flags, summary, completes, choices } of command.options ?? []) {
      const long = /--([\w-]+)/.exec(flags)?.[1] ?? '';
      const takesValue = flags.includes('<');
      if (takesValue) {
        target.option(long, summary, (complete) =>
          [...(choices ?? values(completes))].forEach((value) => complete(value, '')),
        );
      } else {
        target.option(long, summary);
      }
    }
  }
  return capturePrinted(() => tab.parse([...words]));
}

/** What the project has for the places of one command; a broken project has nothing to offer. */
async function projectValues(
  session: Session,
  command: Command | undefined,
): Promise<(completes: string | undefined) => readonly string[]> {
  const wanted = new Set(
    [...(command?.args ?? []), ...(command?.options ?? [])].flatMap(({ completes }) => completes ?? []),
  );
  const values = new Map<string, readonly string[]>();
  for (const name of wanted) {
    try {
      values.set(name, await valuesOf(session, name));
    } catch (error) {
      if (!(error instanceof MembraneError)) throw error;
    }
  }
  return (completes) => (completes === undefined ? [] : (values.get(completes) ?? []));
}

async function valuesOf(session: Session, name: string): Promise<readonly string[]> {
  if (name === 'files') return [];
  if (name === 'codes') return Object.keys((await import('../core/codes.js')).codes);
  if (name === 'log-types') return (await import('../core/log-type-names.js')).logTypeNames;
  if (name === 'models') return (await import('../core/udm.js')).udmKeys();
  if (name === 'templates') {
    const { connectorTemplates } = await session.library();
    return (await connectorTemplates()).map((template) => template.name);
  }
  const membrane = await session.membrane({ allowBare: true });
  if (name === 'kinds') return membrane.kinds().map((kind) => kind.name);
  if (name === 'connections') return (await membrane.connections.list()).map(({ key }) => key);
  if (name === 'tenants') return (await membrane.tenants.list()).map(({ key }) => key);
  const elements = await membrane.elements.list(name.replace('element:', ''));
  return [
    ...new Set(elements.map(({ key, connector }) => (connector === undefined ? key : `${connector}/${key}`))),
  ];
}

function startsWith(words: readonly string[], path: readonly string[]): boolean {
  const plain = words.filter((word) => !word.startsWith('-'));
  return path.every((word, index) => plain[index] === word);
}
