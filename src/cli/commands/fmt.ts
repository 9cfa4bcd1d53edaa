import { relative, resolve } from 'node:path';
import { flag, type Command } from '../command.js';

export const fmt: Command = {
  path: 'fmt',
  summary: 'bring the YAML files of the project into one form',
  description:
    'Keys in the order of their kind, two spaces of indentation; comments and values stay. Files with errors are left alone, and end it with 3, as --check does where a file would change.',
  args: [
    {
      name: 'path',
      summary: 'files or folders; default: everything',
      optional: true,
      many: true,
      completes: 'files',
    },
  ],
  options: [
    { flags: '--check', summary: 'change nothing, and end with 3 where a file would change' },
    { flags: '--prune', summary: 'take out what a server wrote into an export' },
  ],
  examples: ['fmt', 'fmt actions --check', 'fmt --prune'],
  async run(session, paths, options) {
    const { formatProject } = await session.library();
    // a path may lie in another project than the working folder, such as an export
    const [only] = paths;
    const cwd = paths.length === 1 && only !== undefined ? resolve(session.cwd, only) : session.cwd;
    const check = flag(options, 'check');
    const work = formatProject({
      cwd,
      paths: paths.map((path) => resolve(session.cwd, path)),
      prune: flag(options, 'prune'),
      check,
    });
    const { root, changed, files, diagnostics } = await session.output.progress('formatting', work);
    const names = changed.map((file) => relative(session.cwd, file));
    const failed = diagnostics.length > 0 || (check && names.length > 0);
    const count = `${changed.length} of ${files} ${files === 1 ? 'file' : 'files'}`;
    const said = check ? `${count} would change` : `changed ${count}`;
    return {
      data: { root, changed: names, files },
      human: ({ color }) => [...names, failed ? color.red(said) : color.green(said)].join('\n'),
      diagnostics,
      exit: failed ? 3 : 0,
      ...(failed
        ? { failure: { code: 'project/errors', message: said, hint: check ? 'membrane fmt' : null } }
        : {}),
    };
  },
};
