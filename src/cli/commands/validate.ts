import { isAbsolute, relative, resolve } from 'node:path';
import type { Diagnostic } from '../../core/diagnostic.js';
import { MembraneError } from '../../core/error.js';
import type { FixReport, ProjectValidation } from '../../membrane.js';
import { flag, text, texts, type Command, type Options, type Result } from '../command.js';
import { renderEdits } from '../output/edits.js';
import { reportFormats } from '../output/report.js';
import { repeat } from '../repeat.js';
import type { Session } from '../session.js';

export const validate: Command = {
  path: 'validate',
  summary: 'check the whole project, or what lies below some paths',
  description: `Ends with 3 where there are errors; with --strict also where there are warnings.
What a code means is told by "membrane explain CODE".`,
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
    { flags: '--strict', summary: 'warnings fail, too' },
    { flags: '--max-warnings <number>', summary: 'more warnings than this fail' },
    { flags: '--rule <code=level>', summary: 'off, warn or error for a code; may be repeated', many: true },
    { flags: '--fix', summary: 'correct what has one right answer' },
    { flags: '--dry-run', summary: 'with --fix: only show what would be changed' },
    { flags: '--watch', summary: 'check again whenever a file changes, until Ctrl-C' },
  ],
  reports: reportFormats,
  examples: [
    'validate',
    'validate actions --strict',
    'validate --fix --dry-run',
    'validate --rule flow/unreachable=off --format github',
    'validate --watch',
    'validate --json',
  ],
  async run(session, paths, options) {
    const limit = maxWarnings(options);
    const once = async (changed?: readonly string[]): Promise<Result> =>
      resultOf(session, await check(session, paths, options, changed !== undefined), options, limit);
    if (!flag(options, 'watch')) return session.output.progress('checking', once());
    if (flag(options, 'fix')) {
      throw new MembraneError('usage/argument', '"--watch" does not go with "--fix"', {
        hint: 'fix first, then watch',
      });
    }
    return repeat(session, folderOf(session, paths), once);
  },
};

function resultOf(session: Session, found: Found, options: Options, limit: number): Result {
  const { diagnostics, elements, files, root, fixed = [] } = found;
  const errors = count(diagnostics, 'error');
  const warnings = count(diagnostics, 'warning');
  const infos = count(diagnostics, 'info');
  const failed = errors > 0 || warnings > limit;
  const summary = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
  const dry = flag(options, 'dryRun');
  const changes = fixed.map(({ diagnostic: { code, message, span }, fix: { title } }) => {
    return { code, message, file: relative(session.cwd, span.file), line: span.line, title };
  });
  return {
    data: {
      root,
      elements,
      files,
      errors,
      warnings,
      infos,
      ...(flag(options, 'fix') ? { fixed: changes, dryRun: dry } : {}),
    },
    human: ({ color }) => {
      const other = isWithin(session.cwd, root) ? '' : ` of the project ${relative(session.cwd, root)}`;
      const seen = `${plural(elements, 'element')} in ${plural(files, 'file')}${other}`;
      const verdict = failed
        ? color.red(`${summary} (${seen})`)
        : `${color.green('valid')}: ${seen}${warnings > 0 ? `, ${plural(warnings, 'warning')}` : ''}`;
      return [...renderEdits(fixed, session.cwd, { dry, color }), verdict].join('\n');
    },
    diagnostics,
    diagnosticsAreResult: true,
    warningsFail: warnings > limit,
    exit: failed ? 3 : 0,
    ...(failed ? { failure: { code: 'project/errors', message: summary, hint: null } } : {}),
  };
}

type Found = ProjectValidation & { root: string; fixed?: FixReport['fixed'] };

/** A path may lie in another project than the working folder, such as an export. */
function folderOf(session: Session, paths: readonly string[]): string {
  const [only] = paths;
  return paths.length === 1 && only !== undefined ? resolve(session.cwd, only) : session.cwd;
}

async function check(
  session: Session,
  paths: readonly string[],
  options: Options,
  isAgain: boolean,
): Promise<Found> {
  const cwd = folderOf(session, paths);
  const { parseRules } = await import('../../core/rules.js');
  const how = {
    paths: paths.map((path) => resolve(session.cwd, path)),
    rules: parseRules(texts(options, 'rule')),
  };
  const dryRun = flag(options, 'dryRun');
  if (flag(options, 'fix')) {
    const { fixProject } = await session.library();
    return fixProject({ ...how, cwd, allowBare: true, dryRun });
  }
  if (dryRun) throw new MembraneError('usage/argument', '"--dry-run" is for "--fix"', { hint: 'add --fix' });
  const opened = { allowBare: true, cached: true, cwd };
  const membrane = await (isAgain ? session.reopen(opened) : session.membrane(opened));
  return { root: membrane.root, ...(await membrane.validate(how)) };
}

function isWithin(folder: string, root: string): boolean {
  const way = relative(root, folder);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

/** How many warnings are all right. */
function maxWarnings(options: Options): number {
  const given = text(options, 'maxWarnings');
  if (given !== undefined && !/^\d+$/.test(given)) {
    throw new MembraneError('usage/argument', `--max-warnings is "${given}", which is no number`, {
      hint: 'give a whole number: --max-warnings 10',
    });
  }
  if (flag(options, 'strict')) return 0;
  return given === undefined ? Number.POSITIVE_INFINITY : Number(given);
}

function count(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']): number {
  return diagnostics.filter((one) => one.severity === severity).length;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
