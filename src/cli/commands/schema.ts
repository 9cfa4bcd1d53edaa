import { relative, resolve } from 'node:path';
import { MembraneError } from '../../core/error.js';
import { text, type Command } from '../command.js';

export const schema: Command = {
  path: 'schema',
  summary: 'print the JSON Schema of a kind, for editors',
  description:
    'For yaml-language-server, which is what VS Code, Neovim, Helix and others use. "membrane init" sets it up; after an update of membrane, write the schemas again with --all.',
  args: [
    {
      name: 'kind',
      summary: 'action, flow, …, a type of functions such as mapping, or membrane.yaml',
      optional: true,
      completes: 'kinds',
    },
  ],
  options: [{ flags: '--all <folder>', summary: 'write all schemas into a folder, and over older ones' }],
  examples: ['schema action', 'schema membrane.yaml', 'schema --all .vscode/membrane'],
  async run(session, [name], options) {
    const { editorSchema, writeEditorSchemas } = await session.library();
    const folder = text(options, 'all');
    if (folder !== undefined) {
      const root = resolve(session.cwd, folder);
      const { files } = await writeEditorSchemas(root);
      const shown = relative(session.cwd, root) || '.';
      return {
        data: { folder: root, files },
        human: () => `wrote ${files.length} files into ${shown}`,
        note: 'index.json says which files each is for',
      };
    }
    if (name === undefined) {
      const hint = 'name a kind, or write all of them with --all FOLDER';
      throw new MembraneError('usage/argument', 'which schema?', { hint });
    }
    return { data: await editorSchema(name) };
  },
};
