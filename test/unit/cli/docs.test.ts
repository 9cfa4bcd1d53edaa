import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Command } from '../../../src/cli/command.js';
import { commands } from '../../../src/cli/commands/index.js';
import { kinds } from '../../../src/elements/index.js';

const file = new URL('../../../docs/cli.md', import.meta.url);

it('docs/cli.md is what the commands say', () => {
  const page = render();
  if (process.env['UPDATE'] === '1') writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});

it('every command has a summary, examples of itself, and a path of its own', () => {
  const wrong = commands.filter(
    ({ path, summary, examples }) => summary === '' || !examples.some((example) => example.startsWith(path)),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
  expect(new Set(commands.map(({ path }) => path)).size).toBe(commands.length);
});

function render(): string {
  const kindNames = kinds.map(({ name }) => name);
  const own = commands.filter(({ path, hidden }) => hidden !== true && !isOfKind(path, kindNames));
  const ofKinds = commands.filter(({ path }) => path.startsWith('connector '));
  return [
    '# Commands',
    '',
    'Made from the commands themselves: `UPDATE=1 npx vitest run test/unit/cli/docs.test.ts` writes it anew.',
    '',
    'Every command takes `--json` (one document `{format, ok, data | error, diagnostics}` on stdout), `--cwd DIR`,',
    '`--tenant KEY`, `--no-color` and `--help`. The result is on stdout, everything else on stderr; nothing asks without',
    'a terminal. Exit codes: 0 done, 1 a run failed, 2 used wrongly, 3 the project has errors, 4 a connection is missing',
    'or refused, 70 a fault in membrane, 130 interrupted, 143 terminated.',
    '',
    ...own.flatMap(renderCommand),
    '## KIND list and KIND show',
    '',
    `The same for every kind: ${kindNames.join(', ')}. For connectors:`,
    '',
    ...ofKinds.flatMap(renderCommand).map((line) => line.replace(/^## /, '### ')),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function isOfKind(path: string, names: readonly string[]): boolean {
  const [word = '', verb] = path.split(' ');
  return names.includes(word) && (verb === 'list' || verb === 'show');
}

function renderCommand({ path, summary, description, args = [], options = [], examples }: Command): string[] {
  const words = args.map(({ name, optional, many }) => {
    const inner = many === true ? `${name}...` : name;
    return optional === true ? `[${inner}]` : `<${inner}>`;
  });
  return [
    `## ${path}`,
    '',
    `\`membrane ${[path, ...words].join(' ')}\` – ${summary}`,
    '',
    ...(description === undefined ? [] : [description, '']),
    ...args.map((argument) => `- \`${argument.name}\`: ${argument.summary}`),
    ...options.map(({ flags, summary: what, choices }) => {
      const allowed = choices === undefined ? '' : ` (${choices.join(', ')})`;
      return `- \`${flags}\`: ${what}${allowed}`;
    }),
    ...(args.length + options.length > 0 ? [''] : []),
    '```sh',
    ...examples.map((example) => `membrane ${example}`),
    '```',
    '',
  ];
}
