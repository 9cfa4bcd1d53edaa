import { relative } from 'node:path';
import { resolve } from 'node:path';
import { flag, text, type Command } from '../command.js';

export const init: Command = {
  path: 'init',
  summary: 'make a new project',
  args: [{ name: 'folder', summary: 'where; default: the working folder', optional: true }],
  options: [
    { flags: '--name <name>', summary: "name of the project; default: the folder's" },
    { flags: '--example', summary: 'start with the elements of the example CRM' },
  ],
  examples: ['init', 'init my-integrations --name "My integrations"', 'init crm --example'],
  async run(session, [folder = '.'], options) {
    const { initProject } = await session.library();
    const root = resolve(session.cwd, folder);
    const name = text(options, 'name');
    const example = flag(options, 'example');
    const { files } = await initProject({ folder: root, example, ...(name === undefined ? {} : { name }) });
    const where = relative(session.cwd, root);
    const go = where === '' ? '' : `cd ${where} && `;
    return {
      data: { root, files },
      human: () => shown(files).join('\n'),
      note: `next: ${go}membrane ${example ? 'validate' : 'new connector KEY'}`,
    };
  },
};

/** A line for each file; the schemas for editors are one. */
function shown(files: readonly string[]): string[] {
  const schemas = files.filter((file) => file.startsWith('.vscode/membrane/'));
  const others = files.filter((file) => !schemas.includes(file)).map((file) => `wrote ${file}`);
  return schemas.length === 0
    ? others
    : [...others, `wrote .vscode/membrane (${schemas.length} files for editors)`];
}
