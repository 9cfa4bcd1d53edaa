import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { MembraneError } from '../core/error.js';
import { compareDiagnostics, diagnostic, fileSpan, type Diagnostic } from '../core/diagnostic.js';
import { applyRules, type Rules } from '../core/rules.js';
import { checkElement } from './check-element.js';
import { withFix } from './fix.js';
import { withoutIgnored } from './ignore.js';
import { checkModelFiles } from './models.js';
import { olderFolders } from './older-folders.js';
import type { LoadedProject } from './project.js';
import { readSource } from './source.js';
import { loadTests } from './test-files.js';

export interface ProjectValidation {
  readonly diagnostics: readonly Diagnostic[];
  readonly elements: number;
  readonly files: number;
}

/**
 * Everything that is wrong with a project, each problem once, in order of files and lines. `paths` are absolute
 * files or folders: found and counted is what lies below them, or everything where there are none. `rules` stand
 * before those of membrane.yaml. Rejects with `usage/file` where a path leads to nothing.
 */
export async function validateProject(
  project: LoadedProject,
  paths: readonly string[],
  rules: Rules = {},
): Promise<ProjectValidation> {
  const isWanted = below(paths);
  const { index, kinds, files, cache, openApiCache, config } = project.parts;
  await index.readAll();
  const ofDocuments = await index.documentDiagnostics();
  for (const kind of kinds) project.list(kind.name); // reads the files of their functions, too
  const state = files.state(project.root);
  if (state !== undefined) cache?.enter(state);
  const found: Diagnostic[] = [...project.parts.configDiagnostics, ...project.parts.diagnostics];
  const specs: string[] = [];
  for (const kind of kinds) {
    for (const element of project.list(kind.name)) {
      specs.push(...ownFile(element));
      found.push(...(await checkElement(project, element)));
    }
  }
  found.push(
    ...ofDocuments,
    ...index.allDiagnostics(),
    ...olderFolders(project),
    ...checkModelFiles(project),
  );
  found.push(...loadTests(project).diagnostics);
  if (specs.length === 0 && found.length === 0) found.push(emptiness(project));
  cache?.save(true);
  openApiCache?.forgetOthers();
  const configFile = join(project.root, 'membrane.yaml');
  const kept = withoutIgnored(unique(found), [configFile, ...files.withIgnores]);
  const shown = applyRules(kept, { ...config.validate.rules, ...rules }).filter(({ span }) =>
    isWanted(span.file),
  );
  const looked = [configFile, ...specs, ...files.names, ...found.map(({ span }) => span.file)];
  requireLooked(project.root, paths, looked);
  return {
    diagnostics: shown.map((one) => withFix(one, textOf)).sort(compareDiagnostics),
    elements: specs.filter(isWanted).length,
    files: files.names.filter(isWanted).length,
  };
}

function below(paths: readonly string[]): (file: string) => boolean {
  const wanted = paths.map((path) => resolve(path));
  const missing = wanted.find((path) => !existsSync(path));
  if (missing !== undefined) {
    const hint = 'check the path; it is taken from the working folder';
    throw new MembraneError('usage/file', `there is no file or folder "${missing}"`, { hint });
  }
  return (file) => wanted.length === 0 || wanted.some((path) => file === path || file.startsWith(path + sep));
}

/** A path below which nothing was looked at was given by mistake. */
function requireLooked(root: string, paths: readonly string[], looked: readonly string[]): void {
  const idle = paths.find((path) => !looked.some(below([path])));
  if (idle === undefined) return;
  const isOutside = !below([root])(resolve(idle));
  const message = isOutside
    ? `"${idle}" is outside the project "${root}"`
    : `"${idle}" holds no element, so nothing was checked`;
  const hint = isOutside
    ? 'give paths of one project, or the folder of the other one alone'
    : 'give a file or folder of elements, such as actions, or no path for the whole project';
  throw new MembraneError('usage/file', message, { hint });
}

/** Where an element counts: its first file; an implied one has none, and is none of its own. */
function ownFile({ files, value }: { files: readonly { file: string }[]; value: object }): string[] {
  const [first] = files;
  return first === undefined && Object.keys(value).length === 0 ? [] : [first?.file ?? ''];
}

function emptiness(project: LoadedProject): Diagnostic {
  const span = fileSpan(join(project.root, 'membrane.yaml'));
  const help = 'make one with "membrane new action KEY"';
  return diagnostic('project/empty', 'the project has no elements yet', span, { help });
}

function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const one of diagnostics) {
    const { span } = one;
    seen.set(`${one.code} ${span.file} ${span.line} ${span.column} ${one.message}`, one);
  }
  return [...seen.values()];
}

function textOf(file: string): string | undefined {
  const source = readSource(file);
  return 'problem' in source ? undefined : source.text;
}
