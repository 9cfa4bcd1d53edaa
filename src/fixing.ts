import { resolve } from 'node:path';
import { projectFiles } from './adapters/project-files.js';
import { createSchemas } from './adapters/schemas-ajv.js';
import type { Rules } from './core/rules.js';
import { functionTypes, kinds } from './elements/index.js';
import { applyFixes, type Fixed } from './project/apply-fixes.js';
import { openProject } from './project/open.js';
import { validateProject, type ProjectValidation } from './project/validate.js';

export interface FixOptions {
  /** Where to look for membrane.yaml, upwards. */
  readonly cwd: string;
  readonly allowBare?: boolean;
  readonly paths?: readonly string[];
  readonly rules?: Rules;
  /** Change nothing, and say what would be changed. */
  readonly dryRun?: boolean;
}

export interface FixReport extends ProjectValidation {
  readonly root: string;
  /** What was fixed, or would be, in order. `diagnostics` are what is there now. */
  readonly fixed: readonly Fixed[];
}

/** A fix can bring to light what stood behind a problem; that it ends is certain all the same. */
const maxRounds = 10;

/** Corrects what has one right answer in the files of a project, and checks them again. */
export async function fixProject(options: FixOptions): Promise<FixReport> {
  const { cwd, allowBare = false, rules, dryRun = false } = options;
  const paths = (options.paths ?? []).map((path) => resolve(cwd, path));
  const fixed: Fixed[] = [];
  for (let round = 1; ; round += 1) {
    const project = openProject({ cwd, kinds, functionTypes, schemas: createSchemas(), allowBare });
    const found = await validateProject(project, stillThere(paths, fixed), rules);
    const report = { ...found, root: project.root, fixed };
    if (round > maxRounds) return report;
    const made = await applyFixes(found.diagnostics, project.root, dryRun ? undefined : projectFiles);
    fixed.push(...made);
    if (made.length === 0 || dryRun) return report;
  }
}

/** Paths under the names that renamed folders have now. */
function stillThere(paths: readonly string[], fixed: readonly Fixed[]): string[] {
  const renames = fixed.flatMap(({ fix }) => ('rename' in fix ? [fix.rename] : []));
  return paths.map((path) =>
    renames.reduce(
      (name, { from, to }) =>
        name === from || name.startsWith(`${from}/`) ? to + name.slice(from.length) : name,
      path,
    ),
  );
}
