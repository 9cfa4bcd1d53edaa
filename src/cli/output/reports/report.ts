import { relative, sep } from 'node:path';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { Sources } from '../sources.js';

export interface Report {
  /** In the order in which they are shown. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute; paths in the report start from here. */
  readonly base: string;
  readonly sources: Sources;
  /** Warnings are as bad as errors. */
  readonly warningsFail: boolean;
}

/** A path as reports write it: from the base, with slashes. */
export function reportPath(file: string, base: string): string {
  return (relative(base, file) || '.').split(sep).join('/');
}
