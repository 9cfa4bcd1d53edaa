import { relative } from 'node:path';
import { resolve } from 'node:path';
import { text, type Command } from '../command.js';

export const init: Command = {
  path: 'init',
  summary: 'make a new project',
  args: [{ name: 'folder', summary: 'where; default: the working folder', optional: true }],
  options: [{ flags: '--name <name>', summary: "name of the project; default: the folder's" }],
  examples: ['init', 'init my-integrations --name "My integrations"'],
  async run(session, [folder = '.'], options) {
    const { initProject } = await session.library();
    const root = resolve(session.cwd, folder);
    const name = text(options, 'name');
    const { files } = await initProject({ folder: root, ...(name === undefined ? {} : { name }) });
    const where = relative(session.cwd, root);
    const go = where === '' ? '' : `cd ${where} && `;
    return {
      data: { root, files },
      human: () => files.map((file) => `wrote ${file}`).join('\n'),
      note: `next: ${go}membrane new connector KEY`,
    };
  },
};
