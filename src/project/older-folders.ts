import { existsSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { diagnostic, fileSpan, type Diagnostic } from '../core/diagnostic.js';
import type { Kind } from '../core/kind.js';
import { renameTo } from './fix.js';
import type { LoadedProject } from './project.js';

/** Folders under a name that still works. An export has them rightly: one without membrane.yaml is let be. */
export function olderFolders(project: LoadedProject): Diagnostic[] {
  if (!existsSync(join(project.root, 'membrane.yaml'))) return [];
  return project.parts.kinds.flatMap((kind) => {
    const folders = new Set(
      project.list(kind.name).flatMap(({ files }) => olderFolder(files[0]?.file, kind) ?? []),
    );
    return [...folders].map((folder) => {
      const message = `"${basename(folder)}" is an older name of the folder "${kind.folder}"`;
      const details = { severity: 'info', help: `rename it to "${kind.folder}"` } as const;
      const found = diagnostic('element/deprecated', message, fileSpan(folder), details);
      return { ...found, fix: renameTo(folder, kind.folder) };
    });
  });
}

/** The folder of a kind that a file lies in, directly or in one of its own, where it has an older name. */
function olderFolder(file: string | undefined, { aliases = [] }: Kind): string | undefined {
  if (file === undefined || aliases.length === 0 || file.includes(`${sep}node_modules${sep}`))
    return undefined;
  return [dirname(file), dirname(dirname(file))].find((folder) => aliases.includes(basename(folder)));
}
