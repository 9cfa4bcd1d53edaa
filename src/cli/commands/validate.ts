import { resolve } from 'node:path';
import type { Diagnostic } from '../../core/diagnostic.js';
import { flag, type Command } from '../command.js';

export const validate: Command = {
  path: 'validate',
  summary: 'check the whole project, or what lies below some paths',
  description: 'Ends with 3 where there are errors; with --strict also where there are warnings.',
  args: [
    {
      name: 'path',
      summary: 'files or folders; default: everything',
      optional: true,
      many: true,
      completes: 'files',
    },
  ],
  options: [{ flags: '--strict', summary: 'warnings fail, too' }],
  examples: ['validate', 'validate actions --strict', 'validate --json'],
  async run(session, paths, options) {
    // a path may lie in another project than the working folder, such as an export
    const [only] = paths;
    const cwd = paths.length === 1 && only !== undefined ? resolve(session.cwd, only) : session.cwd;
    const membrane = await session.membrane({ allowBare: true, cached: true, cwd });
    const work = membrane.validate({ paths: paths.map((path) => resolve(session.cwd, path)) });
    const { diagnostics, elements, files } = await session.output.progress('checking', work);
    const errors = count(diagnostics, 'error');
    const warnings = count(diagnostics, 'warning');
    const failed = errors > 0 || (flag(options, 'strict') && warnings > 0);
    const found = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
    return {
      data: { root: membrane.root, elements, files, errors, warnings, infos: count(diagnostics, 'info') },
      human: ({ color }) => {
        const seen = `${plural(elements, 'element')} in ${plural(files, 'file')}`;
        return failed
          ? color.red(`${found} (${seen})`)
          : `${color.green('valid')}: ${seen}${warnings > 0 ? `, ${plural(warnings, 'warning')}` : ''}`;
      },
      diagnostics,
      diagnosticsAreResult: true,
      exit: failed ? 3 : 0,
      ...(failed ? { failure: { code: 'project/errors', message: found, hint: null } } : {}),
    };
  },
};

function count(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']): number {
  return diagnostics.filter((one) => one.severity === severity).length;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
