import { resolve, sep } from 'node:path';
import { compareDiagnostics, diagnostic, fileSpan, type Diagnostic } from '../core/diagnostic.js';
import { join } from 'node:path';
import { checkElement } from './check-element.js';
import type { LoadedProject } from './project.js';

export interface ProjectValidation {
  readonly diagnostics: readonly Diagnostic[];
  readonly elements: number;
  readonly files: number;
}

/** Everything that is wrong with a project, each problem once, in order of files and lines. */
export async function validateProject(
  project: LoadedProject,
  paths: readonly string[],
): Promise<ProjectValidation> {
  const { index, kinds, files, cache } = project.parts;
  await index.readAll();
  const diagnostics: Diagnostic[] = [...project.parts.configDiagnostics, ...project.parts.diagnostics];
  let elements = 0;
  for (const kind of kinds) {
    for (const element of project.list(kind.name)) {
      elements += element.files.length === 0 && Object.keys(element.value).length === 0 ? 0 : 1;
      diagnostics.push(...(await checkElement(project, element)));
    }
  }
  diagnostics.push(...index.allDiagnostics());
  if (elements === 0 && diagnostics.length === 0) {
    const help = 'make one with "membrane new action KEY"';
    diagnostics.push(
      diagnostic(
        'project/empty',
        'the project has no elements yet',
        fileSpan(join(project.root, 'membrane.yaml')),
        { help },
      ),
    );
  }
  cache?.save(true);
  const wanted = paths.map((path) => resolve(path));
  const shown = diagnostics.filter(
    ({ span }) =>
      wanted.length === 0 || wanted.some((path) => span.file === path || span.file.startsWith(path + sep)),
  );
  return { diagnostics: unique(shown).sort(compareDiagnostics), elements, files: files.count };
}

function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const one of diagnostics) {
    const { span } = one;
    seen.set(`${one.code} ${span.file} ${span.line} ${span.column} ${one.message}`, one);
  }
  return [...seen.values()];
}
